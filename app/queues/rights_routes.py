"""What other rights in a queue would change: who gains and who loses sight of tickets, before anybody sets them."""

from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app import policy
from app.queues.holders import MOST_PEOPLE, colleagues
from app.queues.house import house_of
from app.queues.routes import Holder, Kind, RightsWish, known_queue, must_hold
from app.queues.sight import Part, Seer, changes, with_rights
from app.rest import PREFIX
from app.rest.ask import Route, Writing
from app.rest.problem import responses
from core.actor import Role
from core.relation import Relation

router = APIRouter(
    prefix=f"{PREFIX}/queues", tags=["queues"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)


class SightAnswer(BaseModel):
    """Tickets of a queue: all, or (with `relation`) those to which the person stands so."""

    queue_id: UUID
    relation: Relation | None

    @classmethod
    def of(cls, part: Part) -> Self:
        """What is told of a part."""
        return cls(queue_id=part[0], relation=part[1])


class PersonSight(BaseModel):
    """What one person would see, or would no longer see."""

    person_id: UUID
    name: str
    role: Role
    tickets: list[SightAnswer]

    @classmethod
    def of(cls, person: Seer, parts: tuple[Part, ...]) -> Self:
        """What is told of somebody."""
        tickets = [SightAnswer.of(part) for part in parts]
        return cls(person_id=person.person_id, name=person.name, role=person.role, tickets=tickets)


class RightsPreview(BaseModel):
    """Who would gain and who would lose sight of tickets. Customers' own tickets are theirs without any right."""

    gains: list[PersonSight]
    loses: list[PersonSight]
    is_whole: bool = Field(description=f"Whether all colleagues were gone through; at most {MOST_PEOPLE} are.")


@router.post("/{queue_id}/rights/{holder_kind}/{holder}/preview")
def preview_rights(ask: Writing, queue_id: UUID, holder_kind: Kind, holder: Holder, body: RightsWish) -> RightsPreview:
    """What setting these rights would change of who sees what. Nothing is set (administrators only)."""
    policy.demand_admin(ask.actor)
    known_queue(ask, queue_id)
    must_hold(ask, holder_kind, holder)
    house, people = house_of(ask.session), colleagues(ask.session)
    after = with_rights(house, queue_id, holder_kind, holder, body.rights)
    found = changes(house, after, people[:MOST_PEOPLE])
    return RightsPreview(
        gains=[PersonSight.of(one.person, one.gains) for one in found if one.gains],
        loses=[PersonSight.of(one.person, one.loses) for one in found if one.loses],
        is_whole=len(people) <= MOST_PEOPLE,
    )
