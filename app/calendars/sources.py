"""Where a calendar takes holidays from: a country's list, a feed, a file that was handed in once.

What a source gives goes into the calendar as a new version, from today on. What it says about the past is left alone:
that would be a restatement, which people propose and accept.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.countries import countries, country_holidays
from app.calendars.fetch import parts_of
from app.calendars.reading import calendar_of
from app.calendars.row import CalendarVersion, HolidaySource
from app.calendars.setup import define_calendar, newest
from core import clock
from core.actor import Actor
from core.calendar import Calendar, Holiday
from core.calendar.definition import MOST_HOLIDAYS
from core.errors import Conflict, NotFound
from core.events import HolidaySourceSet
from core.ids import new_id
from core.ledger import append, wrap

MOST_SOURCES = 20
FEED_YEARS = 3
COUNTRY_AGAIN, FEED_AGAIN = timedelta(days=7), timedelta(days=1)


def follow_country(
    session: Session, actor: Actor, calendar_id: UUID, *, country: str, subdivision: str | None, years_ahead: int,
    without: Collection[date] = (), source: str = "api",
) -> HolidaySource:  # fmt: skip
    """Take the public holidays of a country, or of a part of it, from today on and for so many years ahead."""
    name = ", ".join(filter(None, (countries().get(country, country), subdivision)))
    row = _source(calendar_id, "country", name, years_ahead, without)
    row.country, row.subdivision = country, subdivision
    row.due_at = clock.now() + COUNTRY_AGAIN
    calendar = _calendar(session, calendar_id)
    found = from_country(row, calendar)
    _add(session, actor, row, source)
    take(session, actor, row, found, source=source)
    return row


def follow_feed(
    session: Session, actor: Actor, calendar_id: UUID, *, address: str, without: Collection[date] = (),
    source: str = "api",
) -> HolidaySource:  # fmt: skip
    """Take the events of a feed. The worker fetches it within a minute, then every day."""
    row = _source(calendar_id, "feed", str(parts_of(address).hostname)[:80], FEED_YEARS, without)
    row.address, row.due_at = address, clock.now()
    _calendar(session, calendar_id)
    _add(session, actor, row, source)
    return row


def take_file(
    session: Session, actor: Actor, calendar_id: UUID, *, name: str, found: Sequence[Holiday], source: str = "api"
) -> HolidaySource:
    """Take the events of a feed that was handed in, once."""
    row = _source(calendar_id, "file", name[:80], FEED_YEARS, ())
    _add(session, actor, row, source)
    take(session, actor, row, found, source=source)
    return row


def give_up(session: Session, actor: Actor, row: HolidaySource, *, source: str = "api") -> None:
    """Follow a source no longer: its holidays from today on go."""
    row.is_active, row.due_at = False, None
    session.add(row)
    _tell(session, actor, row, source)
    take(session, actor, row, (), source=source)


def take(
    session: Session, actor: Actor, row: HolidaySource, found: Sequence[Holiday], *, source: str = "system"
) -> CalendarVersion:
    """Put what a source gives into its calendar: a new version, if anything is different."""
    before = newest(session, row.calendar_id)
    if before is None:
        raise NotFound("There is no such calendar.")
    calendar, left_out = calendar_of(before), set(row.without)
    today = today_of(calendar)
    kept = [one for one in calendar.holidays if one.source_id != row.id or one.date < today]
    given = [replace(one, source_id=row.id) for one in found if one.date >= today and str(one.date) not in left_out]
    every = sorted({*kept, *given}, key=lambda one: (one.date, one.starts, one.name))
    row.read_at, row.note = clock.now(), ""
    if len(every) > MOST_HOLIDAYS:
        raise Conflict(f"A calendar holds at most {MOST_HOLIDAYS} holidays, and this source brings more.")
    return define_calendar(
        session, actor, name=before.name, calendar=replace(calendar, holidays=tuple(every)),
        is_active=before.is_active, calendar_id=row.calendar_id, source=source,
    )  # fmt: skip


def from_country(row: HolidaySource, calendar: Calendar) -> Sequence[Holiday]:
    """What a country's list gives a calendar now."""
    first, last = span_of(row, calendar)
    return country_holidays(str(row.country), row.subdivision, first, last)


def span_of(row: HolidaySource, calendar: Calendar) -> tuple[date, date]:
    """The dates that a source is asked for: from today to the end of so many years ahead."""
    today = today_of(calendar)
    return today, date(today.year + row.years_ahead, 12, 31)


def today_of(calendar: Calendar) -> date:
    """The date on the wall clock of a calendar."""
    return clock.now().astimezone(ZoneInfo(calendar.zone)).date()


def sources_of(session: Session, calendar_id: UUID) -> Sequence[HolidaySource]:
    """The sources that a calendar follows, oldest first."""
    query = sa.select(HolidaySource).where(col(HolidaySource.calendar_id) == calendar_id, col(HolidaySource.is_active))
    return list(session.execute(query.order_by(col(HolidaySource.created_at), col(HolidaySource.id))).scalars())


def source_of(session: Session, calendar_id: UUID, source_id: UUID) -> HolidaySource:
    """One source that a calendar follows, locked."""
    row = session.get(HolidaySource, source_id, with_for_update=True)
    if row is None or row.calendar_id != calendar_id or not row.is_active:
        raise NotFound("The calendar follows no such source of holidays.")
    return row


def put_off(row: HolidaySource, note: str, until: datetime) -> None:
    """Note why a source could not be read, and when it is tried again."""
    row.note, row.due_at = note[:300], until


def _source(
    calendar_id: UUID, kind: Literal["country", "feed", "file"], name: str, years: int, without: Collection[date]
) -> HolidaySource:
    left_out = sorted({day.isoformat() for day in without})
    return HolidaySource(
        id=new_id(), calendar_id=calendar_id, kind=kind, name=name, years_ahead=years, without=left_out,
        created_at=clock.now(),
    )  # fmt: skip


def _calendar(session: Session, calendar_id: UUID) -> Calendar:
    row = newest(session, calendar_id)
    if row is None:
        raise NotFound("There is no such calendar.")
    return calendar_of(row)


def _add(session: Session, actor: Actor, row: HolidaySource, source: str) -> None:
    if len(sources_of(session, row.calendar_id)) >= MOST_SOURCES:
        raise Conflict(f"A calendar follows at most {MOST_SOURCES} sources of holidays; give one up first.")
    session.add(row)
    _tell(session, actor, row, source)


def _tell(session: Session, actor: Actor, row: HolidaySource, source: str) -> None:
    event = HolidaySourceSet.model_validate(
        {
            "calendar_id": row.calendar_id, "source_id": row.id, "source": row.kind, "is_active": row.is_active,
            "country": row.country, "subdivision": row.subdivision,
        }
    )  # fmt: skip
    append(session, [wrap(event, actor, source=source)])


def host_of(row: HolidaySource) -> str:
    """Where a feed comes from, without what could be a secret in its address."""
    return urlsplit(row.address).hostname or "" if row.address else ""
