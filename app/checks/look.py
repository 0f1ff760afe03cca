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
from core.actor import SYSTEM
from core.events import DataChecked
from core.ledger import append, wrap
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
    """Note the newest look of each law, count the look in its hour, and tell what it found if that is news."""
    now = clock.now()
    before = checks(session)
    since = {row.name: row.broken_since for row in before}
    if _is_news(before, laws, now):
        append(session, [wrap(_told(laws), SYSTEM, source="automation")])
    for law in laws:
        found = {
            "checked": law.checked, "wrong": law.wrong, "examples": [*law.examples], "seconds": law.seconds,
            "one_in": one_in, "checked_at": now, "broken_since": None if law.holds else since.get(law.name) or now,
        }  # fmt: skip
        new = insert(DataCheck).values(name=law.name, **found)
        session.execute(new.on_conflict_do_update(index_elements=["name"], set_=found))
    _count(session, now, is_broken=not all(law.holds for law in laws))


def _is_news(before: Sequence[DataCheck], laws: Sequence[Law], now: datetime) -> bool:
    """Whether it is the first look of its hour, or found otherwise than the look before.

    Each look of two minutes would be a quarter of a million events a year that say nothing (ADR 0114).
    """
    newest = max((row.checked_at for row in before), default=None)
    if newest is None or _hour(newest) != _hour(now):
        return True
    return {row.name: row.wrong for row in before} != {law.name: law.wrong for law in laws}


def _told(laws: Sequence[Law]) -> DataChecked:
    return DataChecked(
        checked=sum(law.checked for law in laws), wrong=sum(law.wrong for law in laws),
        broken=[law.name for law in laws if not law.holds],
    )  # fmt: skip


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


def _count(session: Session, now: datetime, *, is_broken: bool) -> None:
    counted = insert(DataCheckHour).values(hour=_hour(now), looks=1, broken=int(is_broken))
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
