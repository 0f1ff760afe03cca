"""The closure triangle: of the tickets created in each week, how many are solved after one, two, three weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Unpack
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from analytics import zones
from analytics.measure_answer import Readable
from analytics.measure_question import grain_of
from analytics.population import Looking, asking, chosen, looked_until
from analytics.survival import lives
from analytics.survival.answer import ABOUT
from analytics.zones import Grain
from core.errors import Invalid

AGES = {Grain.DAY: 86_400, Grain.WEEK: 7 * 86_400, Grain.MONTH: 30 * 86_400}
"""By which cohorts are cut, and what one step of age is then (a month of age has 30 days)."""
MOST_COHORTS = 500


@dataclass(frozen=True, slots=True)
class Cohort:
    """The tickets created in one period.

    `solved` has how many were solved before each age, as far as all of them have been looked at for so long; later ages
    are not low, they are not known yet. Tickets that were merged, spam or deleted before are in neither.
    """

    period: datetime
    created: int
    left: int
    solved: tuple[int, ...]

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Of those that are counted; None where there are none."""
        counted = self.created - self.left
        return tuple(n / counted if counted else None for n in self.solved)


@dataclass(frozen=True, slots=True)
class Triangle:
    """All cohorts, the oldest first; `step_seconds` is one step of age."""

    cohorts: tuple[Cohort, ...]
    step_seconds: int
    as_of: datetime


def closure(*, lake: Readable, grain: str = "week", steps: int = 12, **asked: Unpack[Looking]) -> Triangle:
    """Cohorts by day, week or month of creation in `timezone`, and how they close (METRICS.md 35)."""
    cut = grain_of(grain)
    if cut not in AGES or not 1 <= steps <= 60:
        raise Invalid(f"Cohorts are cut by {', '.join(AGES)} and followed for 1 to 60 steps.", grain=grain)
    with asking(lake, about=ABOUT, **asked) as question:
        shape, end = chosen(question, counts_all=True), looked_until(question)
        cells = question.run(lives.counted(shape, cohort=True), shape.wall, end_of_looking=end)
    return Triangle(tuple(_cohorts(cells, cut, steps, question.timezone, end)), AGES[cut], end.replace(tzinfo=UTC))


def _cohorts(cells: pl.DataFrame, grain: Grain, steps: int, timezone: str, end: datetime) -> Iterator[Cohort]:
    if cells.is_empty():
        return
    first, last = cells["created_at"].min(), cells["created_at"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    zone = zones.offsets(timezone, first.year, last.year)
    periods = zones.periods(grain, zone, *(zones.number_of(instant, grain, zone) for instant in (first, last)))
    if len(periods) > MOST_COHORTS:
        raise Invalid(f"That is {len(periods):,} cohorts, more than {MOST_COHORTS}; ask for a shorter time.")
    edges = np.array([period.start for period in periods], dtype="datetime64[us]")
    place = np.searchsorted(edges, cells["created_at"].to_numpy(), side="right") - 1
    for number, period in enumerate(periods):
        known = min(max((end - period.end) // timedelta(seconds=AGES[grain]), 0), steps)
        start = period.start.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))
        yield _cohort(start, cells.filter(place == number), [AGES[grain] * age for age in range(1, known + 1)])


def _cohort(period: datetime, cells: pl.DataFrame, ages: Sequence[int]) -> Cohort:
    solved = tuple(int(cells.filter(pl.col("seconds") < age)["ended"].sum()) for age in ages)
    ended, left, gone = (int(cells[name].sum()) for name in ("ended", "left", "gone"))
    return Cohort(period, ended + left, gone, solved)
