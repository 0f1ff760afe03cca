"""Alerts over HTTP: your own, what they told, and what they would have told."""

from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from sqlmodel import col

from analytics.alerting.slices import names_of
from app import policy
from app.alerts.answers import AlertAnswer, FiringAnswer, PreviewAnswer
from app.alerts.preview import preview
from app.alerts.row import Alert, AlertFiring
from app.alerts.setup import alert_of, alerts_of, define_alert, demand_watcher, remove_alert, understood
from app.alerts.wish import AlertWish
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.page import After, Limit, Page, behind, instant, page_of, read_cursor
from app.rest.problem import responses

router = APIRouter(
    prefix=f"{PREFIX}/alerts", tags=["alerts"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)


@router.get("")
def list_alerts(ask: Reading) -> Page[AlertAnswer]:
    """Your alerts, by name."""
    return Page(items=[_told(ask, alert) for alert in alerts_of(ask.session, ask.actor)], next=None)


@router.post("", status_code=201, responses=responses(409))
def create_alert(ask: Writing, body: AlertWish) -> AlertAnswer:
    """Be told of a number. It is looked at every minute, of the tickets that you may see then."""
    demand_watcher(ask.actor)
    return _told(ask, define_alert(ask.session, ask.actor, understood(ask.actor, body, ask.desk)))


@router.post("/preview", responses=responses(409))
def preview_alert(ask: Writing, body: AlertWish) -> PreviewAnswer:
    """When an alert would have told you something: of the last 30 days by the hour, 90 days, or a year by the week."""
    demand_watcher(ask.actor)
    return PreviewAnswer.of(preview(ask.actor, understood(ask.actor, body, ask.desk), ask.desk.lake))


@router.get("/{alert_id}")
def read_alert(ask: Reading, alert_id: UUID) -> AlertAnswer:
    """One of your alerts."""
    return _told(ask, alert_of(ask.session, ask.actor, alert_id))


@router.put("/{alert_id}", responses=responses(409))
def change_alert(ask: Writing, alert_id: UUID, body: AlertWish) -> AlertAnswer:
    """Change an alert. What it was firing for is over; it is looked at anew."""
    alert_of(ask.session, ask.actor, alert_id)
    columns = understood(ask.actor, body, ask.desk)
    return _told(ask, define_alert(ask.session, ask.actor, columns, alert_id=alert_id))


@router.delete("/{alert_id}", status_code=204)
def delete_alert(ask: Writing, alert_id: UUID) -> None:
    """Remove an alert, with all that it told."""
    remove_alert(ask.session, ask.actor, alert_id)


@router.get("/{alert_id}/firings")
def list_alert_firings(ask: Reading, alert_id: UUID, limit: Limit = 50, after: After = None) -> Page[FiringAnswer]:
    """When the alert was on, the newest first."""
    alert = alert_of(ask.session, ask.actor, alert_id)
    keys = [col(AlertFiring.began_at), col(AlertFiring.id)]
    query = sa.select(AlertFiring).where(col(AlertFiring.alert_id) == alert_id)
    if after:
        query = query.where(behind(keys, read_cursor(after, instant, UUID), descending=True))
    rows = list(ask.session.execute(query.order_by(*[key.desc() for key in keys]).limit(limit + 1)).scalars())
    items, more = page_of(
        rows, limit, lambda one: FiringAnswer.of(one, alert, ask.actor), lambda one: (one.began_at, one.id)
    )
    return Page(items=items, next=more)


def _told(ask: Ask, alert: Alert) -> AlertAnswer:
    query = sa.select(AlertFiring).where(col(AlertFiring.alert_id) == alert.id, col(AlertFiring.ended_at).is_(None))
    firing = ask.session.execute(query).scalar_one_or_none()
    where = names_of(alert.where, ask.desk.lake, policy.visible(ask.actor)) if alert.where else []
    return AlertAnswer.of(alert, ask.actor, where, firing)
