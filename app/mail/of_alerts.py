"""The mail of an alert: that it began, that it is over, or that it cannot be looked at."""

from email.message import EmailMessage
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.alerts.link import link
from app.alerts.row import Alert, AlertFiring, AlertNotice
from app.alerts.setup import watched_of
from app.mail.envelope import envelope, home_of
from app.people.person import Person
from core.settings import Settings

SUBJECTS = {"fired": "Alert: {}", "recovered": "Over: {}", "troubled": "Cannot be watched: {}"}


def mail_of_alert(settings: Settings, session: Session, notice: AlertNotice) -> EmailMessage | None:
    """What its owner reads. What began and ended in quiet hours is told by no mail, nor what was seen on the page."""
    person, alert = session.get(Person, notice.person_id), session.get_one(Alert, notice.alert_id)
    if notice.seen_at or person is None or not person.is_active or not person.email:
        return None
    firing = session.get(AlertFiring, notice.firing_id) if notice.firing_id else None
    if firing and not _is_worth_telling(session, notice, firing):
        return None
    message = envelope(
        settings, to=person.email, subject=SUBJECTS[notice.what].format(alert.name), notice_id=notice.id,
        created_at=notice.created_at,
    )  # fmt: skip
    watched, home = watched_of(alert, ZoneInfo(person.timezone)), home_of(settings)
    seen = f"The tickets behind it:\n{home}{link(watched, firing.point_at, firing.began_at)}\n\n" if firing else ""
    message.set_content(f"{notice.words}\n\n{seen}The alert:\n{home}/alerts/{alert.id}\n")
    return message


def _is_worth_telling(session: Session, notice: AlertNotice, firing: AlertFiring) -> bool:
    """A beginning that is not over yet; an end whose beginning was told by mail."""
    if notice.what == "fired":
        return firing.ended_at is None
    began = sa.select(col(AlertNotice.mailed_at)).where(
        col(AlertNotice.firing_id) == firing.id, col(AlertNotice.what) == "fired"
    )
    return session.execute(began).scalar() is not None
