"""What a calendar gives: its days with their open hours, and what one version changes against another. Pure."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.calendars.reading import written
from app.sla.calendar import Segment, business_seconds, open_segments
from core.calendar import Calendar
from core.calendar.local import instant, instant_of

MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Day:
    """One date on the wall clock of a calendar's zone."""

    date: date
    start: datetime
    end: datetime
    open_seconds: int
    segments: tuple[Segment, ...]
    holiday: str | None
    """The name of what closes it, or a part of it; empty for a nameless one."""
    is_shifted: bool
    """A dated shift stands in for the usual hours."""
    clock_change_seconds: int
    """By how much the clocks are set forward (or back, below 0) in the course of this day."""


def days(calendar: Calendar, first: date, last: date) -> list[Day]:
    """The days from `first` to `last`."""
    closed = _holidays(calendar, first, last)
    shifted = {shift.date for shift in calendar.shifts}
    return [_day(calendar, first + timedelta(n), closed, shifted) for n in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class Changed:
    """A date on which two versions differ."""

    date: date
    before_seconds: int
    after_seconds: int


def changed_days(before: Calendar, after: Calendar, since: datetime, until: datetime) -> list[Changed]:
    """The dates between two instants whose open time differs, on the wall clock of `after`."""
    zone = ZoneInfo(after.zone)
    found = []
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        start, end = _bounds(day, zone)
        start, end = max(start, since), min(end, until)
        one, other = open_segments(before, start, end), open_segments(after, start, end)
        if start < end and one != other:
            found.append(Changed(day, *(round(business_seconds(kept, start, end)) for kept in (before, after))))
        day += timedelta(1)
    return found


def preview_token(before: Calendar, after: Calendar, since: datetime) -> str:
    """What an acceptance names: that somebody looked at this change and not at another one."""
    seen = json.dumps([written(before), written(after), since.isoformat()], sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:32]


def _day(calendar: Calendar, day: date, closed: dict[date, str], shifted: set[date]) -> Day:
    start, end = _bounds(day, ZoneInfo(calendar.zone))
    change = timedelta(days=1) - (end - start)
    return Day(
        day, start, end, round(business_seconds(calendar, start, end)), tuple(open_segments(calendar, start, end)),
        closed.get(day), day in shifted, round(change.total_seconds()),
    )  # fmt: skip


def _bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return instant(instant_of(day, 0, zone)), instant(instant_of(day + timedelta(1), 0, zone))


def _holidays(calendar: Calendar, first: date, last: date) -> dict[date, str]:
    found: dict[date, str] = {}
    for holiday in calendar.holidays:
        for day in holiday.dates(first, last):
            found[day] = ", ".join(filter(None, (found.get(day), holiday.name)))
    return found


def default_span(now: datetime) -> tuple[date, date]:
    """The month of an instant, when nobody says which days."""
    first = now.astimezone(UTC).date().replace(day=1)
    return first, (first + timedelta(31)).replace(day=1) - timedelta(1)
