"""Timers that failed too often: told, run again, or dismissed. Both deeds are events."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.timers.timer import CHANNEL, Timer
from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.events import TimerDismissed, TimerRetried
from core.ledger import append, wrap

MOST = 500


def set_aside(session: Session, *, limit: int = MOST) -> Sequence[Timer]:
    """What waits for somebody, the one that failed last first."""
    query = sa.select(Timer).where(col(Timer.is_set_aside)).order_by(col(Timer.due_at).desc(), col(Timer.id))
    return list(session.execute(query.limit(limit)).scalars())


def retry(session: Session, actor: Actor, timer_id: UUID, *, source: str = "api") -> Timer:
    """Let it happen at once. If it fails again, it is tried as often as a new one."""
    timer = _waiting(session, timer_id)
    timer.is_set_aside, timer.attempts, timer.due_at = False, 0, clock.now()
    session.flush()
    event = TimerRetried(
        timer_id=timer.id, timer_key=timer.key, timer_kind=timer.kind, about_id=timer.ticket_id
    )  # fmt: skip
    append(session, [wrap(event, actor, source=source)])
    session.execute(sa.text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
    return timer


def dismiss(session: Session, actor: Actor, timer_id: UUID, *, source: str = "api") -> None:
    """Let it not happen. Setting the same timer again is possible as ever."""
    timer = _waiting(session, timer_id)
    event = TimerDismissed(
        timer_id=timer.id, timer_key=timer.key, timer_kind=timer.kind, about_id=timer.ticket_id
    )  # fmt: skip
    session.delete(timer)
    session.flush()
    append(session, [wrap(event, actor, source=source)])


def _waiting(session: Session, timer_id: UUID) -> Timer:
    query = sa.select(Timer).where(col(Timer.id) == timer_id, col(Timer.is_set_aside)).with_for_update()
    timer: Timer | None = session.execute(query).scalar_one_or_none()
    if timer is None:
        raise NotFound("No such timer waits for somebody; it ran, was dismissed, or never failed.")
    return timer
