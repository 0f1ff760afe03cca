"""Little's law as a check of the books, and how much of the time somebody could have worked.

In a steady house the mean stock is the rate of leaving × the mean time in the house: L = λ·W. Over any window the
difference is what those were in the house before it and those that stay after it account for, to the second. What is
left then can only be events that are missing.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl


@dataclass(frozen=True, slots=True)
class Balance:
    """The books of one window. Times are in seconds, stocks in tickets."""

    mean_stock: float
    """L, from the steps of the backlog."""
    arrivals: int
    departures: int
    opening: int
    closing: int
    mean_time: float | None
    """W, of those that left in the window, from their whole time in the house."""
    predicted_stock: float
    """λ·W with λ the departures by time."""
    boundary: float
    """What the time before the window of those that left, and the time in it of those that stay, account for."""

    @property
    def residual(self) -> float:
        """How far Little's law is off."""
        return self.mean_stock - self.predicted_stock

    @property
    def unexplained(self) -> float:
        """What is left of it without the boundary: 0, or events are missing."""
        return self.residual - self.boundary

    @property
    def share(self) -> float | None:
        """The residual by the mean stock: above 5 % over 90 days the house is not steady, or events are missing."""
        return self.residual / self.mean_stock if self.mean_stock else None


def spells(spans: pl.DataFrame) -> pl.DataFrame:
    """Unsolved spans that touch as one stay in the house: `since`, `until` (null: still in it)."""
    spans = spans.sort("ticket_id", "n")
    touches = (pl.col("ticket_id") == pl.col("ticket_id").shift()) & (pl.col("since") == pl.col("until").shift())
    return (
        spans.with_columns(spell=(~touches.fill_null(value=False)).cum_sum())
        .group_by("spell", maintain_order=True)
        .agg(pl.first("ticket_id", "since"), pl.last("until"))
    )


def balance(stays: pl.DataFrame, stock_seconds: float, start: datetime, end: datetime) -> Balance:
    """The books of [start, end) from the stays that overlap it, and the stock added up over it (ticket-seconds)."""
    long = (end - start).total_seconds()
    leaves = pl.col("until").is_not_null() & (pl.col("until") < end)
    begins = pl.max_horizontal("since", pl.lit(start))
    inside = (pl.min_horizontal(pl.col("until").fill_null(end), pl.lit(end)) - begins).dt.total_microseconds() / 1e6
    before = (begins - pl.col("since")).dt.total_microseconds() / 1e6
    sums = stays.select(
        arrivals=(pl.col("since") >= start).sum(),
        departures=leaves.sum(),
        lasted=(inside + before).filter(leaves).sum(),
        before=before.filter(leaves).sum(),
        stays=inside.filter(~leaves).sum(),
    ).row(0, named=True)
    n = int(sums["departures"])
    return Balance(
        mean_stock=stock_seconds / long,
        arrivals=int(sums["arrivals"]),
        departures=n,
        opening=len(stays) - int(sums["arrivals"]),
        closing=len(stays) - n,
        mean_time=sums["lasted"] / n if n else None,
        predicted_stock=sums["lasted"] / long,
        boundary=(sums["stays"] - sums["before"]) / long,
    )
