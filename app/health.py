"""How the platform is: can it serve, how far has each follower of the ledger come, do the workers live."""

from datetime import datetime

import sqlalchemy as sa
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import driver_of
from app.operations import Follower
from app.sla.backfill_job import how_far
from core import clock
from core.ledger import event, event_pending

LATE_SECONDS = 60.0
"""A follower or worker that is silent or behind for longer is named in the status (RELIABILITY.md rule 31)."""

TIMERS = """
    select (select min(due_at) from timer where not is_set_aside), (select count(*) from timer where is_set_aside)
"""


class FollowerHealth(BaseModel):
    """How far a follower of the ledger has come."""

    name: str = Field(examples=["lake"])
    position: int = Field(description="The newest event that it has applied.")
    behind_events: int
    behind_seconds: float = Field(description="How long the oldest event that it has not applied has been waiting.")
    updated_at: datetime
    note: str = Field(description="Empty, or what is wrong.")


class Health(BaseModel):
    """The state of the platform. `degraded`: it serves, but something is late or silent."""

    status: str = Field(description="ready or degraded", examples=["ready"])
    now: datetime
    head: int = Field(description="The newest position of the ledger.")
    pending_events: int = Field(description="Events that wait for their position.")
    pending_seconds: float = Field(description="How long the oldest of them has waited.")
    followers: list[FollowerHealth]
    timers_late_seconds: float = Field(description="How long the oldest timer that is due has been waiting.")
    timers_set_aside: int = Field(description="Timers that failed too often and wait for somebody.")
    checks_broken: int = Field(description="Laws about the numbers that do not hold (`/api/v1/health/data`).")
    clocks_done: int = Field(0, description="Of the tickets that get SLA clocks from history, those that did.")
    clocks_total: int = Field(0, description="How many those are; 0: no import waits for its clocks.")
    heartbeats: dict[str, datetime] = Field(description="When each background process last gave a sign of life.")


def read_health(session: Session) -> Health:
    """The health as the database tells it."""
    now = clock.now()
    head = session.execute(sa.select(sa.func.coalesce(sa.func.max(event.c.position), 0))).scalar_one()
    pending, oldest = session.execute(sa.select(sa.func.count(), sa.func.min(event_pending.c.recorded_at))).one()
    rows = session.execute(sa.select(Follower).order_by(col(Follower.name))).scalars()
    followers = [_follower(session, row, head, now) for row in rows]
    beats = session.execute(sa.text("select name, seen_at from heartbeat order by name")).all()
    pending_seconds = _seconds(now, oldest)
    timers_late, timers_aside = session.execute(sa.text(TIMERS)).one()
    checks_broken = session.execute(sa.text("select count(*) from data_check where wrong > 0")).scalar_one()
    clocks_done, clocks_total = how_far(driver_of(session).execute)
    is_well = (
        pending_seconds < LATE_SECONDS
        and _seconds(now, timers_late) < LATE_SECONDS
        and not timers_aside
        and not checks_broken
        and all(one.behind_seconds < LATE_SECONDS and not one.note for one in followers)
        and all(_seconds(now, seen_at) < LATE_SECONDS for _, seen_at in beats)
    )
    return Health(
        status="ready" if is_well else "degraded",
        now=now,
        head=head,
        pending_events=pending,
        pending_seconds=pending_seconds,
        followers=followers,
        timers_late_seconds=_seconds(now, timers_late),
        timers_set_aside=timers_aside,
        checks_broken=checks_broken,
        clocks_done=clocks_done,
        clocks_total=clocks_total,
        heartbeats={row.name: row.seen_at for row in beats},
    )


def _follower(session: Session, row: Follower, head: int, now: datetime) -> FollowerHealth:
    waiting_since = session.execute(
        sa.select(event.c.recorded_at).where(event.c.position > row.position).order_by(event.c.position).limit(1)
    ).scalar()
    return FollowerHealth(
        name=row.name,
        position=row.position,
        behind_events=max(0, head - row.position),
        behind_seconds=_seconds(now, waiting_since),
        updated_at=row.updated_at,
        note=row.note,
    )


def _seconds(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
