"""Reopen: take up a solved or closed ticket again."""

from typing import ClassVar

from app.tickets.command import Confirmable, Now, decide
from app.tickets.states import go_to, must_not_be_gone
from app.tickets.ticket import Ticket
from core.events import Category, Event


class Reopen(Confirmable):
    """Take up a solved or closed ticket again. An unsolved ticket is open already: nothing happens."""

    right: ClassVar[str] = "close"


@decide.register
def reopen(do: Reopen, ticket: Ticket, now: Now) -> list[Event]:
    """Where its state says, else into the default open state."""
    must_not_be_gone(ticket)
    if Category(ticket.category).is_unsolved:
        return []
    return [*go_to(now.house.reopened_from(ticket.state_id), ticket, now)]
