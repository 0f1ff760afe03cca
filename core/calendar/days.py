"""The open spans of a calendar, date by date, as instants."""

from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from core.calendar.local import Wall

if TYPE_CHECKING:
    from core.calendar.definition import Break, Calendar, Holiday, Hours

Spans = list[tuple[int, int]]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def open_spans(calendar: "Calendar", first: date, last: date) -> Spans:
    """Everything that opens from date `first` to date `last`: in order, apart from each other, less what is closed."""
    wall = Wall(calendar.zone)
    shifts = {shift.date: [span.minutes for span in shift.hours] for shift in calendar.shifts}
    usual = _weekly(calendar.weekly, first, last, wall, shifts)
    pauses = _weekly(calendar.breaks, first, last, wall) if usual else []
    shifted = [
        span for day, hours in shifts.items() if first <= day <= last for span in _instants(day, hours, wall)
    ]  # fmt: skip
    opened = merged(less(merged(usual), merged(pauses)) + shifted)
    return less(opened, merged(_off(calendar.holidays, first, last, wall))) if opened else []


def _weekly(
    given: Iterable["Hours | Break"], first: date, last: date, wall: Wall, apart: Container[date] = ()
) -> Spans:
    """What recurs each week, in no order. Only days of the week that have any are walked: years may be asked about."""
    days = defaultdict(list)
    for span in given:
        days[WEEKDAYS.index(span.day)].append(span.minutes)
    found: Spans = []
    for weekday, spans in days.items():
        earliest = (weekday - first.weekday()) % 7
        for n in range(earliest, (last - first).days + 1, 7):
            if (day := first + timedelta(n)) not in apart:
                found += _instants(day, spans, wall)
    return found


def _off(holidays: Iterable["Holiday"], first: date, last: date, wall: Wall) -> Spans:
    closed: Spans = []
    for holiday in holidays:
        for day in holiday.dates(first, last):
            closed += _instants(day, [(holiday.starts, holiday.ends)], wall)
    return closed


def _instants(day: date, spans: Iterable[tuple[int, int]], wall: Wall) -> Spans:
    return [span for starts, ends in spans if (span := wall.span(day, starts, ends))]


def merged(spans: Spans) -> Spans:
    """In order, with overlapping and touching spans as one."""
    found: Spans = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def less(spans: Spans, cuts: Spans) -> Spans:
    """Spans without the cuts; both in order and apart."""
    found: Spans = []
    first = 0
    for start, end in spans:
        while first < len(cuts) and cuts[first][1] <= start:
            first += 1
        left, n = start, first
        while n < len(cuts) and cuts[n][0] < end:
            if left < cuts[n][0]:
                found.append((left, cuts[n][0]))
            left = cuts[n][1]
            n += 1
        if left < end:
            found.append((left, end))
    return found
