"""Setting up alerts. Each belongs to whoever made it; each change writes its event in the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from sqlmodel import col

from analytics import catalogue
from analytics.alerting.condition import Condition
from analytics.alerting.slices import ids_of
from analytics.alerting.watched import Cut, Watched, demand_sense
from analytics.measure_question import demand_sight
from app import policy
from app.alerts.row import Alert, AlertFiring
from app.alerts.wish import AlertWish
from app.desk import Desk
from app.numbers.asking import filters
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.events import AlertDefined, AlertRecovered, AlertRemoved
from core.ledger import append, wrap

MOST_ALERTS = 50
"""As many of one person: each is looked at every minute."""
FILTERED_BY = frozenset({"queue", "priority", "channel", "agent", "organisation"})
"""What all pages can filter by; one value more can stand in a link to the numbers."""

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
CUT: TypeAdapter[Cut] = TypeAdapter(Cut)


def demand_watcher(actor: Actor) -> UUID:
    """Who is to be told. Refuses whoever sees no numbers."""
    if actor.person_id is None or not policy.sees_people(actor):
        raise NotAllowed("Numbers are for colleagues who may read a queue.")
    return actor.person_id


def watched_of(alert: Alert, zone: ZoneInfo) -> Watched:
    """What an alert looks at, in its owner's zone."""
    grain = CUT.validate_python(alert.grain)
    return Watched(alert.metric, alert.where, grain, zone.key)


def condition_of(alert: Alert) -> Condition:
    """An alert's condition."""
    return CONDITION.validate_python(alert.condition)


def understood(actor: Actor, wish: AlertWish, desk: Desk) -> dict[str, Any]:
    """The columns of a row for a wish; the lake is asked for names only. Raises `Invalid` with what would be right."""
    try:
        metric = catalogue.find(wish.metric)
    except catalogue.UnknownMetric as unknown:
        raise Invalid(unknown.sentence, metric=wish.metric) from None
    if wish.metric not in catalogue.COLUMNS:
        raise Invalid(f"{metric.title} has several numbers; take one of {', '.join(metric.columns)}.")
    demand_sight(metric, policy.visible(actor))
    given = filters(wish.where)
    _demand_linkable(given)
    where = ids_of(wish.metric, given, desk.lake, policy.visible(actor)) if given else {}
    demand_sense(Watched(wish.metric, where, wish.grain, actor.timezone), wish.condition)
    return wish.kept(where)


def alerts_of(session: Session, actor: Actor) -> list[Alert]:
    """One's own, by name."""
    demand_watcher(actor)
    own = sa.select(Alert).where(col(Alert.owner_id) == actor.person_id)
    return list(session.execute(own.order_by(col(Alert.name), col(Alert.id))).scalars())


def alert_of(session: Session, actor: Actor, alert_id: UUID) -> Alert:
    """One of one's own."""
    alert = session.get(Alert, alert_id)
    if alert is None or alert.owner_id != actor.person_id:
        raise NotFound("There is no such alert, or it is not yours.")
    return alert


def define_alert(
    session: Session, actor: Actor, columns: Mapping[str, Any], *, alert_id: UUID | None = None, source: str = "api"
) -> Alert:
    """Set up an alert, or change one; `columns` come from `understood`. What fires under the old one is over."""
    owner_id = demand_watcher(actor)
    alert = alert_of(session, actor, alert_id) if alert_id else None
    if alert and all(getattr(alert, name) == value for name, value in columns.items()):
        return alert
    if alert is None:
        if len(alerts_of(session, actor)) >= MOST_ALERTS:
            raise Conflict(f"You have {MOST_ALERTS} alerts already; remove one first.")
        alert = Alert(owner_id=owner_id, created_at=clock.now(), **columns)
    else:
        _put_out(session, actor, alert, source)
        for name, value in columns.items():
            setattr(alert, name, value)
        alert.looked_at, alert.value, alert.trouble = None, None, ""
    session.add(alert)
    session.flush()
    defined = AlertDefined(alert_id=alert.id, owner_id=alert.owner_id, **columns)
    append(session, [wrap(defined, actor, source=source)])
    return alert


def remove_alert(session: Session, actor: Actor, alert_id: UUID, *, source: str = "api") -> None:
    """Take an alert away, with all that it told."""
    session.delete(alert_of(session, actor, alert_id))
    session.flush()
    append(session, [wrap(AlertRemoved(alert_id=alert_id), actor, source=source)])


def _put_out(session: Session, actor: Actor, alert: Alert, source: str) -> None:
    """Who changes a condition is not told that the old one is over; the record is."""
    query = sa.select(AlertFiring).where(col(AlertFiring.alert_id) == alert.id, col(AlertFiring.ended_at).is_(None))
    for firing in session.execute(query).scalars():
        firing.ended_at = clock.now()
        told = AlertRecovered(alert_id=alert.id, firing_id=firing.id, person_id=alert.owner_id)
        append(session, [wrap(told, actor, source=source)])


def _demand_linkable(where: Mapping[str, Sequence[str]]) -> None:
    other = [name for name in where if name not in FILTERED_BY]
    if len(other) > 1 or any(len(where[name]) > 1 for name in other):
        raise Invalid(
            f"Beside {', '.join(sorted(FILTERED_BY))}, an alert takes one value of one more dimension; make "
            "an alert for each."
        )
