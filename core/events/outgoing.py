"""Replies that are to go out later. Their words stay in a row until they do."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from core.events.event import Event

Outcome = Literal["sent", "taken_back", "cancelled", "held"]
"""sent: its message follows in the same transaction. taken_back: it is its author's draft again. cancelled: its author
dropped it. held: it did not go out and waits for its author."""


class ReplyScheduled(Event):
    """Somebody wrote a reply that is to go out at a stated time: chosen, or a few seconds later, to be taken back."""

    kind: ClassVar[str] = "reply.scheduled"

    reply_id: UUID
    send_at: datetime
    chars: int
    body_hash: str
    state_id: UUID | None = None
    """The state that the ticket is to get with it."""
    unless_customer_writes: bool = True
    """It is held if the customer writes before."""


class ReplyUnscheduled(Event):
    """A reply that waited waits no longer, or is held for its author; `reason` is the code of what held it."""

    kind: ClassVar[str] = "reply.unscheduled"

    reply_id: UUID
    outcome: Outcome
    reason: str = ""
    message_id: UUID | None = None
    """The message that it became; it may stand on the ticket into which this one was merged."""
