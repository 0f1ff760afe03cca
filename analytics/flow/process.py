"""How work moves: transitions, ways through, returns, how long each stop takes. Pure functions over a log of visits.

The words are those of process mining: a ticket is a case, transitions are its directly-follows graph, ways are
variants.
"""

import polars as pl

from analytics.flow.visits import steps
from analytics.survival.curve import kaplan_meier


def transitions(log: pl.DataFrame) -> pl.DataFrame:
    """How often `target` directly followed `source`, in how many tickets, and how long the visit to `source` was then.

    The costliest first: by all the time that was spent before it. Nobody is a bottleneck for being slow once.
    """
    taken = steps(log)
    return taken.group_by("source", "target").agg(
        count=pl.len().cast(pl.Int64),
        tickets=pl.n_unique("ticket_id").cast(pl.Int64),
        median_seconds=pl.median("seconds"),
        total_seconds=pl.sum("seconds"),
    ).sort(["total_seconds", "count", "source", "target"], descending=[True, True, False, False])  # fmt: skip


def ends(log: pl.DataFrame) -> pl.DataFrame:
    """In how many tickets an activity was the first, and the last so far."""
    bounds = log.group_by("ticket_id", maintain_order=True).agg(first=pl.first("activity"), last=pl.last("activity"))
    first, last = (
        bounds.group_by(pl.col(side).alias("activity")).agg(pl.len().cast(pl.Int64).alias(side))
        for side in ("first", "last")
    )
    return first.join(last, on="activity", how="full", coalesce=True).fill_null(0).sort("activity")


def variants(log: pl.DataFrame) -> pl.DataFrame:
    """The ways that tickets took, the most common first; with several stops the median time from first to last."""
    ways = log.group_by("ticket_id", maintain_order=True).agg(
        path=pl.col("activity"), seconds=(pl.last("since") - pl.first("since")).dt.total_seconds()
    )
    found = ways.group_by("path").agg(
        tickets=pl.len().cast(pl.Int64), median_seconds=pl.median("seconds"), example_id=pl.min("ticket_id")
    )
    found = found.with_columns(share=pl.col("tickets") / max(len(ways), 1), steps=pl.col("path").list.len())
    found = found.with_columns(median_seconds=pl.when(pl.col("steps") > 1).then("median_seconds"))
    return found.sort(["tickets", "steps", "example_id"], descending=[True, False, False])


def rework(log: pl.DataFrame) -> pl.DataFrame:
    """Who comes back: by activity, tickets that were there, tickets there more than once, returns and time in them."""
    seconds = (pl.col("until") - pl.col("since")).dt.total_seconds()
    each = log.with_columns(turn=pl.int_range(pl.len()).over("ticket_id", "activity"), seconds=seconds)
    again = pl.col("turn") > 0
    return each.group_by("activity").agg(
        tickets=pl.n_unique("ticket_id").cast(pl.Int64),
        tickets_again=pl.col("ticket_id").filter(again).n_unique().cast(pl.Int64),
        returns=again.sum().cast(pl.Int64),
        seconds_again=pl.col("seconds").filter(again).sum(),
    ).sort(["returns", "activity"], descending=[True, False])  # fmt: skip


def ping_pong(log: pl.DataFrame) -> pl.DataFrame:
    """There and straight back: how often `source` → `target` → `source` happened, in how many tickets."""
    same = pl.col("ticket_id") == pl.col("ticket_id").shift(-2)
    back = same & (pl.col("activity") == pl.col("activity").shift(-2))
    back &= pl.col("activity") != pl.col("activity").shift(-1)
    thrown = log.with_columns(target=pl.col("activity").shift(-1), is_back=back).filter("is_back")
    return thrown.group_by(pl.col("activity").alias("source"), "target").agg(
        count=pl.len().cast(pl.Int64), tickets=pl.n_unique("ticket_id").cast(pl.Int64)
    ).sort(["count", "source", "target"], descending=[True, False, False])  # fmt: skip


def sojourn(log: pl.DataFrame) -> pl.DataFrame:
    """How long a visit takes, those that go on included (Kaplan-Meier): by activity, the longest in all first.

    `until` of a visit that goes on is null; `seen` is until when it was looked at.
    """
    rows = []
    for (activity,), own in log.group_by("activity", maintain_order=True):
        seconds = (pl.coalesce("until", "seen") - pl.col("since")).dt.total_seconds()
        lasted = own.select(seconds=seconds, is_over=pl.col("until").is_not_null())
        curve = kaplan_meier(lasted["seconds"].to_numpy(), lasted["is_over"].to_numpy())
        median, p90 = (curve.quantile(share).seconds for share in (0.5, 0.9))
        rows.append((activity, curve.n, curve.n - curve.n_ended, median, p90, curve.longest, lasted["seconds"].sum()))
    names = ("activity", "visits", "running", "median_seconds", "p90_seconds", "longest_seconds", "total_seconds")
    kinds = (pl.String, pl.Int64, pl.Int64, pl.Float64, pl.Float64, pl.Float64, pl.Int64)
    frame = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    return frame.sort(["total_seconds", "activity"], descending=[True, False])
