"""Move: hand a ticket to another queue."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.tickets.command import Command, Now, decide, effect
from app.tickets.states import must_be_workable
from app.tickets.ticket import Ticket
from core.events import Assigned, Event, QueueChanged


class Move(Command):
    """Hand a ticket to another queue; the right `move_into` is needed there, and `reply` and `note` where it is now.

    An owner who may not own tickets in the new queue lets go of it.
    """

    right: ClassVar[str] = "move_into"

    queue_id: UUID = Field(description="The queue that takes the ticket.")

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """Who moves a ticket works it here and may put tickets there."""
        return [*self.needs_to_work(ticket), ("move_into", self.queue_id)]

    def people(self, ticket: Ticket) -> set[UUID]:
        """The owner: may they own it there too?"""
        return {ticket.agent_id} if ticket.agent_id else set()


@decide.register
def move(do: Move, ticket: Ticket, now: Now) -> list[Event]:
    """The owner stays if the new queue lets them own."""
    must_be_workable(ticket)
    if ticket.queue_id == do.queue_id:
        return []
    queue = now.house.queue(do.queue_id)
    moved = QueueChanged(queue_id=queue.id, before=ticket.queue_id)
    owner = now.people.get(ticket.agent_id) if ticket.agent_id else None
    if ticket.agent_id and (owner is None or queue.id not in owner.owns_in):
        return [moved, Assigned(agent_id=None, before=ticket.agent_id, method="auto")]
    return [moved]


@effect.register
def queue_changed(event: QueueChanged, ticket: Ticket, occurred_at: datetime) -> None:
    """The queue changes."""
    ticket.queue_id = event.queue_id
