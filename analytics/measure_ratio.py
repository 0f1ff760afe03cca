"""Ratios are made after everything was added up: of the numerator and the denominator of each cell, never averaged."""

from collections.abc import Iterable, Sequence

import polars as pl

from analytics import catalogue
from analytics.metric import PASSED, Ratio


def counted_for(columns: Iterable[str]) -> tuple[str, ...]:
    """What must be counted for these columns: ratios have parts, shares and percentiles rest on an n."""
    found: dict[str, None] = {}
    for column in columns:
        metric, statistic = catalogue.statistic(column)
        if isinstance(statistic, Ratio):
            found.update(dict.fromkeys(metric.column(suffix) for suffix in statistic.of if suffix != PASSED))
        else:
            found[column] = None
        if statistic.is_percentile and metric.n:
            found[metric.n] = None
    return tuple(found)


def with_ratios(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows with the ratios among `columns`; where nothing was counted they are null."""
    made = []
    for column in columns:
        metric, statistic = catalogue.statistic(column)
        if isinstance(statistic, Ratio):
            part, whole = (pl.col(PASSED if suffix == PASSED else metric.column(suffix)) for suffix in statistic.of)
            value = statistic.value(part.cast(pl.Float64), whole.cast(pl.Float64))
            made.append(pl.when(whole > 0).then(value).otherwise(None).alias(column))
    return rows.with_columns(made)
