"""Going from one state to another: the one rule and the one event behind reply, set state, solve, close and reopen.

What people choose must be a way that the queue allows; what follows from something else is not held against that.
"""

from datetime import datetime

from app.queues.house import State
from app.tickets.circumstances import must_be_complete
from app.tickets.command import Now, effect
from app.tickets.refusals import TicketIsClosed, TicketIsGone
from app.tickets.ticket import Ticket
from app.tickets.ways import must_be_a_way
from core.events import Category, Reason, StatusChanged

GONE = (Category.MERGED, Category.SPAM, Category.DELETED)


def must_not_be_gone(ticket: Ticket) -> None:
    """Refuse to touch what was merged, deleted or marked as spam."""
    if ticket.category in GONE:
        raise TicketIsGone(ticket.number, ticket.category)


def must_be_workable(ticket: Ticket) -> None:
    """Refuse to work a ticket that is closed or gone."""
    must_not_be_gone(ticket)
    if ticket.category == Category.CLOSED:
        raise TicketIsClosed(ticket.number)


def go_to(state: State, ticket: Ticket, now: Now, reason: Reason = "agent") -> list[StatusChanged]:
    """The event of a ticket's going to `state`; none if it is there already. Nobody solves past required fields."""
    if ticket.state_id == state.id:
        return []
    if reason == "agent":
        must_be_complete(state, ticket, now)
    before = now.house.states[ticket.state_id]
    if reason == "agent":
        must_be_a_way(before, state, ticket, now)
    return [
        StatusChanged(
            state_id=state.id,
            state=state.name,
            category=state.category,
            before_state_id=before.id,
            before_state=before.name,
            before_category=Category(ticket.category),
            reason=reason,
        )
    ]


@effect.register
def status_changed(event: StatusChanged, ticket: Ticket, occurred_at: datetime) -> None:
    """The state changes, and with it since when the ticket stands solved, stands closed or waits for us."""
    ticket.state_id = event.state_id
    ticket.wakes_at = None
    enter(ticket, event.category, occurred_at)


def enter(ticket: Ticket, category: Category, occurred_at: datetime) -> None:
    """Into a category. A solve stands until the ticket is unsolved again, whatever else happens to it."""
    ticket.category = category.value
    if category.is_done:
        ticket.solved_at = ticket.solved_at or occurred_at
        ticket.awaiting_reply_since = None
    elif category.is_unsolved:
        ticket.solved_at = None
    if category != Category.CLOSED:
        ticket.closed_at = None
    elif ticket.closed_at is None:
        ticket.closed_at = occurred_at
