"""Rate: whoever asked says how content they are with the solution."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from app.rest.fields import STORABLE, Storable, Whole
from app.tickets.command import Command, Now, decide, effect, sha256
from app.tickets.refusals import NotSolvedYet
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from core.errors import NotAllowed
from core.events import Category, CsatRated, EffortRated, Event, RecommendationRated

MOST_CHARS = 2_000
Score = Annotated[int, Field(ge=1, le=5, description="1 not at all content, 5 very.", examples=[5]), Whole]
Effort = Annotated[int, Field(ge=1, le=7, description="1 very hard, 7 very easy.", examples=[6]), Whole]
Recommendation = Annotated[int, Field(ge=0, le=10, description="0 not at all likely, 10 very.", examples=[9]), Whole]
Comment = Annotated[str, Field(max_length=MOST_CHARS, json_schema_extra=STORABLE), Storable]


class Rate(Command):
    """Say how content you are. (app/ratings keeps the row with the words, and asks.)"""

    right: ClassVar[str] = "reply"
    is_for_light_agents: ClassVar[bool] = True

    score: Score
    comment: Comment = ""
    effort: Effort | None = None
    recommendation: Recommendation | None = None
    before: int | None = None
    before_comment: str = ""
    before_effort: int | None = None
    before_recommendation: int | None = None

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """No right of the queue: it is theirs who asked."""
        return []


@decide.register
def rate(do: Rate, ticket: Ticket, now: Now) -> list[Event]:
    """Once it is solved; a reopened ticket waits for its next solve."""
    if now.actor.person_id is None or now.actor.person_id != ticket.requester_id:
        raise NotAllowed("Only whoever asked rates the solution.")
    must_not_be_gone(ticket)
    if ticket.category not in (Category.SOLVED, Category.CLOSED):
        raise NotSolvedYet(ticket.number)
    said: list[Event] = []
    if (do.score, do.comment) != (do.before, do.before_comment):
        comment_hash = sha256(do.comment) if do.comment else None
        said.append(CsatRated(score=do.score, before=do.before, comment_hash=comment_hash))
    if do.effort not in (None, do.before_effort):
        said.append(EffortRated(score=do.effort, before=do.before_effort))
    if do.recommendation not in (None, do.before_recommendation):
        said.append(RecommendationRated(score=do.recommendation, before=do.before_recommendation))
    return said


@effect.register(CsatRated)
@effect.register(EffortRated)
@effect.register(RecommendationRated)
def rated(event: Event, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the ticket's row: a rating has a row of its own."""
