"""Wake: a timer takes a ticket on. Nobody can ask for it over the API."""

from typing import ClassVar
from uuid import UUID

from app.tickets.command import Command, Now, decide
from app.tickets.states import go_to
from app.tickets.ticket import Ticket
from core.events import Event


class Wake(Command):
    """A ticket was long enough in a state."""

    right: ClassVar[str] = "close"

    state_id: UUID


@decide.register
def wake(do: Wake, ticket: Ticket, now: Now) -> list[Event]:
    """On to where its state leads now, unless it went elsewhere meanwhile."""
    if ticket.state_id != do.state_id:
        return []
    return [*go_to(now.house.state_after(do.state_id), ticket, now, "timer")]
