"""Prioritise: say how urgent a ticket is."""

from datetime import datetime
from typing import ClassVar

from app.tickets.command import Command, Now, Priority, decide, effect
from app.tickets.states import must_be_workable
from app.tickets.ticket import Ticket
from core.events import Event, PriorityChanged


class Prioritise(Command):
    """Say how urgent a ticket is."""

    right: ClassVar[str] = "priority"

    priority: Priority


@decide.register
def prioritise(do: Prioritise, ticket: Ticket, now: Now) -> list[Event]:
    """Old and new value are kept."""
    must_be_workable(ticket)
    if ticket.priority == do.priority:
        return []
    return [PriorityChanged(priority=do.priority, before=ticket.priority)]


@effect.register
def priority_changed(event: PriorityChanged, ticket: Ticket, occurred_at: datetime) -> None:
    """The priority changes."""
    ticket.priority = event.priority
