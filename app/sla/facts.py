"""What clocks and policies may know of a ticket: its row at an instant, as a value."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from core.events import Category


@dataclass(frozen=True, slots=True)
class Facts:
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
        return Category(self.category).is_unsolved

    @property
    def is_done(self) -> bool:
        """Whether it stands solved."""
        return Category(self.category).is_done

    @property
    def was_answered(self) -> bool:
        """Whether the customer has heard from a person: by a reply, or because we opened it."""
        opened_by_us = self.creator_id is not None and self.creator_id != self.requester_id
        return self.first_replied_at is not None or opened_by_us


NAMES = tuple(Facts.__slots__)
_values = attrgetter(*NAMES)


def facts_of(row: Any) -> Facts:
    """The facts of a ticket's row. Rows replace their lists rather than change them: no copies are needed."""
    return Facts(*_values(row))
