"""A parent waits for its children: nobody solves it by accident while they are open."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.tickets.command import Now
from app.tickets.link import open_children
from app.tickets.refusals import ChildrenAreOpen
from app.tickets.ticket import Ticket
from core.events import Event, StatusChanged


def must_not_leave_children(session: Session, ticket: Ticket, events: Sequence[Event], now: Now) -> None:
    """Refuse to solve or close, by hand and without a second look, a ticket whose children are not solved."""
    solves = any(
        isinstance(event, StatusChanged)
        and event.category.is_done
        and not event.before_category.is_done
        and event.reason in ("agent", "agent_reply", "rule")
        for event in events
    )
    if solves and not now.is_confirmed and (numbers := open_children(session, now.actor, ticket.id)):
        raise ChildrenAreOpen(ticket.number, numbers)
