"""Who has to do with a ticket: rights may be granted to those who opened it, wrote on it, owned it or watch it."""

from uuid import UUID

from app.tickets.ticket import Ticket
from core.events import Assigned, Event, MessageAdded, TicketCreated


def involve(event: Event, ticket: Ticket, actor_id: UUID | None) -> None:
    """What an event tells of that, beside its own effect. Customers are not counted: it is their ticket anyway."""
    if isinstance(event, TicketCreated):
        ticket.creator_id = actor_id
        hand = event.agent_id
    elif isinstance(event, Assigned):
        hand = event.agent_id
    elif isinstance(event, MessageAdded) and event.author_kind != "end_user":
        hand = actor_id
    else:
        return
    if hand and hand not in ticket.involved_ids:
        ticket.involved_ids = sorted([*ticket.involved_ids, hand])
