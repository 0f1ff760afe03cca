"""Policies in the tests' company, and what its tickets' clocks say."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.queues.house import house_of
from app.sla.clock import Clock, clock_of
from app.sla.policy import Shape
from app.sla.row import SlaClock
from app.sla.rules import Rules
from app.sla.setup import define_policy
from app.tickets.ticket import Ticket
from app.timers import Timer
from core import clock
from core.actor import SYSTEM
from core.ledger import Envelope, history
from tests.world import MONDAY, World

HOUR = 3600


def promise(metric: str, hours: float = 4, **more: Any) -> dict[str, Any]:
    """A target of so many hours around the clock, at every priority."""
    seconds = dict.fromkeys(("low", "normal", "high", "urgent"), round(hours * HOUR))
    return {"metric": metric, "basis": "calendar", "seconds": seconds, **more}


def set_policy(world: World, *targets: dict[str, Any], name: str = "Standard", conditions: str = "",
               policy_id: UUID | None = None, **more: Any) -> UUID:  # fmt: skip
    """A policy in force since before the first ticket."""
    now = more.pop("at", MONDAY)
    shape = Shape.model_validate({"name": name, "conditions": conditions, "targets": targets, **more})
    with clock.at(now):
        return define_policy(world.session, SYSTEM, shape, policy_id=policy_id).policy_id


def rules_of(world: World) -> Rules:
    """The rules as the house has them."""
    return house_of(world.session).sla


def kept(world: World, ticket: Ticket) -> list[Clock]:
    """The ticket's clocks as the desk has them."""
    query = (
        sa.select(SlaClock)
        .where(col(SlaClock.ticket_id) == ticket.id)
        .order_by(col(SlaClock.started_at), col(SlaClock.target), col(SlaClock.cycle))
        .execution_options(populate_existing=True)
    )
    return [clock_of(row) for row in world.session.execute(query).scalars()]


def told(world: World, ticket: Ticket) -> list[Envelope]:
    """What its clocks told, in order."""
    return [one for one in history(world.session, ticket.id) if one.kind.startswith("sla.")]


def kinds(world: World, ticket: Ticket) -> list[str]:
    """The same as short words."""
    return [one.kind.removeprefix("sla.").removeprefix("clock.") for one in told(world, ticket)]


def timer(world: World, ticket: Ticket) -> Timer | None:
    """The timer of the ticket's clocks."""
    return world.session.execute(sa.select(Timer).where(col(Timer.key) == f"sla:{ticket.id}")).scalar_one_or_none()
