"""Choosing, and what holds for somebody."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.audience import demand_staff
from app.preferences.row import Preference
from core.actor import Actor
from core.errors import NotAllowed
from core.events import PreferencesSet
from core.ledger import append, wrap
from core.settings import Settings


def chosen(session: Session, person_id: UUID | None) -> int | None:
    """The seconds for which somebody's replies wait, if they chose."""
    row = session.get(Preference, person_id) if person_id else None
    return row.undo_send_seconds if row else None


def undo_send_seconds(session: Session, settings: Settings, actor: Actor) -> int:
    """The seconds for which somebody's replies from the pages wait, so that they can be taken back."""
    mine = chosen(session, actor.person_id)
    return settings.undo_send_seconds if mine is None else mine


def choose(session: Session, actor: Actor, seconds: int | None, *, source: str = "api") -> None:
    """Choose it; None: as the house does."""
    demand_staff(actor)
    if actor.person_id is None:
        raise NotAllowed("Only people have preferences.")
    row = session.get(Preference, actor.person_id) or Preference(person_id=actor.person_id)
    before = row.undo_send_seconds
    if before == seconds:
        return
    row.undo_send_seconds = seconds
    session.add(row)
    session.flush()
    event = PreferencesSet(person_id=actor.person_id, undo_send_seconds=seconds, before=before)
    append(session, [wrap(event, actor, source=source)])
