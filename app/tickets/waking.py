"""What happens when a ticket's time is up (app/timers runs it)."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.tickets.commands import Wake
from app.tickets.decider import handle
from app.tickets.due import KIND
from app.timers import Timer, on_timer
from core.actor import SYSTEM


@on_timer(KIND)
def wake_ticket(session: Session, timer: Timer) -> None:
    """Take it on to where its state leads."""
    wish = Wake(state_id=UUID(timer.payload["state_id"]))
    handle(session, SYSTEM, wish, ticket_id=timer.ticket_id, source="timer", cause_id=timer.id)
