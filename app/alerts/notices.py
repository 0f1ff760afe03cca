"""What one was told of one's alerts and has not put away yet."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.alerts.link import link
from app.alerts.row import Alert, AlertFiring, AlertNotice
from app.alerts.setup import watched_of
from core import clock
from core.actor import Actor

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ToldOfAlert:
    """A notice, the alert's name, and where its numbers are."""

    notice: AlertNotice
    name: str
    href: str


def unseen(session: Session, actor: Actor) -> list[ToldOfAlert]:
    """The newest first."""
    query = (
        sa.select(AlertNotice, Alert, AlertFiring)
        .join(Alert, col(Alert.id) == col(AlertNotice.alert_id))
        .outerjoin(AlertFiring, col(AlertFiring.id) == col(AlertNotice.firing_id))
        .where(col(AlertNotice.person_id) == actor.person_id, col(AlertNotice.seen_at).is_(None))
        .order_by(col(AlertNotice.created_at).desc(), col(AlertNotice.id).desc())
        .limit(MOST_SHOWN)
    )
    return [
        ToldOfAlert(notice, alert.name, _href(alert, firing, actor)) for notice, alert, firing in session.execute(query)
    ]


def put_away(session: Session, actor: Actor, notice_ids: Collection[UUID] | None) -> None:
    """These notices of one's own, or all."""
    query = sa.update(AlertNotice).where(
        col(AlertNotice.person_id) == actor.person_id, col(AlertNotice.seen_at).is_(None)
    )
    if notice_ids is not None:
        query = query.where(col(AlertNotice.id).in_(notice_ids))
    session.execute(query.values(seen_at=clock.now()))


def _href(alert: Alert, firing: AlertFiring | None, actor: Actor) -> str:
    if firing is None:
        return f"/alerts/{alert.id}"
    return link(watched_of(alert, ZoneInfo(actor.timezone)), firing.point_at, firing.began_at)
