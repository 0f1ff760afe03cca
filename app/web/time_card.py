"""What a ticket's page shows of booked time."""

from typing import Any

from sqlalchemy.orm import Session

from app.tickets.ticket import Ticket
from app.web.around import Around
from app.worktime.activities import activities
from app.worktime.sums import time_on, total_of
from core.actor import Actor


def time_values(session: Session, actor: Actor, ticket: Ticket, has: Around) -> dict[str, Any]:
    """What a ticket's page shows of it: the sum, and what can be chosen."""
    if not actor.scope.internal:
        return {"time_total": None, "activities": []}
    entries = time_on(session, actor, ticket) if has.time else []
    return {"time_total": total_of(entries), "activities": activity_choices(session) if has.activities else []}


def activity_choices(session: Session) -> list[tuple[Any, str]]:
    """What time can be booked on."""
    rows = activities(session, active=True)
    return [("", "no activity"), *((row.id, row.name) for row in rows)] if rows else []
