"""Health over HTTP: for load balancers, and in detail for colleagues."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.desk import Desk
from app.health import Health, read_health
from app.rest import PREFIX
from app.rest.problem import responses

router = APIRouter(prefix=f"{PREFIX}/health", tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The platform can serve. Details are for colleagues who are signed in."""

    status: str = Field(description="ready or degraded", examples=["ready"])


@router.get("", name="read_health", responses=responses(503))
def read_health_now(request: Request) -> Health | Ready:
    """Whether requests can be served (503: not now). Colleagues see how far each follower of the ledger has come."""
    desk: Desk = request.app.state.desk
    with desk.database.reading() as session:
        found = read_health(session)
    actor = request.state.actor
    return found if actor and actor.scope.internal else Ready(status=found.status)


@router.get("/live")
def read_live() -> Alive:
    """Whether the process answers at all; asks nothing of the database."""
    return Alive()
