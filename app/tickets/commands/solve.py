"""Solve: say that a ticket has its answer."""

from typing import ClassVar

from app.tickets.command import Confirmable, Now, decide
from app.tickets.states import go_to, must_be_workable
from app.tickets.ticket import Ticket
from core.events import Category, Event


class Solve(Confirmable):
    """Say that a ticket has its answer. Whoever disagrees can reopen it; so does a customer's reply."""

    right: ClassVar[str] = "close"


@decide.register
def solve(do: Solve, ticket: Ticket, now: Now) -> list[Event]:
    """Into the default solved state; a ticket in any solved state is solved already."""
    must_be_workable(ticket)
    if ticket.category == Category.SOLVED:
        return []
    return [*go_to(now.house.state_for(Category.SOLVED), ticket, now)]
