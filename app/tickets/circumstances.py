"""What a ticket is to its custom fields, and when they must be filled in. Pure."""

from app.fields.asked import Circumstances, must_be_filled
from app.fields.definition import Moment
from app.queues.house import House, State
from app.tickets.command import Now
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.events import Category

PEOPLE = (ActorKind.AGENT, ActorKind.END_USER)
"""Who can be asked to fill in a form; robots, timers and imports cannot."""


def about(ticket: Ticket, now: Now) -> Circumstances:
    """A ticket as its fields see it."""
    return circumstances(ticket, now.house)


def circumstances(ticket: Ticket, house: House) -> Circumstances:
    """A ticket as its fields see it."""
    return Circumstances(tuple(house.line(ticket.queue_id)), ticket.priority, ticket.custom)


def must_be_complete(state: State, ticket: Ticket, now: Now) -> None:
    """Refuse that somebody solves or closes a ticket whose required fields are empty. Closing is a solve, too."""
    if now.actor.kind not in PEOPLE or not now.house.fields:
        return
    moments: list[Moment] = []
    if state.category.is_done and not Category(ticket.category).is_done:
        moments.append("solve")
    if state.category == Category.CLOSED:
        moments.append("close")
    must_be_filled(now.house.fields, about(ticket, now), moments, staff=True)
