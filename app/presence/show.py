"""To say that one is there, and what ends it. Nobody is set online but by their own hand: signing in says nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audience import demand_staff
from app.identity.credential import WebSession
from app.presence.row import PersonPresence
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import NotAllowed
from core.events import Presence, PresenceChanged, PresenceReason
from core.ledger import append, wrap

SILENT_AFTER = timedelta(minutes=15)
"""Whoever is not heard of for so long has gone. An open page asks every few seconds, so it is heard of."""


def presence_of(session: Session, person_id: UUID | None) -> PersonPresence | None:
    """What somebody said last."""
    return session.get(PersonPresence, person_id) if person_id else None


def show(session: Session, actor: Actor, presence: Presence, *, source: str = "api") -> PersonPresence:
    """Say of oneself that one is there, away or gone. To say it again is a sign of life and no event."""
    demand_staff(actor)
    if actor.person_id is None:
        raise NotAllowed("Only people are there or not.")
    row = _locked(session, actor.person_id)
    row.seen_at = clock.now()
    _become(session, row, presence, "chosen", actor, source=source)
    return row


def leave(session: Session, actor: Actor, person_ids: Iterable[UUID], reason: PresenceReason) -> None:
    """These people are gone, unless another browser of theirs is still signed in or they are gone already."""
    here = sa.select(PersonPresence).where(
        col(PersonPresence.person_id).in_([*person_ids]),
        col(PersonPresence.presence) != "offline",
        ~sa.exists().where(col(WebSession.person_id) == col(PersonPresence.person_id)),
    )
    for row in session.execute(here.order_by(col(PersonPresence.person_id)).with_for_update()).scalars().all():
        _become(session, row, "offline", reason, actor, source="door")


def end_silent(session: Session) -> int:
    """Whoever was not heard of for a while is gone since then. Tells how many."""
    heard = (
        sa.select(sa.func.max(col(WebSession.last_seen_at)))
        .where(col(WebSession.person_id) == col(PersonPresence.person_id))
        .correlate(PersonPresence)
        .scalar_subquery()
    )
    seen_at = sa.func.greatest(col(PersonPresence.seen_at), heard)
    silent = sa.select(PersonPresence, seen_at).where(
        col(PersonPresence.presence) != "offline", seen_at < clock.now() - SILENT_AFTER
    )
    found = session.execute(silent.order_by(col(PersonPresence.person_id)).with_for_update(of=PersonPresence)).all()
    for row, last in found:
        _become(session, row, "offline", "silent", SYSTEM, source="automation", occurred_at=max(last, row.since))
    return len(found)


def _become(
    session: Session, row: PersonPresence, presence: Presence, reason: PresenceReason, actor: Actor, *, source: str,
    occurred_at: datetime | None = None,
) -> None:  # fmt: skip
    before = row.presence
    if before == presence:
        return
    row.presence, row.since = presence, occurred_at or clock.now()
    event = PresenceChanged.model_validate(
        {"person_id": row.person_id, "presence": presence, "before": before, "reason": reason}
    )
    session.flush()
    append(session, [wrap(event, actor, source=source, occurred_at=occurred_at)])


def _locked(session: Session, person_id: UUID) -> PersonPresence:
    """The row, made if it is not there: two browsers may say something at once."""
    now = clock.now()
    new = {"person_id": person_id, "presence": "offline", "since": now, "seen_at": now}
    session.execute(insert(PersonPresence).values(new).on_conflict_do_nothing())
    return session.get_one(PersonPresence, person_id, with_for_update=True)
