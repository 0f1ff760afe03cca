"""Close: end a ticket for good."""

from typing import ClassVar

from app.tickets.command import Confirmable, Now, decide
from app.tickets.states import go_to, must_not_be_gone
from app.tickets.ticket import Ticket
from core.events import Category, Event


class Close(Confirmable):
    """End a ticket for good. Agents can no longer work it; a customer's reply opens it again."""

    right: ClassVar[str] = "close"


@decide.register
def close(do: Close, ticket: Ticket, now: Now) -> list[Event]:
    """Closing what was never solved is a solve as well (METRICS.md, 4)."""
    must_not_be_gone(ticket)
    if ticket.category == Category.CLOSED:
        return []
    return [*go_to(now.house.state_for(Category.CLOSED), ticket, now)]
