"""The rating of a ticket on its page: asked of whoever asked, told to everybody else who may read the ticket."""

from typing import Any

from sqlalchemy.orm import Session

from app.ratings.row import Rating
from app.tickets.ticket import Ticket
from app.web.around import Around
from core.actor import Actor
from core.events import Category
from core.settings import Settings

BESIDE = {
    "ces": ("effort", "How easy was it to be helped?", "very hard", "very easy", 1, 7),
    "nps": ("recommendation", "How likely would you recommend us?", "not at all", "very", 0, 10),
}
"""What may be asked beside it (CLEARQUEUE_SURVEY_QUESTIONS): the field, the question, its ends in words and numbers."""

SCORES = ((5, "very content"), (4, "content"), (3, "neither"), (2, "not content"), (1, "not at all content"))


def questions_of(settings: Settings) -> list[tuple[str, str, str, str, int, int]]:
    """What whoever asked is asked beside how content they are."""
    return [BESIDE[name] for name in settings.survey_questions.split(",") if name in BESIDE]


def rating_values(session: Session, actor: Actor, ticket: Ticket, has: Around) -> dict[str, Any]:
    """The rating as it stands, and whether the reader is asked for one."""
    is_done = ticket.category in (Category.SOLVED, Category.CLOSED)
    return {
        "rating": session.get(Rating, ticket.id) if has.rating else None,
        "can_rate": is_done and actor.person_id is not None and actor.person_id == ticket.requester_id,
        "scores": SCORES,
    }
