"""Business time: calls a second one by one and over columns, beside a loop that walks from day to day as the control.

The control does what most helpdesks do: for each day look up the weekday, then the holiday, then add the hours up.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from app.calendars.countries import country_holidays
from app.sla.calendar import add_business, business_seconds
from app.sla.calendar_columns import add_business_of, business_micros_of
from core.calendar import Calendar, Hours, Timeline, Weekday
from core.calendar.local import SECOND, micros

CALLS = int(os.environ.get("BENCH_CALLS", "200000"))
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
CONTROL_CALLS = CALLS // 100
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
WEEK = [(9 * 60, 12 * 60), (13 * 60, 17 * 60)]
LONGEST = timedelta(days=20)


def run() -> dict[str, Any]:
    """Calls a second of each, the same spans for all."""
    dice = random.Random(4)
    holidays = tuple(country_holidays("DE", "BY", date(2024, 1, 1), date(2027, 12, 31)))
    calendar = Calendar(
        "Europe/Berlin", tuple(Hours(a, b, day) for day in tuple(Weekday)[:5] for a, b in WEEK), holidays=holidays
    )
    began = time.perf_counter()
    Timeline.of(calendar, 2024, 2026)
    laid_out = time.perf_counter() - began
    starts = [FIRST + timedelta(seconds=dice.randrange(2 * 366 * 86_400)) for _ in range(CALLS)]
    spans = [(start, start + LONGEST * dice.random()) for start in starts]
    off = {one.date for one in holidays}
    few = spans[:CONTROL_CALLS]
    assert all(abs(float(business_seconds(calendar, a, b)) - _walked(off, a, b)) < 1 for a, b in few)
    low = micros(FIRST)
    columns = np.random.default_rng(4)
    begins = columns.integers(low, low + 2 * 366 * 86_400 * SECOND, ROWS)
    ends = begins + columns.integers(0, int(LONGEST.total_seconds()) * SECOND, ROWS)
    budgets = np.full(ROWS, 4 * 3600 * SECOND)
    return {
        "layout_ms_a_year": round(laid_out / 3 * 1000, 2),
        "business_seconds_a_second": _rate(lambda: [business_seconds(calendar, a, b) for a, b in spans], CALLS),
        "add_business_a_second": _rate(lambda: [add_business(calendar, one, 4 * 3600) for one in starts], CALLS),
        "column_spans_a_second": _rate(lambda: business_micros_of(calendar, begins, ends), ROWS),
        "column_dues_a_second": _rate(lambda: add_business_of(calendar, begins, budgets), ROWS),
        "control_spans_a_second": _rate(lambda: [_walked(off, a, b) for a, b in few], CONTROL_CALLS),
    }


def _rate(work: Callable[[], Any], calls: int) -> int:
    began = time.perf_counter()
    work()
    return round(calls / (time.perf_counter() - began))


def _walked(off: set[date], start: datetime, end: datetime) -> float:
    """The control: day after day, hours after hours."""
    zone, total = ZoneInfo("Europe/Berlin"), 0.0
    day = start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        if day.weekday() < 5 and day not in off:
            for opens, closes in WEEK:
                begin = datetime(day.year, day.month, day.day, opens // 60, opens % 60, tzinfo=zone).astimezone(UTC)
                stop = datetime(day.year, day.month, day.day, closes // 60, closes % 60, tzinfo=zone).astimezone(UTC)
                total += max(0.0, (min(stop, end) - max(begin, start)).total_seconds())
        day += timedelta(1)
    return total
