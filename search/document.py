"""What the index knows of a ticket: one row of the view `ticket_document`."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

import orjson

from core.events import Category

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates become spaces: no text needs them, and highlights are marked with them."""


@dataclass(frozen=True, slots=True)
class Document:
    """A ticket as search sees it. Times are aware; `bodies_internal` is for those alone who may read notes."""

    ticket_id: UUID
    version: int
    number: int
    title: str
    bodies_public: tuple[str, ...]
    bodies_internal: tuple[str, ...]
    tags: tuple[str, ...]
    queue_id: UUID
    state: str
    category: Category
    priority: int
    agent_id: UUID | None
    agent: str
    requester_id: UUID | None
    requester: str
    address: str
    """The requester's mail address: for those who may have addresses."""
    organisation_id: UUID | None
    organisation: str
    creator_id: UUID | None
    involved_ids: tuple[UUID, ...]
    watcher_ids: tuple[UUID, ...]
    channel: str
    language: str
    created_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    closed_at: datetime | None
    first_replied_at: datetime | None
    awaiting_reply_since: datetime | None
    custom: dict[str, str]
    """Custom fields by key, as text."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A document from a row of `ticket_document`, or of JSON: ids and times may be text."""
        return cls(**{name: READERS[name](row[name]) for name in COLUMNS})

    def to_json(self) -> bytes:
        """The whole document, for `from_json`."""
        return orjson.dumps({name: getattr(self, name) for name in COLUMNS})

    @classmethod
    def from_json(cls, source: bytes | str) -> Self:
        """The document that `to_json` wrote."""
        return cls.from_row(orjson.loads(source))

    @property
    def custom_words(self) -> list[str]:
        """What is known of custom fields: `key=` that there is a value, `key=value` which; of several, each."""
        found: set[str] = set()
        for name, value in self.custom.items():
            whole = key(value)
            found |= {f"{name}=", *(f"{name}={one}" for one in (whole, *whole.split(",")) if one != NOBODY)}
        return sorted(found)

    @property
    def moments(self) -> dict[str, int]:
        """The times that not every ticket has, in milliseconds."""
        times = {
            "solved": self.solved_at, "closed": self.closed_at, "replied": self.first_replied_at,
            "waiting": self.awaiting_reply_since,
        }  # fmt: skip
        return {name: milliseconds(instant) for name, instant in times.items() if instant is not None}

    @property
    def updated_key(self) -> int:
        """Sorts documents by their last change; no two tickets share one."""
        return sort_key(self.updated_at, self.number)

    @property
    def created_key(self) -> int:
        """Sorts documents by their beginning; no two tickets share one."""
        return sort_key(self.created_at, self.number)


def clean(text: object) -> str:
    """Text in composed form (NFC) without control characters; nothing for None."""
    written = CONTROL.sub(" ", str(text or ""))
    return written if written.isascii() else unicodedata.normalize("NFC", written)


NOBODY = "none"
"""What stands in both engines where there is no agent, requester or organisation, so that it can be asked for."""


def key(text: str) -> str:
    """What names of states, tags and channels are compared by."""
    return text.strip().lower()


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970: how both engines keep times."""
    return (instant - EPOCH) // (datetime.resolution * 1000)


def sort_key(instant: datetime, number: int) -> int:
    """The millisecond and, within it, the ticket's number, in 63 bits (until the year 2248)."""
    return (min(max(milliseconds(instant), 0), 2**43 - 1) << 20) | (number & 0xFFFFF)


def _id(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _id_or_none(value: UUID | str | None) -> UUID | None:
    return None if value is None else _id(value)


def _ids(values: list[UUID | str]) -> tuple[UUID, ...]:
    return tuple(map(_id, values))


def _texts(values: list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(clean(value) for value in values or () if value)


def _instant(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _instant_or_none(value: datetime | str | None) -> datetime | None:
    return None if value is None else _instant(value)


def _mapping(values: Mapping[str, Any] | None) -> dict[str, str]:
    return {str(name): clean(written(value)) for name, value in (values or {}).items() if value is not None}


def written(value: Any) -> str:
    """A custom value as Postgres writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


COLUMNS = tuple(field.name for field in fields(Document))
"""The columns that `ticket_document` has and the index reads."""

_READERS: dict[Any, Any] = {
    int: int, str: clean, tuple[str, ...]: _texts, UUID: _id, UUID | None: _id_or_none, tuple[UUID, ...]: _ids,
    datetime: _instant, datetime | None: _instant_or_none, Category: Category, dict[str, str]: _mapping,
}  # fmt: skip
READERS: dict[str, Any] = {field.name: _READERS[field.type] for field in fields(Document)}
