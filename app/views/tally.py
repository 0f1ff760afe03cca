"""Asking for counts: a page reads what is kept and never counts; what is not kept yet is asked for and comes soon."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

import orjson
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from app.autocommit import Autocommit
from app.db import Ready
from app.filters.tree import Tree
from core import clock
from core.actor import Scope

ASKED_AGAIN = timedelta(seconds=30)
"""How often somebody's asking is noted; a count of a moving question is as old as this at most, and a little."""

MOST_SCOPES = 1_000

KEPT = Ready("select key, number, asked_at from tally where key = any(%(keys)s)")
ASK = """
    insert into tally (key, tree, scope, is_moving, asked_at) values (%s, %s, %s, %s, %s)
    on conflict (key) do update set asked_at = excluded.asked_at, tree = excluded.tree
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A filter inside a scope. `text` tells moving questions apart whose tree is another one each moment."""

    tree: Tree
    scope: Scope
    text: str = ""

    @property
    def key(self) -> bytes:
        """The same for everybody who asks the same of the same tickets."""
        asked = self.text if self.tree.is_moving else self.tree.to_json()
        return hashlib.sha256(b"[%b,%b]" % (orjson.dumps(asked), _scope_bytes(self.scope))).digest()


def kept_numbers(session: Session, questions: Iterable[Question]) -> tuple[dict[bytes, int], list[Question]]:
    """The counts that are kept, by key, and the questions that should be asked for (`ask_for`)."""
    wanted = {question.key: question for question in questions}
    rows = KEPT.rows(session, keys=list(wanted))
    fresh = {row.key for row in rows if row.asked_at > clock.now() - ASKED_AGAIN}
    numbers = {row.key: row.number for row in rows if row.number is not None}
    return numbers, [question for key, question in wanted.items() if key not in fresh]


def ask_for(alone: Autocommit, questions: Iterable[Question]) -> None:
    """Note that these counts are wanted; whoever follows the tickets will keep them."""
    for question in questions:
        values = (
            question.key,
            Jsonb({"leaves": question.tree.to_json()}, orjson.dumps),
            Jsonb(scope_json(question.scope), orjson.dumps),
            question.tree.is_moving,
            clock.now(),
        )
        with alone.connection() as driver:
            driver.execute(ASK, values)


def scope_json(scope: Scope) -> dict[str, Any]:
    """A scope as JSON, the same for the same scope."""
    written: dict[str, Any] = _scopes().dump_python(scope, mode="json")
    return _sorted(written)  # type: ignore[no-any-return]


@lru_cache(MOST_SCOPES)
def _scope_bytes(scope: Scope) -> bytes:
    return orjson.dumps(scope_json(scope))


def scope_of_json(written: dict[str, Any]) -> Scope:
    """The scope that `scope_json` wrote."""
    return _scopes().validate_python(written)


@cache
def _scopes() -> TypeAdapter[Scope]:
    return TypeAdapter(Scope)


def _sorted(value: Any) -> Any:
    """Sets have no order of their own."""
    if isinstance(value, dict):
        return {name: _sorted(one) for name, one in value.items()}
    return sorted(map(_sorted, value), key=orjson.dumps) if isinstance(value, list) else value
