"""A due time that somebody set by hand."""

from datetime import datetime
from typing import ClassVar, Literal

from core.events.event import Event

DueReason = Literal["agreed", "third_party", "importance", "mistake", "other"]
"""Why: agreed with the customer; somebody else is waited for; it matters more, or less, than its policy says; an
earlier time was wrong."""


class DueSet(Event):
    """Somebody said when a promise is due, whatever its policy says; `due_at` null: as the policy says again."""

    kind: ClassVar[str] = "ticket.due_set"

    target: str
    due_at: datetime | None
    before: datetime | None
    reason: DueReason = "other"
