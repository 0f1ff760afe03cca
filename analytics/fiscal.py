"""A house's own year: it begins when its books do, and its weeks on the day on which its weeks begin.

`04-01` is a year from April, `04-06 sunday` one from the sixth of April with weeks from Sunday. Fiscal months run from
that day of a month to the day before it in the next, quarters are three of them, years twelve; weeks are seven days
long, always, so that a week can stand beside the one 52 weeks before (docs/decisions/0108).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

import ibis
import ibis.expr.types as ir

from core.errors import Invalid

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAST_DAY = 28
"""Every month has it, so that every month has a first day."""


class FiscalGrain(StrEnum):
    """How finely time is cut by the house's own year."""

    WEEK = "fiscal_week"
    MONTH = "fiscal_month"
    QUARTER = "fiscal_quarter"
    YEAR = "fiscal_year"


MONTHS = {FiscalGrain.MONTH: 1, FiscalGrain.QUARTER: 3, FiscalGrain.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Fiscal:
    """A fiscal grain of a house: its year begins on `month` and `day`, its weeks on `weekday` (Monday is 0)."""

    grain: FiscalGrain
    month: int = 1
    day: int = 1
    weekday: int = 0

    @classmethod
    def of(cls, grain: FiscalGrain, start: str) -> Self:
        """The grain of a house whose year begins so. Raises `Invalid` with an example."""
        return cls(grain, *_start(start))

    @property
    def months(self) -> int:
        """How many months a period has; 0: it is a week."""
        return MONTHS.get(self.grain, 0)

    def of_day(self, day: ir.IntegerValue, then: ir.DateValue) -> ir.IntegerValue:
        """The number of the period that a local day falls in; `day` counts from a Monday, `then` is its date."""
        if not self.months:
            return (day - self.weekday) // 7
        shown = then - ibis.interval(days=self.day - 1)
        return (shown.year().cast("int64") * 12 + shown.month() - self.month) // self.months

    def of_date(self, day: int, then: date) -> int:
        """The twin of `of_day` in Python."""
        if not self.months:
            return (day - self.weekday) // 7
        shown = then - timedelta(days=self.day - 1)
        return (shown.year * 12 + shown.month - self.month) // self.months

    def start_of(self, number: int, monday: datetime) -> datetime:
        """The first day of a period, at midnight; days are counted from this Monday."""
        if not self.months:
            return monday + timedelta(days=7 * number + self.weekday)
        months = number * self.months + self.month - 1
        return datetime(months // 12, months % 12 + 1, self.day)  # noqa: DTZ001 — local

    def label(self, start: datetime) -> str:
        """What people call the period that starts then: FY 2026/27 Q1."""
        months = self.of_months(start)
        year = months // 12
        name = f"FY {year}" if (self.month, self.day) == (1, 1) else f"FY {year}/{(year + 1) % 100:02d}"
        match self.grain:
            case FiscalGrain.WEEK:
                return f"{name} week of {start:%Y-%m-%d}"
            case FiscalGrain.MONTH:
                return f"{name} month {months % 12 + 1}"
            case FiscalGrain.QUARTER:
                return f"{name} Q{months % 12 // 3 + 1}"
            case FiscalGrain.YEAR:
                return name

    def of_months(self, then: datetime) -> int:
        """The fiscal month that a day falls in: twelve a year, counted from the year's own first."""
        shown = then - timedelta(days=self.day - 1)
        return shown.year * 12 + shown.month - self.month


@lru_cache(64)
def _start(text: str) -> tuple[int, int, int]:
    day, _, weekday = text.strip().lower().partition(" ")
    weekday = weekday.strip() or WEEKDAYS[0]
    try:
        first = date.fromisoformat(f"2001-{day}")
    except ValueError:
        first = None
    if first is None or first.day > LAST_DAY or weekday not in WEEKDAYS:
        raise Invalid(
            f"{text!r} is no start of a fiscal year; write month and day (up to the 28th), and the day on which weeks "
            "begin if it is not Monday: 04-01, or 04-06 sunday.",
            fiscal_start=text,
        )
    return first.month, first.day, WEEKDAYS.index(weekday)
