"""Rating: the event and its row, together."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.ratings.row import Rating
from app.tickets import store
from app.tickets.commands import Rate
from app.tickets.commands.rate import Comment, Effort, Recommendation, Score
from app.tickets.decider import Keep, handle
from app.tickets.locking import locked
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor

BESIDE = ("effort", "recommendation")
"""What may be asked beside the rating."""


class RatingWish(BaseModel):
    """How content one is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: Score
    comment: Comment = Field("", description="In your own words.")
    effort: Effort | None = Field(None, description="How easy it was, 1 to 7; null: as said before, if ever.")
    recommendation: Recommendation | None = Field(
        None, description="How likely you would recommend us, 0 to 10; null: as said before, if ever."
    )


def rate(
    session: Session, actor: Actor, ticket_id: UUID, wish: RatingWish, *, expected_version: int | None = None,
    source: str = "api", keep: Keep = store.keep,
) -> tuple[Ticket, Rating]:  # fmt: skip
    """Rate one's own ticket, or rate it anew: the newest rating holds."""
    locked(session, actor, ticket_id)  # two at once: the second sees what the first said
    had = session.get(Rating, ticket_id, populate_existing=True)
    before: dict[str, Any] = {"before": had.score, "before_comment": had.comment} if had else {}
    before |= {f"before_{name}": getattr(had, name) for name in BESIDE if had}
    do = Rate.model_validate({**wish.model_dump(), **before})
    ticket = handle(
        session, actor, do, ticket_id=ticket_id, expected_version=expected_version, source=source, keep=keep
    )
    assert actor.person_id is not None
    rating = had or Rating(ticket_id=ticket_id, person_id=actor.person_id, score=wish.score)
    rating.score, rating.comment = wish.score, wish.comment
    if had is None or (wish.score, wish.comment) != (before["before"], before["before_comment"]):
        rating.rated_at = clock.now()
    for name in BESIDE:
        if (said := getattr(wish, name)) is not None:
            setattr(rating, name, said)
    session.add(rating)
    session.flush()
    return ticket, rating
