"""Counts by local hour or day, each with its slot of the week."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]
_WEEK = 7


@dataclass(frozen=True)
class Periods:
    """Local periods in order: the day of each, its slot of the week (Monday, 0:00 is 0), whether it is a holiday."""

    days: Days
    slots: Ints
    is_holiday: NDArray[np.bool_]
    slots_a_week: int

    @classmethod
    def of(cls, starts: Sequence[datetime], *, hourly: bool, holidays: Collection[date] = ()) -> Self:
        """Of the local instants at which they start."""
        days = np.array([start.date() for start in starts], dtype="datetime64[D]")
        slots = [start.weekday() * 24 + start.hour if hourly else start.weekday() for start in starts]
        return cls(
            days,
            np.array(slots, dtype=np.int64),
            np.isin(days, np.array(sorted(holidays), dtype="datetime64[D]")),
            168 if hourly else 7,
        )

    def __len__(self) -> int:
        return len(self.slots)

    def part(self, start: int, stop: int) -> "Periods":
        """Those from `start` to before `stop`."""
        return Periods(self.days[start:stop], self.slots[start:stop], self.is_holiday[start:stop], self.slots_a_week)

    def weeks_ago(self) -> Ints:
        """How many whole weeks before the end each lies; the newest seven days are week 0."""
        return np.asarray((self.days[-1] - self.days).astype(np.int64) // _WEEK)

    def weeks_ahead(self) -> Ints:
        """How many whole weeks after the start each lies."""
        return np.asarray((self.days - self.days[0]).astype(np.int64) // _WEEK)


@dataclass(frozen=True)
class Series:
    """How many came in each period."""

    periods: Periods
    counts: Floats

    @classmethod
    def of(cls, periods: Periods, counts: ArrayLike) -> Self:
        """Without what lies before the first that came, and cut to whole weeks back from the end."""
        numbers = np.asarray(counts, dtype=float)
        if not numbers.any():
            return cls(periods.part(0, 0), numbers[:0])
        first = int((numbers > 0).argmax())
        weeks = int(periods.weeks_ago()[first] + ((periods.days[-1] - periods.days[first]).astype(int) % _WEEK == 6))
        start = int(np.searchsorted(-periods.weeks_ago(), -(weeks - 1))) if weeks else len(numbers)
        return cls(periods.part(start, len(numbers)), numbers[start:])

    @property
    def weeks(self) -> int:
        """How many whole weeks it has."""
        return int(self.periods.weeks_ago()[0]) + 1 if len(self.periods) else 0

    def before(self, weeks: int) -> "Series":
        """Without the newest weeks."""
        stop = int((self.periods.weeks_ago() >= weeks).sum())
        return Series(self.periods.part(0, stop), self.counts[:stop])

    def newest(self, weeks: int) -> "Series":
        """The newest weeks alone."""
        start = int((self.periods.weeks_ago() >= weeks).sum())
        return Series(self.periods.part(start, len(self.counts)), self.counts[start:])
