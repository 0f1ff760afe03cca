"""Saved views over HTTP: name, filter, order, columns, for whom, and how many tickets each finds."""

from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.audience import Audience, demand_staff, may_keep
from app.autocommit import Autocommit
from app.filters.names import tree_of
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.fields import SPOKEN, STORABLE, Spoken, Storable
from app.rest.page import Page
from app.rest.problem import responses
from app.views.setup import define_view, remove_view, view_of, views_of
from app.views.tally import Question, ask_for, kept_numbers
from app.views.view import SavedView
from core.actor import Actor
from core.errors import Refusal
from search.filter_text import LONGEST_FILTER

router = APIRouter(
    prefix=f"{PREFIX}/views", tags=["views"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)

Sort = Literal["-updated", "updated", "-created", "created", "-priority", "priority", "number", "-number", "due"]
Column = Literal["state", "number", "requester", "queue", "assignee", "priority", "time"]
COLUMNS: list[Column] = list(get_args(Column))


class ViewWish(BaseModel):
    """A view as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, json_schema_extra=SPOKEN), Spoken]
    query: Annotated[
        str,
        Field(
            max_length=LONGEST_FILTER,
            json_schema_extra=STORABLE,
            description="A filter; `me` is whoever looks.",
            examples=["is:open assignee:me"],
        ),
        Storable,
    ]
    sort: Sort = "-updated"
    columns: list[Column] = Field(
        default=COLUMNS, max_length=len(COLUMNS), description="What a row shows beside its title."
    )
    audience: Audience = Field(
        "private", description="private: you; team: everybody who reads `queue_id`; global: all."
    )
    queue_id: UUID | None = Field(None, description="Whose team it is for.")


class ViewAnswer(BaseModel):
    """A saved view. `count` is null until it was counted for the first time, and for filters that no longer hold."""

    id: UUID
    name: str
    query: str
    sort: Sort
    columns: list[Column]
    audience: Audience
    owner_id: UUID | None
    queue_id: UUID | None
    count: int | None = Field(description="How many tickets it finds for you, kept as tickets change.")
    is_yours_to_change: bool

    @classmethod
    def of(cls, view: SavedView, actor: Actor, count: int | None) -> Self:
        """What is told of a view."""
        told = view.model_dump(exclude={"created_at"})
        return cls(**told, count=count, is_yours_to_change=may_keep(actor, view))


@router.get("")
def list_views(ask: Reading) -> Page[ViewAnswer]:
    """Your views, your teams' and everybody's, with their counts. Counts are kept, not made: the list never waits."""
    demand_staff(ask.actor)
    views = views_of(ask.session, ask.actor)
    counts = counts_of(ask.desk.database.alone, ask.session, ask.actor, [view.query for view in views])
    return Page(items=[ViewAnswer.of(view, ask.actor, counts.get(view.query)) for view in views], next=None)


@router.post("", status_code=201, responses=responses(409))
def create_view(ask: Writing, body: ViewWish) -> ViewAnswer:
    """Save a view."""
    return _told(ask, define_view(ask.session, ask.actor, **body.model_dump()))


@router.get("/{view_id}")
def read_view(ask: Reading, view_id: UUID) -> ViewAnswer:
    """One view."""
    return _told(ask, view_of(ask.session, ask.actor, view_id))


@router.put("/{view_id}", responses=responses(409))
def change_view(ask: Writing, view_id: UUID, body: ViewWish) -> ViewAnswer:
    """Change a view."""
    return _told(ask, define_view(ask.session, ask.actor, view_id=view_id, **body.model_dump()))


@router.delete("/{view_id}", status_code=204)
def delete_view(ask: Writing, view_id: UUID) -> None:
    """Remove a view; tickets are as they were."""
    remove_view(ask.session, ask.actor, view_id)


def counts_of(alone: Autocommit, session: Session, actor: Actor, queries: list[str]) -> dict[str, int]:
    """What is kept for these filters, as this actor sees them; what is missing will be there soon."""
    questions: dict[str, Question] = {}
    for query in set(queries):
        try:
            tree = tree_of(session, actor, query)
        except Refusal:  # a state or queue that it names is gone: the view is shown, without a number
            continue
        questions[query] = Question(tree, actor.scope.of_tickets, f"{query} {actor.person_id} {actor.timezone}")
    numbers, missing = kept_numbers(session, questions.values())
    ask_for(alone, missing)
    keys = {query: question.key for query, question in questions.items()}
    return {query: numbers[key] for query, key in keys.items() if key in numbers}


def _told(ask: Ask, view: SavedView) -> ViewAnswer:
    counts = counts_of(ask.desk.database.alone, ask.session, ask.actor, [view.query])
    return ViewAnswer.of(view, ask.actor, counts.get(view.query))
