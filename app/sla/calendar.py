"""Business time: how much of a span a calendar is open, and when a budget of open time is used up.

Pure functions over a `Calendar` value (core/calendar). Instants are aware; what comes back is UTC. Everything is exact
to the microsecond and to the second of a clock change: spans add up, and `add_business` undoes `business_micros`.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from core.calendar import Calendar
from core.calendar.local import SECOND, instant, micros


@dataclass(frozen=True, slots=True)
class Segment:
    """A span [start, end) during which a calendar is open all the time."""

    start: datetime
    end: datetime


def business_micros(calendar: Calendar, start: datetime, end: datetime) -> int:
    """The open time between two instants in microseconds; negative when `end` comes before `start`."""
    since, until = micros(start), micros(end)
    line = calendar.line.covering(since, until)
    return line.open_until(until) - line.open_until(since)


def business_seconds(calendar: Calendar, start: datetime, end: datetime) -> int | Fraction:
    """The open time between two instants in seconds: a whole number where it is one, else the exact fraction."""
    whole, rest = divmod(business_micros(calendar, start, end), SECOND)
    return whole if not rest else whole + Fraction(rest, SECOND)


def add_business(calendar: Calendar, start: datetime, seconds: int | Fraction) -> datetime | None:
    """When a budget of open time that is spent from `start` on is used up: the due instant. None: never.

    A budget that ends with a closing is due at that closing, not at the next opening. A budget of 0 is due at `start`,
    or at the next opening if that is outside the hours. A negative budget leads back ("30 open minutes before").
    "Never" means that the calendar does not open so long within 50 years.
    """
    return add_business_micros(calendar, start, _whole_micros(seconds))


def add_business_micros(calendar: Calendar, start: datetime, budget: int) -> datetime | None:
    """`add_business` with a budget in microseconds."""
    due = calendar.line.moved(micros(start), budget)
    return None if due is None else instant(due)


def is_open(calendar: Calendar, now: datetime) -> bool:
    """Somebody is at work: true at the instant of opening, false at that of closing."""
    there = micros(now)
    return calendar.line.covering(there, there).is_open(there)


def open_segments(calendar: Calendar, start: datetime, end: datetime) -> list[Segment]:
    """The open spans between two instants, in order and cut to them; their lengths sum to `business_micros`."""
    since, until = micros(start), micros(end)
    line = calendar.line.covering(since, until)
    return [Segment(instant(opens), instant(closes)) for opens, closes in line.segments(since, until)]


def _whole_micros(seconds: int | Fraction) -> int:
    exact = seconds * SECOND
    if exact.denominator != 1:
        raise ValueError("A budget of business time is a whole number of microseconds.")
    return exact.numerator
