"""Recording a denominator and removing it: the event and its row, together."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.denominators.row import Denominator
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.events import DenominatorRecorded, DenominatorRemoved
from core.ledger import append, wrap


def denominators(session: Session) -> Sequence[Denominator]:
    """All of them, the newest first."""
    return session.scalars(sa.select(Denominator).order_by(col(Denominator.since).desc(), col(Denominator.name))).all()


def record(
    session: Session, actor: Actor, *, name: str, count: int, since: datetime | None = None, source: str = "api"
) -> Denominator:
    """Say how many there are from an instant on, or say it anew; the future is nobody's to tell."""
    policy.demand_admin(actor)
    since = since or clock.now()
    if since > clock.now():
        raise Invalid("Nobody knows yet how many there will be; give a time that is over.", since=since.isoformat())
    row = session.get(Denominator, (name, since), with_for_update=True)
    if row is not None and row.count == count:
        return row
    row = row or Denominator(name=name, since=since, count=count)
    row.count = count
    session.add(row)
    session.flush()
    append(session, [wrap(DenominatorRecorded(name=name, count=count), actor, source=source, occurred_at=since)])
    return row


def remove(session: Session, actor: Actor, *, name: str, since: datetime, source: str = "api") -> None:
    """Take back what was told of an instant: what held before it holds on, and what was known until now stays known."""
    policy.demand_admin(actor)
    row = session.get(Denominator, (name, since), with_for_update=True)
    if row is None:
        raise NotFound("Nobody has told how many there are from that instant on.")
    session.delete(row)
    session.flush()
    gone = DenominatorRemoved(name=name, count=row.count)
    append(session, [wrap(gone, actor, source=source, occurred_at=since)])
