"""Rating: the event and its row, together."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.ratings.row import Rating
from app.tickets import store
from app.tickets.commands import Rate
from app.tickets.commands.rate import Comment, Score
from app.tickets.decider import Keep, handle
from app.tickets.locking import locked
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor


class RatingWish(BaseModel):
    """How content one is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: Score
    comment: Comment = Field("", description="In your own words.")


def rate(
    session: Session, actor: Actor, ticket_id: UUID, wish: RatingWish, *, expected_version: int | None = None,
    source: str = "api", keep: Keep = store.keep,
) -> tuple[Ticket, Rating]:  # fmt: skip
    """Rate one's own ticket, or rate it anew: the newest rating holds."""
    locked(session, actor, ticket_id)  # two at once: the second sees what the first said
    had = session.get(Rating, ticket_id, populate_existing=True)
    before = {"before": had.score, "before_comment": had.comment} if had else {}
    do = Rate.model_validate({**wish.model_dump(), **before})
    ticket = handle(
        session, actor, do, ticket_id=ticket_id, expected_version=expected_version, source=source, keep=keep
    )
    assert actor.person_id is not None
    rating = had or Rating(ticket_id=ticket_id, person_id=actor.person_id, score=wish.score)
    rating.score, rating.comment = wish.score, wish.comment
    if had is None or (wish.score, wish.comment) != (before["before"], before["before_comment"]):
        rating.rated_at = clock.now()
    session.add(rating)
    session.flush()
    return ticket, rating
