"""The rating of a ticket on its page: asked of whoever asked, told to everybody else who may read the ticket."""

from typing import Any

from sqlalchemy.orm import Session

from app.ratings.row import Rating
from app.tickets.ticket import Ticket
from app.web.around import Around
from core.actor import Actor
from core.events import Category

SCORES = ((5, "very content"), (4, "content"), (3, "neither"), (2, "not content"), (1, "not at all content"))


def rating_values(session: Session, actor: Actor, ticket: Ticket, has: Around) -> dict[str, Any]:
    """The rating as it stands, and whether the reader is asked for one."""
    is_done = ticket.category in (Category.SOLVED, Category.CLOSED)
    return {
        "rating": session.get(Rating, ticket.id) if has.rating else None,
        "can_rate": is_done and actor.person_id is not None and actor.person_id == ticket.requester_id,
        "scores": SCORES,
    }
