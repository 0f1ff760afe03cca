"""`moved()`: what a change between two times is made of, slice by slice.

    moved("full_resolution_time_mean", by="queue", since=date(2026, 3, 1), until=date(2026, 4, 1), lake=lake)

Counts, sums and levels change by the sum of what their slices do. A ratio or a mean moves for two reasons, which are
told apart: a slice's own value changed (`rate`), or its weight among all did (`mix`). Both use the average of the two
times for what they hold still, so that neither time is the base and nothing is left over:

    rate = (value now - before) * mean weight        mix = (weight now - before) * (mean value - mean overall value)

A slice that is missing at one time has the other's value there: all that it does is mix (docs/decisions/0110).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Unpack

import polars as pl

from analytics import catalogue
from analytics.measure_answer import Answer, Readable, ask
from analytics.measure_dimensions import DIMENSIONS
from analytics.measure_names import label_columns
from analytics.measure_question import Asking
from analytics.measure_ratio import counted_for
from analytics.measure_share import divisible
from analytics.metric import Metric, Ratio, Statistic
from core.errors import Invalid

SCHEMA = {
    "dimension": pl.String, "value_id": pl.String, "value": pl.String, "before": pl.Float64, "now": pl.Float64,
    "change": pl.Float64, "rate": pl.Float64, "mix": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """A change and its parts: for each dimension the `change` of its slices sums to `now` - `before`.

    `before` and `now` of a slice are its own numbers; `rate` and `mix` are null where the number is a sum.
    """

    column: str
    before: float
    now: float
    frame: pl.DataFrame
    answer: Answer

    @property
    def change(self) -> float:
        """By how much the number moved."""
        return self.now - self.before


def moved(
    metric: str | Metric,
    *,
    lake: Readable,
    compare: Literal["previous", "last_year"] | str = "previous",
    **asked: Unpack[Asking],
) -> Moved:
    """What moved a number since the time before; `by` names the dimensions, left out: all of the metric's.

    The other arguments are those of `measure`, without a grain. Raises `Invalid` for percentiles and counts of
    different things, which are no sum of their slices.
    """
    name = metric if isinstance(metric, str) else metric.name
    (column, *_), found = catalogue.columns_of(name), catalogue.find(name)
    _demand_sums(column)
    by = asked.get("by", ()) or found.dimensions
    given: dict[str, Any] = {name: value for name, value in asked.items() if name not in ("by", "grain")}
    parts = _parts(column)
    splits = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    total = ask(parts, compare=compare, small="show", lake=lake, **given)
    before, now = _cell(total.frame.row(0, named=True), column)
    answers = {split: ask(parts, by=split, compare=compare, small="show", lake=lake, **given) for split in splits}
    rows = [row for split, answer in answers.items() for row in _slices(split, column, (before, now), answer)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    place = pl.col("dimension").replace_strict(splits, range(len(splits)), return_dtype=pl.Int64)
    return Moved(column, before.value, now.value, frame.sort(place, -pl.col("change").abs(), "value"), total)


@dataclass(frozen=True, slots=True)
class Part:
    """A number of a slice at one time, as `top` over `below`; of a sum `below` is None."""

    top: float
    below: float | None
    scale: float = 1.0

    @property
    def value(self) -> float:
        """The number; of nothing it is 0."""
        if self.below is None:
            return self.top
        return self.scale * self.top / self.below if self.below else 0.0


def can_move(column: str) -> bool:
    """Whether a number is the sum of its slices, or made of such sums."""
    metric, statistic = catalogue.statistic(column)
    parts = [metric.statistics[suffix] for suffix in statistic.of] if isinstance(statistic, Ratio) else [statistic]
    is_crooked = isinstance(statistic, Ratio) and not statistic.is_proportional
    is_distinct = any(isinstance(of, Statistic) and of.is_distinct for of in parts)
    is_alone = statistic.is_hourly if isinstance(statistic, Ratio) else statistic.is_extreme
    return not (statistic.is_percentile or is_crooked or is_distinct or is_alone)


def _demand_sums(column: str) -> None:
    metric, _ = catalogue.statistic(column)
    if not can_move(column):
        other = metric.column("mean") if "mean" in metric.statistics else divisible(column)
        hint = f" Ask for {other}." if other != column else ""
        raise Invalid(f"{column} is no sum of its slices, so that nobody can say what moved it.{hint}", metric=column)


def _parts(column: str) -> tuple[str, ...]:
    """What must be asked: numerator and denominator, or a mean and its n."""
    metric, statistic = catalogue.statistic(column)
    if isinstance(statistic, Ratio) or statistic.is_zero_of_nothing:
        return counted_for([column])
    return column, metric.column("n")


def _slices(split: str, column: str, whole: tuple["Part", "Part"], answer: Answer) -> Iterator[tuple[Any, ...]]:
    labels = label_columns([DIMENSIONS[split]])
    for row in answer.frame.iter_rows(named=True):
        before, now = _cell(row, column)
        change, rate, mix = _effects(before, now, whole)
        value_id, value = row[labels[0]], row[labels[-1]]
        value_id = None if value_id is None else str(value_id)
        yield split, value_id, str(value), before.value, now.value, change, rate, mix


def _cell(row: dict[str, Any], column: str) -> tuple[Part, Part]:
    """A slice before and now."""
    before, now = (_part(row, column, ending) for ending in ("_before", ""))
    return before, now


def _part(row: dict[str, Any], column: str, ending: str) -> Part:
    metric, statistic = catalogue.statistic(column)
    if isinstance(statistic, Ratio):
        top, below = (float(row[f"{metric.column(suffix)}{ending}"] or 0) for suffix in statistic.of)
        scale = pl.select(statistic.value(pl.lit(1.0), pl.lit(1.0))).item()
        return Part(top, below, scale)
    value = float(row[f"{column}{ending}"] or 0)
    if statistic.is_zero_of_nothing:
        return Part(value, None)
    n = float(row[f"{metric.column('n')}{ending}"] or 0)
    return Part(value * n, n)


def _effects(before: Part, now: Part, whole: tuple[Part, Part]) -> tuple[float, float | None, float | None]:
    """The slice's part in the change, and its two reasons."""
    if before.below is None or now.below is None:
        return now.value - before.value, None, None
    if not (whole[0].below and whole[1].below):  # there is nothing at one time: all of it came, or went
        change = _of_all(now, whole[1]) - _of_all(before, whole[0])
        return change, 0.0, change
    was, is_ = before.below / whole[0].below, now.below / whole[1].below
    value_was = before.value if before.below else now.value
    value_is = now.value if now.below else before.value
    middle = (whole[0].value + whole[1].value) / 2
    rate = (value_is - value_was) * (was + is_) / 2
    mix = (is_ - was) * ((value_was + value_is) / 2 - middle)
    return rate + mix, rate, mix


def _of_all(part: Part, whole: Part) -> float:
    """The slice's part in the number of all."""
    return part.scale * part.top / whole.below if whole.below else 0.0
