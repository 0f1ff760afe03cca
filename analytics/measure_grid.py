"""From cells to an answer: every period of every slice is there, levels are summed up, hours are added over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from analytics.measure_query import NUMBER
from analytics.zones import ORIGIN, Period
from core.errors import Invalid

OPENING = "opening"
MOST_CELLS = 5_000_000
"""More rows than this are no answer for anybody; the refusal says how to ask for less."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Periods × slices, one row each. `keys` tell one row from another, `split` is those that are no time."""

    periods: Sequence[Period]
    split: Sequence[str]
    rows: pl.DataFrame
    keys: Sequence[str]


def grid(periods: Sequence[Period], split: Sequence[str], frames: Sequence[pl.DataFrame]) -> Grid:
    """The grid of all periods and of every slice that any frame has."""
    numbers = pl.DataFrame({NUMBER: [period.number for period in periods]}, schema={NUMBER: pl.Int64})
    if not split:
        return Grid(periods, split, numbers, [NUMBER])
    found = slices(split, frames)
    if len(numbers) * len(found) > MOST_CELLS:
        raise Invalid(
            f"That is {len(numbers):,} periods of {len(found):,} slices; ask for a shorter time, a coarser grain "
            "or fewer splits."
        )
    return Grid(periods, split, found.join(numbers, how="cross"), [NUMBER, *split])


def slices(split: Sequence[str], frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Every slice that any frame has."""
    return pl.concat([frame.select(split) for frame in frames], how="vertical_relaxed").unique()


def filled(on: Grid, cells: pl.DataFrame, sums: Sequence[str]) -> pl.DataFrame:
    """The cells laid on the grid; where there are none, sums are 0 and all else is null."""
    laid = on.rows.join(cells, on=on.keys, how="left", nulls_equal=True)
    return laid.with_columns(pl.col(name).fill_null(0) for name in sums)


def levels(on: Grid, opening: pl.DataFrame, steps: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The levels at the end of each period: what stood at the start and every step since."""
    laid = _opened(on, opening, steps, names)
    stood = ((pl.col(f"{OPENING} {name}") + _summed(name, on)).alias(name) for name in names)
    return laid.select(*on.keys, *stood)


def hours(
    on: Grid, opening: pl.DataFrame, steps: pl.DataFrame, name: str, *, since: datetime | None, end: datetime
) -> pl.DataFrame:
    """The hours that passed in each period: the level at its start for its whole length, each step for the rest."""
    laid = _opened(on, opening, steps, [name, "moment"])
    laid = laid.join(_lengths(on.periods, since, end), on=NUMBER, maintain_order="left")
    step = pl.col(name)
    before = pl.col(f"{OPENING} {name}") + _summed(name, on) - step
    seconds = before * (pl.col("stop") - pl.col("start")) + step * pl.col("stop") - pl.col("moment")
    return laid.select(*on.keys, (seconds / 3600.0).alias(name))


def _lengths(periods: Sequence[Period], since: datetime | None, end: datetime) -> pl.DataFrame:
    """The whole seconds at which each period starts and stops, cut to the window."""
    cut = [(of.number, max(of.start, since or of.start), min(of.end, end)) for of in periods]
    return pl.DataFrame(
        [(number, _seconds(start), _seconds(max(start, stop))) for number, start, stop in cut],
        schema={NUMBER: pl.Int64, "start": pl.Int64, "stop": pl.Int64},
        orient="row",
    )


def _opened(on: Grid, opening: pl.DataFrame, steps: pl.DataFrame, sums: Sequence[str]) -> pl.DataFrame:
    """Steps on the grid, sorted by period, each row with what stood in its slice at the start."""
    laid = filled(on, steps, sums).sort(NUMBER)
    opening = opening.rename({name: f"{OPENING} {name}" for name in opening.columns if name not in on.split})
    if on.split:
        laid = laid.join(opening, on=list(on.split), how="left", nulls_equal=True, maintain_order="left")
    else:
        laid = laid.join(opening.head(1), how="cross")
    return laid.with_columns(pl.col(f"^{OPENING} .*$").fill_null(0).cast(pl.Int64))


def _summed(name: str, on: Grid) -> pl.Expr:
    """The running sum over the periods, in each slice."""
    running = pl.col(name).cum_sum()
    return running.over(list(on.split)) if on.split else running


def _seconds(instant: datetime) -> int:
    """Whole seconds since ORIGIN, as `zones.seconds` counts them."""
    return (instant - ORIGIN) // timedelta(seconds=1)
