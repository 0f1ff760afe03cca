"""Set state: give a ticket any state of the house."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.tickets.command import Confirmable, Now, decide
from app.tickets.commands.snooze import Until, snoozed
from app.tickets.refusals import TicketIsClosed, TicketIsGone
from app.tickets.states import go_to
from app.tickets.ticket import Ticket
from core.errors import Conflict
from core.events import Category, Event


class StateIsNotSet(Conflict):
    """Some states are consequences and cannot be chosen."""

    code = "state_is_not_set"


class SetState(Confirmable):
    """Give a ticket a state, such as one that waits for the customer.

    Solving and closing take the right `close`, spam and deletion (and the way back) the right `delete`, all others
    `reply` and `note`.
    """

    right: ClassVar[str] = "reply"

    state_id: UUID = Field(description="One of GET /api/v1/states.")
    until: Until | None = Field(None, description="When it goes on by itself (unsolved and solved states only).")

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """The right depends on what the state means."""
        touched = {now.house.state(self.state_id).category, Category(ticket.category)}
        if touched & {Category.SPAM, Category.DELETED}:
            return [("delete", ticket.queue_id)]
        done = any(category.is_done for category in touched)
        return [("close", ticket.queue_id)] if done else self.needs_to_work(ticket)


@decide.register
def set_state(do: SetState, ticket: Ticket, now: Now) -> list[Event]:
    """Any state from any state, but merging is a deed of its own and a closed ticket is reopened, not set."""
    state = now.house.state(do.state_id)
    if ticket.category == Category.MERGED:
        raise TicketIsGone(ticket.number, ticket.category)
    if state.category == Category.MERGED:
        raise StateIsNotSet("A ticket becomes merged by merging it, not by setting its state.")
    if ticket.category == Category.CLOSED and (state.category.is_unsolved or state.category == Category.SOLVED):
        raise TicketIsClosed(ticket.number)
    changed = go_to(state, ticket, now)
    return [*changed, *snoozed(do.until, state, ticket, now)] if do.until else [*changed]
