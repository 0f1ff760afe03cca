"""Few rows say little: which numbers are then told, shown as dots, or kept out of ranks (METRICS.md 1.0)."""

from collections.abc import Sequence
from enum import StrEnum

import polars as pl

from analytics import catalogue

PERCENTILES, DOTS, RANKS = 5, 20, 30


class Small(StrEnum):
    """What so few rows allow."""

    HIDDEN = "hidden"
    """Below 5: percentiles are not told; open the rows instead."""
    DOTS = "dots"
    """Below 20: show the single rows, not a summary of them."""
    UNRANKED = "unranked"
    """Below 30: the number stands in no ranking."""


def flags(rows: pl.DataFrame, columns: Sequence[str], *, hides: bool = True) -> pl.DataFrame:
    """For each metric with a share or a percentile among the columns: what its rows are too few for, else null.

    Where nothing `hides`, the fewest are dots as well: their percentiles are told.
    """
    found = {}
    for column in columns:
        metric, _ = catalogue.statistic(column)
        if metric.n in rows.columns and metric.n is not None:
            found[metric.name] = _small(pl.col(metric.n), hides=hides and _percentiles(metric.name, columns)).alias(
                metric.name
            )
    return rows.select(list(found.values()))


def hidden(rows: pl.DataFrame, flagged: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows without the percentiles of too few."""
    kept = [
        pl.when(flagged[metric.name] == Small.HIDDEN).then(None).otherwise(pl.col(column)).alias(column)
        for column in columns
        for metric, statistic in [catalogue.statistic(column)]
        if statistic.is_percentile and metric.name in flagged.columns
    ]
    return rows.with_columns(kept)


def sentences(flagged: pl.DataFrame) -> tuple[str, ...]:
    """What is not told, in words."""
    counted = {name: int((flagged[name] == Small.HIDDEN).sum()) for name in flagged.columns}
    return tuple(
        f"{catalogue.METRICS[name].title}: percentiles of fewer than {PERCENTILES} are not told ({cells:,} "
        f"{'cell' if cells == 1 else 'cells'}); open the rows instead."
        for name, cells in counted.items()
        if cells
    )


def _percentiles(metric: str, columns: Sequence[str]) -> bool:
    told = (catalogue.statistic(column) for column in columns)
    return any(of.name == metric and statistic.is_percentile for of, statistic in told)


def _small(n: pl.Expr, *, hides: bool) -> pl.Expr:
    few = pl.lit(Small.HIDDEN.value if hides else Small.DOTS.value)
    return (
        pl.when(n.fill_null(0) == 0).then(None)
        .when(n < PERCENTILES).then(few)
        .when(n < DOTS).then(pl.lit(Small.DOTS.value))
        .when(n < RANKS).then(pl.lit(Small.UNRANKED.value))
    )  # fmt: skip
