"""Looking at alerts: each through its owner's eyes, once a minute. It is told when one begins and when it is over."""

from contextlib import ExitStack, closing
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from analytics.alerting.condition import Condition, Freshness
from analytics.alerting.judge import Verdict, judge
from analytics.alerting.watched import chart, compared_with
from analytics.lake import Lake, open_reader
from app import policy
from app.alerts.row import Alert, AlertFiring
from app.alerts.setup import condition_of, watched_of
from app.alerts.telling import begin, end, trouble
from app.db import Database
from app.identity.asking import actor_of
from app.people.person import Person
from core import clock, log
from core.actor import Actor
from core.errors import Refusal, Unavailable
from core.settings import Settings

EVERY_SECONDS = 60
logger = log.get(__name__)


def watch(settings: Settings) -> int:
    """Look at every alert that is on, those first that waited longest; returns how many were looked at."""
    with closing(Database(settings.database_url, most_connections=1)) as database, ExitStack() as stack:
        with database.reading() as session:
            order = col(Alert.looked_at).asc().nulls_first()
            waiting = list(session.execute(sa.select(col(Alert.id)).where(col(Alert.is_on)).order_by(order)).scalars())
        lake = _lake(settings, stack) if waiting else None
        for alert_id in waiting:
            with database.transaction() as session:
                look(session, alert_id, lake)
    return len(waiting)


def look(session: Session, alert_id: UUID, lake: Lake | None) -> None:
    """Look at one alert and tell its owner what changed. Of two that look at once one goes on to the next."""
    row = sa.select(Alert).where(col(Alert.id) == alert_id, col(Alert.is_on)).with_for_update(skip_locked=True)
    alert = session.execute(row).scalar_one_or_none()
    if alert is None or not (person := session.get_one(Person, alert.owner_id)).is_active:
        return
    actor, now = actor_of(session, person), clock.now()
    query = sa.select(AlertFiring).where(col(AlertFiring.alert_id) == alert.id, col(AlertFiring.ended_at).is_(None))
    firing = session.execute(query).scalar_one_or_none()
    try:
        verdict = _verdict(session, alert, actor, lake, now, is_firing=firing is not None)
    except Unavailable as away:
        alert.trouble = away.sentence  # passes by itself: shown, not told
        return
    except Refusal as refusal:
        trouble(session, alert, actor, refusal.sentence)
        return
    finally:
        alert.looked_at = now
    alert.trouble, alert.value = "", verdict.value if verdict else None
    if verdict and verdict.is_beyond and firing is None:
        begin(session, alert, actor, verdict)
    elif verdict and verdict.is_beyond is False and firing is not None:
        end(session, alert, actor, firing, verdict)


def _verdict(
    session: Session, alert: Alert, actor: Actor, lake: Lake | None, now: datetime, *, is_firing: bool
) -> Verdict | None:
    """The newest point that can be judged; None if there is none yet."""
    condition = condition_of(alert)
    if isinstance(condition, Freshness):
        return _age(session, condition, lake, now)
    if lake is None:
        raise Unavailable("The numbers cannot be reached just now.")
    return _newest(alert, condition, actor, lake, now, is_firing=is_firing)


def _newest(
    alert: Alert, condition: Condition, actor: Actor, lake: Lake, now: datetime, *, is_firing: bool
) -> Verdict | None:
    watched = watched_of(alert, ZoneInfo(actor.timezone))
    since = now - compared_with(condition, watched.grain) - 2 * watched.length
    drawn = chart(watched, condition, since=since, now=now, lake=lake, scope=policy.visible(actor))
    return judge(condition, drawn, len(drawn.points) - 1, is_firing=is_firing) if drawn.points else None


def _age(session: Session, condition: Freshness, lake: Lake | None, now: datetime) -> Verdict:
    """How old the newest event is that numbers know of. While nothing happens, a heartbeat a minute keeps it young."""
    newest = None
    if lake is not None:
        recorded = sa.text("select recorded_at from event where position = :position")
        newest = session.execute(recorded, {"position": lake.position()}).scalar()
    seconds = (now - newest).total_seconds() if newest else None
    return Verdict(now, seconds, seconds is None or seconds > condition.seconds, high=float(condition.seconds))


def _lake(settings: Settings, stack: ExitStack) -> Lake | None:
    try:
        return stack.enter_context(open_reader(settings))
    except Unavailable as away:
        logger.warning("alerts cannot see the numbers", reason=away.sentence)
        return None
