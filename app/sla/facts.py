"""What clocks and policies may know of a ticket: its row at an instant, as a value."""

from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from core.events import Category

_UNSOLVED = frozenset(one.value for one in Category if one.is_unsolved)
_DONE = frozenset(one.value for one in Category if one.is_done)


class Facts(NamedTuple):
    """A ticket's own facts. Names are those of its row, so that filters read them."""

    category: str
    state_id: UUID
    queue_id: UUID
    priority: int
    agent_id: UUID | None
    requester_id: UUID | None
    organisation_id: UUID | None
    creator_id: UUID | None
    channel: str
    language: str | None
    tags: list[str]
    custom: dict[str, Any]
    created_at: datetime
    first_replied_at: datetime | None
    awaiting_reply_since: datetime | None

    @property
    def is_unsolved(self) -> bool:
        """Whether it still asks something of somebody."""
        return self.category in _UNSOLVED

    @property
    def is_done(self) -> bool:
        """Whether it stands solved."""
        return self.category in _DONE

    @property
    def was_answered(self) -> bool:
        """Whether the customer has heard from a person: by a reply, or because we opened it."""
        opened_by_us = self.creator_id is not None and self.creator_id != self.requester_id
        return self.first_replied_at is not None or opened_by_us


_values = attrgetter(*Facts._fields)


def facts_of(row: Any) -> Facts:
    """The facts of a ticket's row. Rows replace their lists rather than change them: no copies are needed."""
    return Facts._make(_values(row))
