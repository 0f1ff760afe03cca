"""Set due: say by hand when a promise is due."""

from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import Field

from app.rest.fields import Instant
from app.sla.policy import Key
from app.tickets.command import Command, Now, decide, effect
from app.tickets.states import must_be_workable
from app.tickets.ticket import Ticket
from core.errors import Conflict, Invalid
from core.events import DueReason, DueSet, Event

LONGEST = timedelta(days=3660)


class NoSuchClock(Conflict):
    """Only a clock that has not ended can be given a due time."""

    code = "no_such_clock"


class SetDue(Command):
    """Say by hand when a running clock is due, or let its policy say it again.

    The time stands whatever pauses, priorities and policies do; what they would have made of it is kept beside it.
    """

    right: ClassVar[str] = "priority"

    target: Key = Field(description="The target's name.", examples=["first_reply"])
    due_at: Instant | None = Field(description="When it is due; null: as its policy says.")
    reason: DueReason = Field(
        "other",
        description="agreed: with the customer. third_party: somebody else is waited for. importance: it matters more, "
        "or less, than its policy says. mistake: an earlier time was wrong.",
    )


@decide.register
def set_due(do: SetDue, ticket: Ticket, now: Now) -> list[Event]:
    """Clocks that have ended keep their due times."""
    must_be_workable(ticket)
    if do.target not in now.dues:
        raise NoSuchClock(f"Ticket {ticket.number} has no clock {do.target} that has not ended.")
    if do.due_at is not None and not now.instant < do.due_at <= now.instant + LONGEST:
        raise Invalid("A due time lies in the future, ten years away at most.")
    before, is_by_hand = now.dues[do.target]
    if do.due_at == (before if is_by_hand else None):
        return []
    return [DueSet(target=do.target, due_at=do.due_at, before=before, reason=do.reason)]


@effect.register
def due_set(event: DueSet, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing by itself: its clock tells what comes of it."""
