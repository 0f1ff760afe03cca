"""The same request twice is one command: the answer is kept under the caller's key, in the same transaction.

The key is claimed last. The one who loses the race for it has waited for the winner inside the unique index, is
undone as a whole and answers what the winner answered; so a first-time request costs one insert and no look-up.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
import sqlalchemy as sa
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.responses import Response

from app.operations import IdempotencyKey
from app.writes import Batch
from core import clock
from core.errors import Conflict, Invalid, Refusal

KEY = "[!-~]{1,255}"
"""What a key may be: visible ASCII characters."""

_key = re.compile(KEY)


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key, and a fingerprint of the request that it stands for."""

    principal: str
    key: str
    request_hash: bytes


class NotAKey(Invalid):
    """The header holds something that is no key."""

    code = "not_a_key"


class KeyIsTaken(Conflict):
    """The key was used before: the kept answer is the answer. Nobody sees this refusal."""

    code = "key_is_taken"


class KeyMeansAnother(Refusal):
    """The key was used for a different request."""

    status = 422
    code = "key_means_another_request"


INSERT = (
    "insert into idempotency (principal, key, request_hash, status, headers, body, created_at)"
    " values (%s, %s, %s, %s, %s, %s, %s)"
)


PRINCIPAL = sa.text("select set_config('clearqueue.principal', :principal, true)")
"""Whose answers this transaction may see (row-level security); said only where one is looked for."""


def keep(batch: Batch, key: Key, response: Response) -> None:
    """Keep the answer together with what it tells of."""
    headers = Jsonb(_own_headers(response), orjson.dumps)
    body = bytes(response.body)
    batch.add(INSERT, (key.principal, key.key, key.request_hash, response.status_code, headers, body, clock.now()))


def must_be_a_key(key: str) -> None:
    """Refuse what cannot be kept."""
    if not _key.fullmatch(key):
        raise NotAKey("An Idempotency-Key is 1 to 255 visible ASCII characters.")


@contextmanager
def once() -> Iterator[None]:
    """Turns the database's "this key exists" into `KeyIsTaken`: somebody has already answered."""
    try:
        yield
    except UniqueViolation as error:
        if error.diag.constraint_name != "idempotency_pkey":
            raise
        raise KeyIsTaken("This key was used before.") from error


def kept_answer(session: Session, key: Key) -> Response | None:
    """The answer that this key got before, if it did. The database shows kept answers to their caller only."""
    session.execute(PRINCIPAL, {"principal": key.principal})
    kept = session.execute(
        sa.select(IdempotencyKey).where(
            col(IdempotencyKey.principal) == key.principal, col(IdempotencyKey.key) == key.key
        )
    ).scalar_one_or_none()
    if kept is None or kept.status is None:
        return None
    if kept.request_hash != key.request_hash:
        raise KeyMeansAnother(
            "This Idempotency-Key was used for a different request; take a new key for a new request."
        )
    media_type = "application/json" if kept.body else None
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return Response(kept.body or None, kept.status, headers, media_type)


def _own_headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name in ("etag", "location")}
