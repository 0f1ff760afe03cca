"""The open spans of a calendar, date by date, as instants."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from core.calendar.local import Wall

if TYPE_CHECKING:
    from core.calendar.definition import Break, Calendar, Holiday, Hours

Spans = list[tuple[int, int]]


def open_spans(calendar: "Calendar", first: date, last: date) -> Spans:
    """Everything that opens from date `first` to date `last`: in order, apart from each other, less what is closed."""
    wall = Wall(calendar.zone)
    shifts = {shift.date: [span.minutes for span in shift.hours] for shift in calendar.shifts}
    weekly, breaks = _by_weekday(calendar.weekly), _by_weekday(calendar.breaks)
    usual: Spans = []
    pauses: Spans = []
    shifted: Spans = []
    for n in range((last - first).days + 1):
        day = first + timedelta(n)
        pauses += _instants(day, breaks[day.weekday()], wall)
        if day in shifts:
            shifted += _instants(day, shifts[day], wall)
        else:
            usual += _instants(day, weekly[day.weekday()], wall)
    opened = merged(less(merged(usual), merged(pauses)) + shifted)
    return less(opened, merged(_off(calendar.holidays, first, last, wall)))


def _by_weekday(given: Iterable["Hours | Break"]) -> list[list[tuple[int, int]]]:
    days: dict[str, list[tuple[int, int]]] = {day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    for span in given:
        days[span.day].append(span.minutes)
    return list(days.values())


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
