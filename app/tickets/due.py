"""When a ticket goes on by itself: its state leads on after some time, or somebody said until when it sleeps."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.tickets.command import Now
from app.tickets.ticket import Ticket
from app.timers import cancel_timer, set_timer
from core.events import Event, Snoozed, StatusChanged, TicketCreated

KIND = "ticket.state"


def key(ticket_id: UUID) -> str:
    """A ticket has one such timer at most."""
    return f"state:{ticket_id}"


def keep_time(session: Session, ticket: Ticket, events: Sequence[Event], now: Now) -> None:
    """Set, move or cancel the ticket's timer if these events changed its state or said when it wakes."""
    is_new = any(isinstance(event, TicketCreated) for event in events)
    has_entered = is_new or any(isinstance(event, StatusChanged) for event in events)
    if not has_entered and not any(isinstance(event, Snoozed) for event in events):
        return
    after = now.house.states[ticket.state_id].auto_after_seconds
    due_at = ticket.wakes_at or (now.instant + timedelta(seconds=after) if after else None)
    if due_at:
        payload = {"state_id": str(ticket.state_id)}
        set_timer(session, key=key(ticket.id), kind=KIND, due_at=due_at, ticket_id=ticket.id, payload=payload)
    elif not is_new:
        cancel_timer(session, key(ticket.id))
