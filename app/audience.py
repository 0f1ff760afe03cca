"""For whom a view, macro or canned reply is there: its owner, everybody who reads a queue, or every colleague."""

from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from app import policy
from core.actor import Actor, Scope
from core.errors import Conflict, NotAllowed, NotFound, Refusal
from core.events.desk import Audience

__all__ = ["Audience", "Shared", "demand_keeper", "demand_staff", "may_keep", "reaches", "shared_with"]


class Kept(Protocol):
    """What has an audience."""

    audience: str
    owner_id: UUID | None
    queue_id: UUID | None


class Shared(SQLModel):
    """The columns of whatever has an audience."""

    audience: str = Field(max_length=10)
    owner_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Whose it is, if private."""
    queue_id: UUID | None = Field(default=None, foreign_key="queue.id")
    """Whose team it is for: everybody who may read there."""


def shared_with(actor: Actor, row: type[Any]) -> sa.ColumnElement[bool]:
    """Which rows this actor works with; customers have none."""
    return shared_among(actor.scope, actor.person_id, row)


def shared_among(scope: Scope, person_id: UUID | None, row: type[Any]) -> sa.ColumnElement[bool]:
    """The same, from what decides it."""
    if not scope.internal:
        return sa.false()
    mine = sa.and_(col(row.audience) == "private", col(row.owner_id) == person_id)
    team = sa.and_(col(row.audience) == "team", _readable(scope, row))
    return sa.or_(mine, team, col(row.audience) == "global")


def reaches(actor: Actor, kept: Kept) -> bool:
    """`shared_with` for one row."""
    if not actor.scope.internal:
        return False
    if kept.audience == "private":
        return kept.owner_id == actor.person_id
    return kept.audience == "global" or actor.scope.everything or kept.queue_id in actor.scope.queue_ids


def demand_keeper(actor: Actor, audience: str, owner_id: UUID | None, queue_id: UUID | None) -> None:
    """Refuse whoever may not set this up: private things are their owner's, a team's are for those who may assign in
    its queue, those of all are for administrators.
    """
    demand_staff(actor)
    if (audience == "team") != (queue_id is not None):
        raise Conflict("A team's needs its queue_id; private and global ones have none.")
    if audience == "team" and queue_id is not None:
        policy.demand(actor, [("assign", queue_id)])
    elif audience == "global":
        policy.demand_admin(actor)
    elif owner_id != actor.person_id:
        raise NotFound("There is no such thing, or it is not yours.")


def may_keep(actor: Actor, kept: Kept) -> bool:
    """`demand_keeper` as an answer: whether the actor may change or remove it."""
    try:
        demand_keeper(actor, kept.audience, kept.owner_id, kept.queue_id)
    except Refusal:
        return False
    return True


def demand_staff(actor: Actor) -> None:
    """Refuse customers."""
    if not actor.scope.internal:
        raise NotAllowed("Views, macros and bulk edits are for colleagues.")


def _readable(scope: Scope, row: type[Any]) -> sa.ColumnElement[bool]:
    return sa.true() if scope.everything else col(row.queue_id).in_(sorted(scope.queue_ids))
