"""Assign: make one agent responsible for a ticket, or nobody."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.tickets.command import Command, Now, decide, effect
from app.tickets.refusals import NoSuchPerson, NotAnOwner
from app.tickets.states import must_be_workable
from app.tickets.ticket import Ticket
from core.events import Assigned, Event


class Assign(Command):
    """Make one agent responsible for a ticket; null takes it from everybody.

    Taking a ticket oneself, or handing back one's own, takes the right `own`; all else takes `assign`.
    """

    right: ClassVar[str] = "assign"

    agent_id: UUID | None = Field(description="The agent who becomes responsible; null for nobody.")

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """Whoever takes a free ticket, or lets go of their own, needs no leave to assign others."""
        me = now.actor.person_id
        of_my_own = me is not None and (self.agent_id or ticket.agent_id) == me and ticket.agent_id in (None, me)
        return [("own" if of_my_own else "assign", ticket.queue_id)]

    def people(self, ticket: Ticket) -> set[UUID]:
        """The agent."""
        return {self.agent_id} if self.agent_id else set()


@decide.register
def assign(do: Assign, ticket: Ticket, now: Now) -> list[Event]:
    """The owner must hold `own` in the ticket's queue."""
    must_be_workable(ticket)
    if ticket.agent_id == do.agent_id:
        return []  # already so: no event, and no false handover in the metrics
    if do.agent_id:
        must_be_able_to_own(do.agent_id, ticket.queue_id, now)
    method = "self" if do.agent_id and do.agent_id == now.actor.person_id else "manual"
    return [Assigned(agent_id=do.agent_id, before=ticket.agent_id, method=method)]


def must_be_able_to_own(agent_id: UUID, queue_id: UUID, now: Now) -> None:
    """Refuse an owner who could not even see the ticket."""
    agent = now.people.get(agent_id)
    if agent is None or not agent.is_active:
        raise NoSuchPerson
    if queue_id not in agent.owns_in:
        raise NotAnOwner


@effect.register
def assigned(event: Assigned, ticket: Ticket, occurred_at: datetime) -> None:
    """The owner changes."""
    ticket.agent_id = event.agent_id
