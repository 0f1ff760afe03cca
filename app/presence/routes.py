"""Who is there, over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.audience import demand_staff
from app.presence.show import presence_of, show
from app.presence.team import presences
from app.queues.house import house_of
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.problem import responses
from core.events import Presence

router = APIRouter(
    prefix=f"{PREFIX}/presence", tags=["people"], route_class=Route, responses=responses(401, 403, 422, 503)
)


class PresenceWish(BaseModel):
    """What you say of yourself."""

    model_config = ConfigDict(extra="forbid")

    presence: Presence


class Present(BaseModel):
    """Somebody who is there or away."""

    person_id: UUID
    name: str
    presence: Presence
    since: datetime


class PresenceAnswer(BaseModel):
    """Whether you are there, and who else is."""

    presence: Presence
    since: datetime | None = Field(description="Null: you never said anything.")
    others: list[Present] = Field(
        description="Those who are there or away, you included: of the queues that you lead; administrators see all."
    )


@router.get("")
def read_presence(ask: Reading) -> PresenceAnswer:
    """Whether you are there, and those whom you may see."""
    demand_staff(ask.actor)
    row = presence_of(ask.session, ask.actor.person_id)
    others = [
        Present.model_validate({"person_id": one.person_id, "name": name, "presence": one.presence, "since": one.since})
        for one, name in presences(ask.session, house_of(ask.session), ask.actor)
    ]
    return PresenceAnswer.model_validate(
        {"presence": row.presence if row else "offline", "since": row and row.since, "others": others}
    )


@router.put("")
def set_presence(ask: Writing, body: PresenceWish) -> PresenceAnswer:
    """Say that you are there, away or gone. Say it again now and then if you have no page open."""
    show(ask.session, ask.actor, body.presence)
    return read_presence(ask)
