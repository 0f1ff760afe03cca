"""Snooze: let a ticket sleep until a stated time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.queues.house import State
from app.rest.fields import Instant
from app.tickets.command import Confirmable, Now, decide, effect
from app.tickets.states import go_to, must_be_workable
from app.tickets.ticket import Ticket
from core.errors import Conflict, Invalid
from core.events import Category, Event, Snoozed

Until = Instant
LONGEST = timedelta(days=3660)


class Snooze(Confirmable):
    """Let a ticket sleep until a stated time.

    It goes to the default pending state unless it is pending or on hold already; at that time it goes on to where its
    state leads (open, unless set up otherwise). A customer's reply, or anybody who changes its state, wakes it before.
    """

    right: ClassVar[str] = "reply"

    until: Until = Field(description="When it wakes.", examples=["2031-01-31T09:00:00Z"])

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """Those of whoever works the ticket."""
        return self.needs_to_work(ticket)


@decide.register
def snooze(do: Snooze, ticket: Ticket, now: Now) -> list[Event]:
    """Solved tickets have nothing to wake for."""
    must_be_workable(ticket)
    if ticket.category == Category.SOLVED:
        raise Conflict(f"Ticket {ticket.number} is solved; reopen it first.")
    if ticket.category in (Category.PENDING, Category.HOLD):
        return [*snoozed(do.until, now.house.states[ticket.state_id], ticket, now)]
    asleep = now.house.state_for(Category.PENDING)
    return [*go_to(asleep, ticket, now), *snoozed(do.until, asleep, ticket, now)]


def snoozed(until: datetime, state: State, ticket: Ticket, now: Now) -> Sequence[Snoozed]:
    """The event of its sleeping in `state`; none if it sleeps until then already."""
    if not (state.category.is_unsolved or state.category == Category.SOLVED):
        raise Conflict("Only unsolved and solved tickets go on by themselves; leave the time out.")
    if not now.instant < until <= now.instant + LONGEST:
        raise Invalid("A ticket sleeps until a time in the future, ten years away at most.")
    if ticket.state_id == state.id and ticket.wakes_at == until:
        return []
    return [Snoozed(wakes_at=until)]


@effect.register
def fell_asleep(event: Snoozed, ticket: Ticket, occurred_at: datetime) -> None:
    """Its time is set."""
    ticket.wakes_at = event.wakes_at
