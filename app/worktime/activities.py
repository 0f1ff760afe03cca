"""Kinds of work: administrators set them up; time is booked on those that are active."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.worktime.row import Activity
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.events import ActivityDefined
from core.ledger import append, wrap


def activities(session: Session, *, active: bool = False) -> Sequence[Activity]:
    """All of them by name, or those that time can be booked on."""
    query = sa.select(Activity).order_by(col(Activity.name))
    return session.execute(query.where(col(Activity.is_active)) if active else query).scalars().all()


def active_activity(session: Session, activity_id: UUID) -> Activity:
    """One that time can be booked on."""
    found = session.get(Activity, activity_id)
    if found is None or not found.is_active:
        raise NotFound("There is no such activity, or it is switched off; choose another.")
    return found


def define_activity(
    session: Session, actor: Actor, *, name: str, is_billable: bool, is_active: bool = True,
    activity_id: UUID | None = None, source: str = "api",
) -> Activity:  # fmt: skip
    """Set one up, or change it."""
    policy.demand_admin(actor)
    found = session.get(Activity, activity_id, with_for_update=True) if activity_id else None
    if activity_id and found is None:
        raise NotFound("There is no such activity.")
    other = session.execute(sa.select(Activity).where(col(Activity.name) == name)).scalar_one_or_none()
    if other is not None and other is not found:
        raise Conflict(f"There is an activity called {name} already; choose another name.")
    wish = (name, is_billable, is_active)
    if found and (found.name, found.is_billable, found.is_active) == wish:
        return found
    row = found or Activity(name=name, is_billable=is_billable)
    row.name, row.is_billable, row.is_active = wish
    session.add(row)
    session.flush()
    told = ActivityDefined(activity_id=row.id, name=name, is_billable=is_billable, is_active=is_active)
    append(session, [wrap(told, actor, source=source)])
    return row
