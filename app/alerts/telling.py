"""Telling the owner of an alert: a notice on the page at once, and a mail outside quiet hours."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.alerting.judge import Verdict
from app.alerts.row import Alert, AlertFiring, AlertNotice
from app.alerts.setup import condition_of
from app.alerts.words import verdict_words
from core import clock
from core.actor import SYSTEM, Actor
from core.events import AlertFired, AlertRecovered
from core.ledger import append, wrap


def begin(session: Session, alert: Alert, actor: Actor, verdict: Verdict) -> AlertFiring:
    """The condition came to be met."""
    firing = AlertFiring(
        alert_id=alert.id, owner_id=alert.owner_id, point_at=verdict.at, began_at=clock.now(), value=verdict.value,
        low=verdict.low, high=verdict.high,
    )  # fmt: skip
    session.add(firing)
    session.flush()
    session.add(_notice(alert, actor, "fired", _said(alert, actor, verdict), firing))
    fired = AlertFired(alert_id=alert.id, firing_id=firing.id, person_id=alert.owner_id, value=verdict.value)
    append(session, [wrap(fired, SYSTEM, source="automation")])
    return firing


def end(session: Session, alert: Alert, actor: Actor, firing: AlertFiring, verdict: Verdict) -> None:
    """It is not met any more."""
    firing.ended_at = clock.now()
    session.add(_notice(alert, actor, "recovered", _said(alert, actor, verdict), firing))
    over = AlertRecovered(alert_id=alert.id, firing_id=firing.id, person_id=alert.owner_id, value=verdict.value)
    append(session, [wrap(over, SYSTEM, source="automation")])


def trouble(session: Session, alert: Alert, actor: Actor, sentence: str) -> None:
    """The question cannot be asked any more, as when a queue is gone: told once, and then again only otherwise."""
    if alert.trouble != sentence[:500]:
        session.add(_notice(alert, actor, "troubled", sentence))
    alert.trouble, alert.value = sentence[:500], None


def mail_time(alert: Alert, zone: ZoneInfo, now: datetime) -> datetime:
    """When a mail may go out: now, or at the end of the quiet hours in which it is."""
    if alert.quiet_from is None or alert.quiet_until is None or alert.quiet_from == alert.quiet_until:
        return now
    first, last = time.fromisoformat(alert.quiet_from), time.fromisoformat(alert.quiet_until)
    local = now.astimezone(zone)
    is_quiet = first <= local.time() < last if first < last else local.time() >= first or local.time() < last
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=int(local.time() >= last))
    return datetime.combine(day, last, tzinfo=zone)


def _said(alert: Alert, actor: Actor, verdict: Verdict) -> str:
    return verdict_words(condition_of(alert), alert.metric, alert.grain, verdict, ZoneInfo(actor.timezone))


def _notice(alert: Alert, actor: Actor, what: str, words: str, firing: AlertFiring | None = None) -> AlertNotice:
    now = clock.now()
    return AlertNotice(
        person_id=alert.owner_id, alert_id=alert.id, firing_id=firing.id if firing else None, what=what,
        words=words[:500], created_at=now, mail_at=mail_time(alert, ZoneInfo(actor.timezone), now),
    )  # fmt: skip
