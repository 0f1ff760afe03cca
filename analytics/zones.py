"""Local time: which hour, day, week, month, quarter or year of the reader an instant falls in.

The lake keeps naive UTC. Every grain is a whole number counted from Monday, 1 January 1900, local time: numbers group
faster than dates, and the few instants at which a zone changes its offset become a small tree of comparisons.
`number` (Ibis) and `number_of` (Python) are twins; `periods` turns numbers back into instants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import ibis
import ibis.expr.types as ir

from analytics.fiscal import Fiscal
from core.errors import Invalid

ORIGIN = datetime(1900, 1, 1)  # noqa: DTZ001 — naive UTC, as everything in the lake
"""A Monday, so that whole weeks are ISO weeks, and early enough for all numbers to be positive."""

_DAY, _HOUR = 86400, 3600


class Grain(StrEnum):
    """How finely time is cut. Weeks are ISO weeks; all are cut in the reader's zone."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


Step = Grain | Fiscal
"""How time is cut: by everybody's calendar, or by a house's own year."""


@dataclass(frozen=True, slots=True)
class Period:
    """One step of a grain: its number and the naive UTC instants [start, end) that it spans."""

    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Offset:
    """From `start` (naive UTC) on, local clocks are `seconds` ahead of UTC."""

    start: datetime
    seconds: int


def zone_of(name: str) -> ZoneInfo:
    """The zone called `name`, or a refusal that says what a name looks like."""
    if name not in _zone_names():
        raise Invalid(f"There is no time zone {name!r}; use a name such as Europe/Berlin.", timezone=name)
    return ZoneInfo(name)


@lru_cache(1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(512)
def offsets(zone: str, first_year: int, last_year: int) -> tuple[Offset, ...]:
    """The offsets in force from the start of `first_year` to the end of `last_year`, in order."""
    local = ZoneInfo(zone)
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    found = [Offset(_naive(start), _seconds(start, local))]
    while start < end:
        after = min(start + timedelta(days=7), end)
        while _seconds(after, local) != found[-1].seconds:
            start = _transition(start, after, local)
            found.append(Offset(_naive(start), _seconds(start, local)))
        start = after
    return tuple(found)


def _transition(low: datetime, high: datetime, local: ZoneInfo) -> datetime:
    """The first second after `low` with another offset than `low`, known to come by `high`."""
    before = _seconds(low, local)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _seconds(middle, local) == before else (low, middle)
    return high


def _seconds(instant: datetime, local: ZoneInfo) -> int:
    offset = instant.astimezone(local).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def shifts(grain: Step, zone: Sequence[Offset]) -> tuple[Offset, ...]:
    """What to add to UTC before cutting. Hours are real hours, so only the odd minutes of an offset matter to them."""
    if grain is not Grain.HOUR:
        return tuple(zone)
    cut = [Offset(zone[0].start, zone[0].seconds % _HOUR)]
    for offset in zone[1:]:
        odd = offset.seconds % _HOUR
        if odd != cut[-1].seconds % _HOUR:
            # clocks move by half an hour: the piece of an hour that is left begins a period of its own
            passed = (offset.start - ORIGIN) // timedelta(seconds=1)
            ahead = (passed - 1 + cut[-1].seconds) // _HOUR + 1 - (passed + odd) // _HOUR
            cut.append(Offset(offset.start, odd + ahead * _HOUR))
    return tuple(cut)


def seconds(instant: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds since ORIGIN, as an Ibis expression."""
    return instant.delta(ibis.timestamp(ORIGIN), unit="second")


def number(instant: ir.TimestampValue, grain: Step, zone: Sequence[Offset]) -> ir.IntegerValue:
    """The number of the period that `instant` falls in, as an Ibis expression."""
    local = seconds(instant) + _tree(instant, shifts(grain, zone))
    if grain is Grain.HOUR:
        return local // _HOUR
    return of_day(local // _DAY, grain)


def hour_of_day(instant: ir.TimestampValue, zone: Sequence[Offset]) -> ir.IntegerValue:
    """The hour that local clocks show at `instant`, 0 to 23, as an Ibis expression."""
    return (seconds(instant) + _tree(instant, zone)) // _HOUR % 24


def of_day(day: ir.IntegerValue, grain: Step) -> ir.IntegerValue:
    """The number of the period that a local day falls in, as an Ibis expression over the day's number."""
    if grain in (Grain.HOUR, Grain.DAY):
        return day
    if grain is Grain.WEEK:
        return day // 7
    then = ibis.date(ORIGIN.date()) + day.as_interval("D")
    if isinstance(grain, Fiscal):
        return grain.of_day(day, then)
    if grain is Grain.YEAR:
        return then.year().cast("int64")
    months = then.year().cast("int64") * 12 + then.month() - 1
    return months if grain is Grain.MONTH else months // 3


def _tree(instant: ir.TimestampValue, shift: Sequence[Offset]) -> ir.IntegerValue:
    """The shift in force at `instant`: a balanced tree of comparisons, so that decades of changes cost little."""
    if len(shift) == 1:
        return ibis.literal(shift[0].seconds, type="int64")
    middle = len(shift) // 2
    earlier = instant < ibis.timestamp(shift[middle].start)
    return ibis.ifelse(earlier, _tree(instant, shift[:middle]), _tree(instant, shift[middle:]))


def number_of(instant: datetime, grain: Step, zone: Sequence[Offset]) -> int:
    """The twin of `number` in Python, for a naive UTC instant."""
    cut = shifts(grain, zone)
    shift = next((o for o in reversed(cut) if o.start <= instant), cut[0])
    local = instant - ORIGIN + timedelta(seconds=shift.seconds)
    if grain is Grain.HOUR:
        return local // timedelta(hours=1)
    then = ORIGIN.date() + timedelta(days=local // timedelta(days=1))
    return _number_of_date(then, grain)


def _number_of_date(then: date, grain: Step) -> int:
    if isinstance(grain, Fiscal):
        return grain.of_date((then - ORIGIN.date()).days, then)
    match grain:
        case Grain.DAY | Grain.HOUR:
            return (then - ORIGIN.date()).days
        case Grain.WEEK:
            return (then - ORIGIN.date()).days // 7
        case Grain.MONTH:
            return then.year * 12 + then.month - 1
        case Grain.QUARTER:
            return (then.year * 12 + then.month - 1) // 3
        case Grain.YEAR:
            return then.year


def periods(grain: Step, zone: Sequence[Offset], first: int, last: int) -> list[Period]:
    """All periods from number `first` to `last`, with the instants at which they start and end."""
    cut = shifts(grain, zone)
    edges = [_start(n, grain, cut) for n in range(first, last + 2)]
    return [Period(first + i, edges[i], edges[i + 1]) for i in range(len(edges) - 1)]


def _start(number: int, grain: Step, cut: Sequence[Offset]) -> datetime:
    """The first instant of a period; clocks that jump over it begin it at the jump."""
    local = _local_start(number, grain)
    for offset, after in zip(cut, [*cut[1:], None], strict=True):
        start = local - timedelta(seconds=offset.seconds)
        if after is None or start < after.start:
            return start if offset is cut[0] else max(start, offset.start)
    raise AssertionError("the last offset has no end")


def _local_start(number: int, grain: Step) -> datetime:
    if isinstance(grain, Fiscal):
        return grain.start_of(number, ORIGIN)
    match grain:
        case Grain.HOUR:
            return ORIGIN + timedelta(hours=number)
        case Grain.DAY:
            return ORIGIN + timedelta(days=number)
        case Grain.WEEK:
            return ORIGIN + timedelta(weeks=number)
        case Grain.MONTH:
            return datetime(number // 12, number % 12 + 1, 1)  # noqa: DTZ001
        case Grain.QUARTER:
            return datetime(number // 4, number % 4 * 3 + 1, 1)  # noqa: DTZ001
        case Grain.YEAR:
            return datetime(number, 1, 1)  # noqa: DTZ001
