"""Ratings over HTTP."""

from datetime import datetime
from functools import partial
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from app.ratings.rate import RatingWish, rate
from app.ratings.row import Rating
from app.rest import PREFIX
from app.rest.ask import Route, Writing
from app.rest.problem import responses
from app.tickets.routes import CHANGED, IfMatch, version_in
from app.tickets.store import keep_later

router = APIRouter(
    prefix=f"{PREFIX}/tickets", tags=["tickets"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)


class RatingAnswer(BaseModel):
    """The rating that holds."""

    ticket_id: UUID
    score: int
    comment: str
    effort: int | None = None
    recommendation: int | None = None
    rated_at: datetime

    @classmethod
    def of(cls, row: Rating) -> Self:
        """The same as an answer."""
        return cls(**row.model_dump(exclude={"person_id"}))


@router.post("/{ticket_id}/rating", responses=CHANGED)
def rate_ticket(ask: Writing, ticket_id: UUID, body: RatingWish, if_match: IfMatch = "*") -> RatingAnswer:
    """Say how content you are with the solution of your ticket, or say it anew: the newest rating holds."""
    ticket, rating = rate(
        ask.session, ask.actor, ticket_id, body,
        expected_version=version_in(if_match), keep=partial(keep_later, ask.batch),
    )  # fmt: skip
    ask.headers["ETag"] = f'"{ticket.version}"'
    return RatingAnswer.of(rating)
