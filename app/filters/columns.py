"""The columns of a ticket that filters read, and what their values are: the one list that SQL and Python share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

CUSTOM = "custom."
TAGS = "tags"

READ: dict[str, Callable[[str], Any]] = {
    "queue_id": UUID,
    "state_id": UUID,
    "agent_id": UUID,
    "requester_id": UUID,
    "organisation_id": UUID,
    "category": str,
    "channel": str,
    "language": str,
    "number": int,
}
"""Columns that are compared with values, and how a value is read from text."""

SPOKEN = frozenset({"channel", "language"})
"""Compared in lower case."""

INSTANTS = frozenset(
    {"created_at", "updated_at", "solved_at", "closed_at", "first_replied_at", "awaiting_reply_since", "due_at"}
)
OPTIONAL = frozenset({"agent_id", "requester_id", "organisation_id", "language"})
"""Columns that may be empty, where `none` asks for that."""

INTERNAL = frozenset({TAGS, "due_at"})
"""What customers are not told, custom fields aside: they cannot ask for it either."""


def is_internal(column: str) -> bool:
    """Whether only colleagues may ask for it."""
    return column in INTERNAL or column.startswith(CUSTOM)


def instant_of(row: Any, column: str) -> datetime | None:
    """A time of a row, whether that is an object of the ORM or one from a trigger's JSON."""
    value = getattr(row, column)
    return value if value is None or isinstance(value, datetime) else datetime.fromisoformat(value)
