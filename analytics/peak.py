"""How high it stood: the peak of each period, when it was, and for how long a threshold was passed (METRICS.md 61).

peak(of="queue_depth", above=20, grain="day", since=date(2026, 3, 2), where={"queue": "Billing"}, lake=lake)
"""

from bisect import bisect_left
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, Unpack

import polars as pl

from analytics import catalogue
from analytics.measure_answer import Readable
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_question import grain_of
from analytics.measure_wall import behind
from analytics.metric import Level
from analytics.population import Chosen, Looking, asking, chosen, periods_of, window_of
from analytics.zones import Period
from core.errors import Invalid

Height = Literal["queue_depth", "backlog", "wip", "unassigned_backlog"]
HEIGHTS = ("queue_depth", "backlog", "wip", "unassigned_backlog")
LOOK_BACK = timedelta(days=28)
SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Datetime("us", "UTC"), "peak": pl.Int64(), "peak_at": pl.Datetime("us", "UTC"),
    "hours_above": pl.Float64(),
}  # fmt: skip
STRETCHES: dict[str, pl.DataType] = {
    **dict.fromkeys(("period", "since", "until"), pl.Datetime("us", "UTC")), "height": pl.Int64(),
    "hours": pl.Float64(),
}  # fmt: skip


def peak(
    of: Height = "queue_depth",
    *,
    lake: Readable,
    above: int | None = None,
    grain: str = "day",
    **asked: Unpack[Looking],
) -> pl.DataFrame:
    """The highest that a level stood in each period of [since, until), or of the last four weeks, to the instant.

    Columns: period, peak, peak_at (when it first stood so high) and, with a threshold, hours_above: how long it stood
    higher. What came and went in one instant never stood. Filters are by the values of the time.
    """
    heights, periods, (start, end), timezone = _looked(of, grain, lake, **asked)
    rows = []
    for period in periods:
        opens, ends = max(period.start, start), min(period.end, end)
        rows.append((opens, *_highest(_within(heights, opens, ends), above)))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    frame = frame.with_columns(pl.col("period", "peak_at").dt.convert_time_zone(timezone))
    return frame if above is not None else frame.drop("hours_above")


def stretches(
    of: Height = "queue_depth",
    *,
    lake: Readable,
    above: int,
    grain: str = "day",
    **asked: Unpack[Looking],
) -> pl.DataFrame:
    """The stretches that `hours_above` adds up: period, since, until, height, hours; each of one height, in order."""
    heights, periods, (start, end), timezone = _looked(of, grain, lake, **asked)
    rows = []
    for period in periods:
        opens, ends = max(period.start, start), min(period.end, end)
        for at, to, height in _within(heights, opens, ends):
            if height > above:
                rows.append((opens, at, to, height, (to - at) / timedelta(hours=1)))
    frame = pl.DataFrame(rows, schema=STRETCHES, orient="row")
    return frame.with_columns(pl.col("period", "since", "until").dt.convert_time_zone(timezone))


def _looked(
    of: str, grain: str, lake: Readable, **asked: Unpack[Looking]
) -> tuple[list[tuple[datetime, int]], list[Period], tuple[datetime, datetime], str]:
    """How high it stood from when on, the periods asked for, the window's ends, and the reader's zone."""
    if of not in HEIGHTS:
        raise Invalid(f"Peaks are those of {', '.join(HEIGHTS)}.", of=of)
    cut = grain_of(grain)
    if cut is None:
        raise Invalid("Peaks are those of periods: ask for a grain.")
    with asking(lake, about="Peaks", **asked) as question:
        start, end = window_of(question, LOOK_BACK)
        periods = periods_of(start, end, cut, question.timezone)
        shape = chosen(question, complete_only=False)
        steps = question.run(_steps(shape, of), shape.wall, since=start, end_of_looking=end)
    return list(_heights(steps, start)), periods, (start, end), question.timezone


def _heights(steps: pl.DataFrame, start: datetime) -> list[tuple[datetime, int]]:
    """From when on it stood how high; the first is what stood at the start."""
    height, found = 0, [(start, 0)]
    for instant, delta in steps.sort("instant").iter_rows():
        height += delta
        if instant == found[-1][0]:
            found[-1] = (instant, height)
        else:
            found.append((instant, height))
    return found


def _within(
    heights: list[tuple[datetime, int]], opens: datetime, ends: datetime
) -> list[tuple[datetime, datetime, int]]:
    """What stood in [opens, ends): from when to when in it, and how high."""
    starts = [instant for instant, _ in heights]
    first = max(bisect_left(starts, opens + timedelta(microseconds=1)) - 1, 0)
    stood = [(max(instant, opens), height) for instant, height in heights[first : bisect_left(starts, ends)]]
    untils = [*(at for at, _ in stood[1:]), ends]
    return [(at, to, height) for (at, height), to in zip(stood, untils, strict=True)]


def _highest(stood: list[tuple[datetime, datetime, int]], above: int | None) -> tuple[int, datetime, float]:
    """The highest, when it began to be, and the hours above the threshold."""
    most = max(height for _, _, height in stood)
    peak_at = next(at for at, _, height in stood if height == most)
    over = sum(((to - at) for at, to, height in stood if above is not None and height > above), timedelta())
    return most, peak_at, over / timedelta(hours=1)


@lru_cache(256)
def _steps(shape: Chosen, of: str) -> Query:
    """What came and went at each instant of the window; all before it at its start."""
    source = catalogue.METRICS[of].source
    assert isinstance(source, Level)
    since, end = bound("since", "timestamp"), bound("end_of_looking", "timestamp")
    step = shape.of_values(source.steps(behind(shape.wall)))
    step = step.filter(step.dated < end)
    step = step.mutate(instant=(step.dated < since).ifelse(since, step.dated))
    return compiled(step.group_by("instant").aggregate(delta=step.delta.sum().cast("int64")))
