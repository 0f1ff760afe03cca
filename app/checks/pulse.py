"""The pulse: an event that says that nothing happened, so that a quiet night is not mistaken for a dead pipe."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.actor import SYSTEM
from core.events import Heartbeat
from core.ledger import append, event, event_pending, wrap

QUIET = timedelta(seconds=60)
"""A second, as elsewhere, would be thirty million events a year that say nothing (ADR 0025)."""


def beat_if_quiet(session: Session) -> bool:
    """Tell a heartbeat if nothing was told for a minute. Whoever follows the ledger then has something to follow."""
    newest = sa.select(sa.func.max(event.c.recorded_at)).where(
        event.c.position == sa.select(sa.func.max(event.c.position)).scalar_subquery()
    )
    pending = sa.select(sa.func.max(event_pending.c.recorded_at))
    times = [time for query in (newest, pending) if (time := session.execute(query).scalar())]
    if times and clock.now() - max(times) < QUIET:
        return False
    append(session, [wrap(Heartbeat(), SYSTEM, source="automation")])
    return True
