"""Looking whether the numbers agree: some tickets each time, all of them in the course of a day."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlmodel import col

from app.checks.row import DataCheck, DataCheckHour
from app.db import Database
from core import clock, log
from core.settings import Settings
from etl.laws.law import Law
from etl.verify import CONTINUOUS, verify

EVERY_SECONDS = 120
TICKETS_A_LOOK = 500
"""So many are looked at in about a second, while the platform works on."""

KEPT = timedelta(days=14)
logger = log.get(__name__)


def look(settings: Settings) -> list[Law]:
    """Look at every law that can be looked at beside a running platform, and keep what came of it."""
    with closing(Database(settings.database_url, most_connections=1)) as database:
        with database.reading() as session:
            tickets: int = session.execute(sa.text("select count(*) from ticket")).scalar_one()
        one_in = max(1, tickets // TICKETS_A_LOOK)
        turn = int(clock.now().timestamp()) // EVERY_SECONDS
        laws = list(verify(settings, only=CONTINUOUS, one_in=one_in, turn=turn))
        with database.transaction() as session:
            keep(session, laws, one_in)
    for law in laws:
        if not law.holds:
            logger.error("the numbers do not agree", law=law.name, wrong=law.wrong, examples=law.examples)
    return laws


def keep(session: Session, laws: Sequence[Law], one_in: int) -> None:
    """Note the newest look of each law, and count the look in its hour."""
    now = clock.now()
    since = {row.name: row.broken_since for row in checks(session)}
    for law in laws:
        found = {
            "checked": law.checked, "wrong": law.wrong, "examples": [*law.examples], "seconds": law.seconds,
            "one_in": one_in, "checked_at": now, "broken_since": None if law.holds else since.get(law.name) or now,
        }  # fmt: skip
        new = insert(DataCheck).values(name=law.name, **found)
        session.execute(new.on_conflict_do_update(index_elements=["name"], set_=found))
    _count(session, now, is_broken=not all(law.holds for law in laws))


def _count(session: Session, now: datetime, *, is_broken: bool) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    counted = insert(DataCheckHour).values(hour=hour, looks=1, broken=int(is_broken))
    more = {"looks": col(DataCheckHour.looks) + 1, "broken": col(DataCheckHour.broken) + counted.excluded.broken}
    session.execute(counted.on_conflict_do_update(index_elements=["hour"], set_=more))
    session.execute(sa.delete(DataCheckHour).where(col(DataCheckHour.hour) < now - KEPT))


def checks(session: Session) -> list[DataCheck]:
    """The newest look of each law: what is broken first."""
    order = (col(DataCheck.broken_since).is_(None), col(DataCheck.name))
    newest = sa.select(DataCheck).order_by(*order).execution_options(populate_existing=True)
    return list(session.execute(newest).scalars())


def hours(session: Session) -> list[DataCheckHour]:
    """The hours that are kept, the oldest first."""
    newest = sa.select(DataCheckHour).order_by(col(DataCheckHour.hour)).execution_options(populate_existing=True)
    return list(session.execute(newest).scalars())
