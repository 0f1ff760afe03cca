"""The job that reads sources of holidays again: countries every week, feeds every day."""

from contextlib import closing
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.feed import holidays_of
from app.calendars.fetch import fetch
from app.calendars.reading import calendar_of
from app.calendars.row import HolidaySource
from app.calendars.setup import newest
from app.calendars.sources import COUNTRY_AGAIN, FEED_AGAIN, from_country, put_off, span_of, take
from app.db import Database
from core import clock, log
from core.actor import SYSTEM
from core.calendar import Calendar, Holiday
from core.errors import Refusal
from core.settings import Settings

AT_ONCE = 20
AGAIN_AFTER_TROUBLE = timedelta(hours=1)
ONE_AT_A_TIME = 0x434C5148  # "CLQH"

logger = log.get(__name__)


def follow_sources(settings: Settings) -> int:
    """Read what is due; tells how many sources were read. One job at a time."""
    with closing(Database(settings.database_url, most_connections=2)) as database:
        with database.alone.connection() as driver:
            if driver.execute("select pg_try_advisory_lock(%s)", (ONE_AT_A_TIME,)).fetchone() != (True,):
                return 0
            with database.reading() as session:
                due = list(session.execute(_due()).scalars())
            done = sum(_followed(database, source_id) for source_id in due)
            driver.execute("select pg_advisory_unlock(%s)", (ONE_AT_A_TIME,))
        return done


def _due() -> sa.Select[UUID]:
    return (
        sa.select(col(HolidaySource.id))
        .where(col(HolidaySource.is_active), col(HolidaySource.due_at) <= clock.now())
        .order_by(col(HolidaySource.due_at))
        .limit(AT_ONCE)
    )


def _followed(database: Database, source_id: UUID) -> bool:
    """Fetch outside of any transaction, then keep what came in one. Trouble is noted, and tried again in an hour."""
    try:
        with database.reading() as session:
            row, calendar = _read(session, source_id)
        found = _fetched(row, calendar)
        with database.transaction() as session:
            row, _ = _read(session, source_id)
            take(session, SYSTEM, row, found)
            row.due_at = clock.now() + (COUNTRY_AGAIN if row.kind == "country" else FEED_AGAIN)
    except Refusal as trouble:
        logger.warning("holidays were not read", source=str(source_id), trouble=trouble.sentence)
        with database.transaction() as session:
            put_off(_read(session, source_id)[0], trouble.sentence, clock.now() + AGAIN_AFTER_TROUBLE)
        return False
    return True


def _read(session: Session, source_id: UUID) -> tuple[HolidaySource, Calendar]:
    row = session.get_one(HolidaySource, source_id)
    held = newest(session, row.calendar_id)
    assert held is not None, "a calendar is never removed"
    return row, calendar_of(held)


def _fetched(row: HolidaySource, calendar: Calendar) -> list[Holiday]:
    if row.kind == "country":
        return [*from_country(row, calendar)]
    return [*holidays_of(fetch(str(row.address)), calendar.zone, *span_of(row, calendar))]
