"""Search over HTTP: the asker's scope goes into the query itself, so that nothing outside it has any influence."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app import policy
from app.filters.looked_up import finder
from app.filters.names import queues_by_name
from app.queues.house import house_of
from app.rest import PREFIX
from app.rest.ask import Reading, Route
from app.rest.problem import responses
from core.events import Category
from search.hit import Hit
from search.index import DEEPEST
from search.query import LONGEST_QUERY, parse

router = APIRouter(
    prefix=f"{PREFIX}/search", tags=["search"], route_class=Route, responses=responses(401, 403, 422, 503)
)

MOST_HITS = 50
Words = Annotated[
    str,
    Query(
        max_length=LONGEST_QUERY,
        description='Words, "phrases", -without, filters such as `state:open` or `created:>2026-01-01`.',
        examples=["printer state:open"],
    ),
]


class HitAnswer(BaseModel):
    """A ticket that was found. The `_html` parts are escaped and have the words that matched in `<mark>`."""

    ticket_id: UUID
    number: int
    title: str
    title_html: str
    snippet_html: str
    snippet_is_internal: bool
    tags: list[str]
    queue_id: UUID
    state: str
    category: Category
    priority: int
    agent_id: UUID | None
    agent: str
    requester_id: UUID | None
    requester: str
    organisation_id: UUID | None
    organisation: str
    channel: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """What is told of a hit."""
        return cls.model_validate(hit, from_attributes=True)


class SearchAnswer(BaseModel):
    """A page of hits, the best first."""

    hits: list[HitAnswer]
    total: int
    total_is_exact: bool = Field(description="false: there are at least `total`.")
    is_relaxed: bool = Field(description="No ticket had enough of the words; these have some.")
    jump: UUID | None = Field(description="The ticket whose number was asked for.")


class SuggestionAnswer(BaseModel):
    """A ticket that somebody who types this may mean."""

    ticket_id: UUID
    number: int
    title: str
    title_html: str


class SuggestAnswer(BaseModel):
    """What to offer while somebody types."""

    suggestions: list[SuggestionAnswer]


@router.get("")
def search_tickets(
    ask: Reading,
    q: Words = "",
    limit: Annotated[int, Query(ge=1, le=MOST_HITS)] = 20,
    offset: Annotated[int, Query(ge=0, le=DEEPEST)] = 0,
) -> SearchAnswer:
    """The tickets that match, out of those that you may see."""
    queues = queues_by_name(ask.actor, house_of(ask.session))
    question = parse(q, zone=ZoneInfo(ask.actor.timezone), me=ask.actor.person_id, queues=queues,
                     masked=ask.actor.scope.masked_fields, found=finder(ask.session, ask.actor))  # fmt: skip
    result = ask.desk.index.search(question, policy.visible(ask.actor), limit=limit, offset=offset)
    return SearchAnswer(
        hits=[HitAnswer.of(hit) for hit in result.hits],
        total=result.total,
        total_is_exact=result.total_is_exact,
        is_relaxed=result.is_relaxed,
        jump=result.jump,
    )


@router.get("/suggest")
def suggest_tickets(ask: Reading, q: Words = "", limit: Annotated[int, Query(ge=1, le=20)] = 8) -> SuggestAnswer:
    """Tickets by number or title, while somebody types."""
    found = ask.desk.index.suggest(q, policy.visible(ask.actor), limit)
    return SuggestAnswer(suggestions=[SuggestionAnswer.model_validate(one, from_attributes=True) for one in found])
