"""Queues, states and rights over HTTP. Everybody sees what concerns them; administrators set things up."""

from typing import Annotated, Literal, Self
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlmodel import col

from app import policy
from app.people.setup import known
from app.queues.house import Place, house_of
from app.queues.queue import Queue, QueueRight, TicketState
from app.queues.right import Right
from app.queues.setup import define_queue, define_state, set_rights, set_transitions
from app.queues.transitions import MOST_RULES, Transition
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.fields import SPOKEN, Name, Spoken, Whole
from app.rest.page import Page
from app.rest.problem import responses
from core.actor import Role
from core.errors import NotFound
from core.events import Category, FollowUp
from core.relation import Relation

ANY = responses(401, 403, 404, 422, 503)
queues = APIRouter(prefix=f"{PREFIX}/queues", tags=["queues"], route_class=Route, responses=ANY)
states = APIRouter(prefix=f"{PREFIX}/states", tags=["states"], route_class=Route, responses=ANY)

HolderKind = Literal["person", "role", "relation"]
Kind = Annotated[
    HolderKind,
    Path(description="Whether `holder` is a person's id, a role, or a relation: owner, creator, involved, watcher."),
]
Holder = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[a-z0-9_-]+$", examples=["agent"])]


Target = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,29}$", examples=["first_reply"])]
"""An SLA target's name: first_reply, next_reply, update, resolution …"""


class QueueWish(BaseModel):
    """A queue as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    parent_id: UUID | None = Field(None, description="Rights held in the parent hold here too.")
    is_active: StrictBool = Field(True, description="Whether it takes tickets.")
    follow_up: FollowUp = Field("reopen", description="What a customer's reply does to a closed ticket.")
    reopen_days: Annotated[int, Field(ge=0, le=36_500), Whole] | None = Field(
        None, description="With `reopen`: so many days after it was closed, a reply begins a new ticket instead."
    )
    calendar_id: UUID | None = Field(None, description="When its team is at work, unless something says otherwise.")


class QueueAnswer(BaseModel):
    """Where tickets wait for a team."""

    id: UUID
    name: str
    parent_id: UUID | None
    is_active: bool
    follow_up: str = Field(examples=["reopen"])
    reopen_days: int | None
    calendar_id: UUID | None

    @classmethod
    def of(cls, queue: Queue | Place) -> Self:
        """What is told of a queue."""
        return cls(
            id=queue.id, name=queue.name, parent_id=queue.parent_id, is_active=queue.is_active,
            follow_up=queue.follow_up, reopen_days=queue.reopen_days, calendar_id=queue.calendar_id,
        )  # fmt: skip


class TransitionsWish(BaseModel):
    """The ways from state to state that a queue allows; an empty list allows all."""

    model_config = ConfigDict(extra="forbid")

    rules: list[Transition] = Field(max_length=MOST_RULES)


class TransitionsAnswer(BaseModel):
    """The ways from state to state that a queue allows; an empty list allows all."""

    rules: list[Transition]


class StateWish(BaseModel):
    """A ticket state as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, json_schema_extra=SPOKEN), Spoken]
    category: Category = Field(description="What it means; it cannot be changed later.")
    is_default: StrictBool = Field(False, description="Whether its category falls back to it.")
    sort: Annotated[int, Field(ge=-10_000, le=10_000, description="Its place in lists."), Whole] = 0
    is_active: StrictBool = True
    sla_pause: list[Target] = Field(
        default=[], max_length=20, description="SLA targets whose clocks stand still here.", examples=[["next_reply"]]
    )
    auto_next_state_id: UUID | None = Field(
        None, description="Where a timer takes the ticket; null: closed from a solved state, else open."
    )
    auto_after_seconds: Annotated[int, Field(ge=1, le=10 * 366 * 86_400), Whole] | None = Field(
        None, description="How long a ticket stays before a timer takes it on; null: for ever."
    )
    reopen_to_id: UUID | None = Field(None, description="Where a ticket goes when it is reopened; null: open.")


class StateAnswer(BaseModel):
    """A ticket state, and what it means."""

    id: UUID
    name: str
    category: Category
    is_default: bool
    sort: int
    is_active: bool
    sla_pause: list[str]
    auto_next_state_id: UUID | None
    auto_after_seconds: int | None
    reopen_to_id: UUID | None

    @classmethod
    def of(cls, state: TicketState) -> Self:
        """What is told of a state."""
        return cls(**state.model_dump(exclude={"created_at"}))


class RightsWish(BaseModel):
    """What somebody may do in a queue; an empty list takes everything away."""

    model_config = ConfigDict(extra="forbid")

    rights: list[Right] = Field(max_length=len(policy.RIGHTS))


class RightsAnswer(BaseModel):
    """What a person, everybody of a role, or who stands so to the ticket may do in a queue and in those below it."""

    queue_id: UUID
    holder_kind: HolderKind
    holder: str
    rights: list[str]


@queues.get("")
def list_queues(ask: Reading) -> Page[QueueAnswer]:
    """The queues in which you may do anything at all, by name."""
    places = house_of(ask.session).queues.values()
    return Page(items=[QueueAnswer.of(place) for place in places if policy.knows_queue(ask.actor, place.id)])


@queues.post("", status_code=201, responses=responses(409))
def create_queue(ask: Writing, body: QueueWish) -> QueueAnswer:
    """Set up a queue. Nobody but administrators can do anything in it until rights are granted."""
    policy.demand_admin(ask.actor)
    ask.forget_visitors()
    return QueueAnswer.of(define_queue(ask.session, ask.actor, **body.model_dump()))


@queues.get("/{queue_id}")
def read_queue(ask: Reading, queue_id: UUID) -> QueueAnswer:
    """One queue."""
    return QueueAnswer.of(known_queue(ask, queue_id))


@queues.put("/{queue_id}", responses=responses(409))
def change_queue(ask: Writing, queue_id: UUID, body: QueueWish) -> QueueAnswer:
    """Rename a queue, hang it elsewhere, or switch it off; its tickets stay."""
    policy.demand_admin(ask.actor)
    known_queue(ask, queue_id)
    ask.forget_visitors()
    return QueueAnswer.of(define_queue(ask.session, ask.actor, queue_id=queue_id, **body.model_dump()))


@queues.get("/{queue_id}/rights")
def list_rights(ask: Reading, queue_id: UUID) -> Page[RightsAnswer]:
    """Who may do what in a queue (administrators only). Rights of parent queues come on top."""
    policy.demand_admin(ask.actor, reading=True)
    known_queue(ask, queue_id)
    rows = ask.session.execute(
        sa.select(QueueRight)
        .where(col(QueueRight.queue_id) == queue_id)
        .order_by(col(QueueRight.holder_kind), col(QueueRight.holder))
    ).scalars()
    return Page(items=[RightsAnswer(**row.model_dump(exclude={"id"})) for row in rows])


@queues.put("/{queue_id}/rights/{holder_kind}/{holder}", responses=responses(409))
def put_rights(ask: Writing, queue_id: UUID, holder_kind: Kind, holder: Holder, body: RightsWish) -> RightsAnswer:
    """Say what a person, everybody of a role, or who stands so to the ticket may do in a queue."""
    policy.demand_admin(ask.actor)
    known_queue(ask, queue_id)
    must_hold(ask, holder_kind, holder)
    ask.forget_visitors()
    held = set_rights(
        ask.session, ask.actor, queue_id=queue_id, holder_kind=holder_kind, holder=holder, rights=body.rights
    )
    return RightsAnswer(queue_id=queue_id, holder_kind=holder_kind, holder=holder, rights=held.rights if held else [])


@queues.get("/{queue_id}/transitions")
def list_transitions(ask: Reading, queue_id: UUID) -> TransitionsAnswer:
    """The ways from state to state that a queue allows."""
    return TransitionsAnswer(rules=[*known_queue(ask, queue_id).transitions])


@queues.put("/{queue_id}/transitions", responses=responses(409))
def put_transitions(ask: Writing, queue_id: UUID, body: TransitionsWish) -> TransitionsAnswer:
    """Say which ways from state to state a queue allows (administrators only)."""
    policy.demand_admin(ask.actor)
    known_queue(ask, queue_id)
    set_transitions(ask.session, ask.actor, queue_id=queue_id, rules=body.rules)
    return TransitionsAnswer(rules=body.rules)


@states.get("")
def list_states(ask: Reading) -> Page[StateAnswer]:
    """All ticket states, in their order."""
    rows = ask.session.execute(sa.select(TicketState).order_by(col(TicketState.sort), col(TicketState.name))).scalars()
    return Page(items=[StateAnswer.of(row) for row in rows])


@states.post("", status_code=201, responses=responses(409))
def create_state(ask: Writing, body: StateWish) -> StateAnswer:
    """Set up a ticket state."""
    policy.demand_admin(ask.actor)
    return StateAnswer.of(define_state(ask.session, ask.actor, **body.model_dump()))


@states.put("/{state_id}", responses=responses(409))
def change_state(ask: Writing, state_id: UUID, body: StateWish) -> StateAnswer:
    """Rename a state, make it its category's default, or switch it off; tickets that are in it stay there."""
    policy.demand_admin(ask.actor)
    if ask.session.get(TicketState, state_id) is None:
        raise NotFound("There is no such state.")
    return StateAnswer.of(define_state(ask.session, ask.actor, state_id=state_id, **body.model_dump()))


def known_queue(ask: Ask, queue_id: UUID) -> Place:
    """A queue that the asker knows."""
    place = house_of(ask.session).queues.get(queue_id)
    if place is None or not policy.knows_queue(ask.actor, queue_id):
        raise NotFound("There is no such queue, or you may not see it.")
    return place


def must_hold(ask: Ask, holder_kind: str, holder: str) -> None:
    """A holder is somebody real."""
    if holder in {"role": set[str](Role), "relation": set[str](Relation)}.get(holder_kind, ()):
        return
    try:
        person_id = UUID(holder)
    except ValueError:
        person_id = None
    if holder_kind != "person" or person_id is None or str(person_id) != holder:
        raise NotFound("There is no such holder of rights; name a role, a relation, or a person by id.")
    known(ask.session, person_id)
