"""Pages by key: each page says where the next begins, so that nothing is skipped or shown twice as rows come and go."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa
from fastapi import Query
from pydantic import BaseModel, Field

from core.errors import Invalid

MOST_ITEMS = 100

Item = TypeVar("Item")
Row = TypeVar("Row")
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="How many items a page holds.")]
After = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before; leave out for the first page.")
]


class Page(BaseModel, Generic[Item]):
    """Some of a list, in order."""

    items: list[Item]
    next: str | None = Field(None, description="Where the next page begins (`after`); null: this is the last.")


class BadCursor(Invalid):
    """A cursor that we did not make, or not for this order."""

    code = "bad_cursor"

    def __init__(self) -> None:
        super().__init__("`after` must be the `next` of the page before, in the same order.")


def write_cursor(*key: str | int | datetime | UUID | None) -> str:
    """The place behind a row with this sort key; what is empty is an empty text."""
    parts = [part.isoformat() if isinstance(part, datetime) else "" if part is None else str(part) for part in key]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: Callable[[str], Any]) -> tuple[Any, ...]:
    """The sort key in a cursor: as many parts as `kinds`, each read by its kind."""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise BadCursor
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, binascii.Error, orjson.JSONDecodeError) as error:
        raise BadCursor from error


def instant(text: str) -> datetime:
    """An aware time from a cursor."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise BadCursor
    return value


def maybe_instant(text: str) -> datetime | None:
    """A time that may be missing."""
    return instant(text) if text else None


def word(text: str) -> str:
    """A text from a cursor that Postgres can compare with."""
    if "\x00" in text or not text.isprintable():
        raise BadCursor
    return text


def behind(columns: list[Any], key: tuple[Any, ...], *, descending: bool) -> sa.ColumnElement[bool]:
    """The clause for rows behind `key` in the order of `columns`."""
    row = sa.tuple_(*columns)
    place = sa.tuple_(*[sa.literal(value, column.type) for column, value in zip(columns, key, strict=True)])
    clause: sa.ColumnElement[bool] = row < place if descending else row > place
    return clause


def page_of(
    rows: list[Row], limit: int, show: Callable[[Row], Item], key: Callable[[Row], tuple[Any, ...]]
) -> tuple[list[Item], str | None]:
    """What is shown of `rows` (of which `limit + 1` were asked for), and the cursor if there is more."""
    shown = rows[:limit]
    more = write_cursor(*key(shown[-1])) if len(rows) > limit else None
    return [show(row) for row in shown], more
