"""Business time minute by minute: a slow model that shares no line with the product.

It reads the wall clock at every minute of a window, opens and closes doors by those readings, and counts.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.calendar import Calendar

MINUTE = 60_000_000
Reading = tuple[date, int]


class Minutes:
    """The minutes of `days` days from `first` on, in one zone, and which of them a calendar has open."""

    def __init__(self, zone: str, first: date, days: int) -> None:
        self.start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        self.count = days * 1440
        local = ZoneInfo(zone)
        self.readings: list[Reading] = []
        self.first_at: dict[Reading, int] = {}
        for n in range(self.count):
            wall = (self.start + timedelta(minutes=n)).astimezone(local)
            reading = (wall.date(), wall.hour * 60 + wall.minute)
            self.readings.append(reading)
            self.first_at.setdefault(reading, n)
        self.dates = [first + timedelta(n) for n in range(-2, days + 2)]

    def minute(self, day: date, minute: int) -> tuple[int, bool] | None:
        """At which minute of the window the clock shows this, and whether it truly does; none: outside the window."""
        reading = (day + timedelta(minute // 1440), minute % 1440)
        if reading in self.first_at:
            return self.first_at[reading], True
        if not self.readings[0] < reading < self.readings[-1]:
            return None
        n = next(n for n in range(self.count) if self.readings[n] < reading < self.readings[n + 1])
        was_day, was_minute = self.readings[n]
        return n + (reading[0] - was_day).days * 1440 + reading[1] - was_minute, False

    def doors(self, day: date, starts: int, ends: int) -> range:
        """The minutes during which hours are on."""
        opens, closes = self.minute(day, starts), self.minute(day, ends)
        if opens is None and closes is None:
            return range(0)
        if opens and closes and not opens[1] and not closes[1]:
            return range(0)  # the clocks jumped over all of it
        return range(opens[0] if opens else 0, min(closes[0] if closes else self.count, self.count))

    def open_minutes(self, calendar: Calendar) -> list[bool]:
        """For each minute of the window: is somebody at work?"""
        shifts = {shift.date: shift.hours for shift in calendar.shifts}
        usual, paused, shifted, off = (set[int]() for _ in range(4))
        for day in self.dates:
            name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
            for hours in calendar.weekly:
                if hours.day == name and day not in shifts:
                    usual.update(self.doors(day, *late(hours.starts, hours.ends)))
            for pause in calendar.breaks:
                if pause.day == name:
                    paused.update(self.doors(day, *late(pause.starts, pause.ends)))
            for span in shifts.get(day, ()):
                shifted.update(self.doors(day, *late(span.starts, span.ends)))
            for holiday in calendar.holidays:
                same = (holiday.date.month, holiday.date.day) == (day.month, day.day)
                if holiday.date == day or (holiday.yearly and same):
                    off.update(self.doors(day, holiday.starts, holiday.ends))
        return [((n in usual and n not in paused) or n in shifted) and n not in off for n in range(self.count)]

    def instant(self, micros: int) -> datetime:
        """An instant of the window, by its microseconds from the start."""
        return self.start + timedelta(microseconds=micros)


def late(starts: int, ends: int) -> tuple[int, int]:
    return starts, ends if ends > starts else ends + 1440


class Walk:
    """Counting over the open minutes of a window; every number is microseconds from its start."""

    def __init__(self, is_open: list[bool]) -> None:
        self.is_open = is_open
        self.minutes = [n for n, flag in enumerate(is_open) if flag]
        self.before = [0]
        for flag in is_open:
            self.before.append(self.before[-1] + flag)

    def between(self, start: int, end: int) -> int:
        return self._until(end) - self._until(start)

    def _until(self, instant: int) -> int:
        minute, rest = divmod(instant, MINUTE)
        return self.before[minute] * MINUTE + (rest if self.is_open[minute] else 0)

    def counted_off(self, start: int, budget: int) -> int | None:
        """`due`, by counting off the list of open minutes: for cases by the thousand."""
        minute, rest = divmod(start, MINUTE)
        if budget == 0:
            if self.is_open[minute] or (rest == 0 and minute and self.is_open[minute - 1]):
                return start
            return next((n * MINUTE for n in self.minutes[self.before[minute] :]), None)
        whole, rest = divmod(self._until(start) + budget - 1, MINUTE)
        return self.minutes[whole] * MINUTE + rest + 1 if whole < len(self.minutes) else None

    def due(self, start: int, budget: int) -> int | None:
        """Walk on until the budget is spent; none: the window ends first."""
        for minute, since, until in self._on_from(start):
            if not self.is_open[minute]:
                if budget == 0 and minute and since == minute * MINUTE and self.is_open[minute - 1]:
                    return since  # at the closing edge itself
                continue
            if budget <= until - since:
                return since + budget
            budget -= until - since
        return None

    def _on_from(self, start: int) -> Iterator[tuple[int, int, int]]:
        first = start // MINUTE
        yield first, start, (first + 1) * MINUTE
        for minute in range(first + 1, len(self.is_open)):
            yield minute, minute * MINUTE, (minute + 1) * MINUTE
