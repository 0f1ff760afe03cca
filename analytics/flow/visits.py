"""What tickets went through, one visit after the other: the log that all analyses of flow start from.

A log is a frame with `ticket_id`, `activity`, `since` and `until` (null: still there), sorted by ticket and time.
"""

import polars as pl

LOG = ("ticket_id", "activity", "since", "until")


def visits(spans: pl.DataFrame) -> pl.DataFrame:
    """Spans that follow each other in the same activity as one visit; what nobody did (null) is left out."""
    spans = spans.filter(pl.col("activity").is_not_null()).sort("ticket_id", "n")
    is_new = (pl.struct("ticket_id", "activity") != pl.struct("ticket_id", "activity").shift()).fill_null(value=True)
    return (
        spans.with_columns(visit=is_new.cum_sum())
        .group_by("visit", maintain_order=True)
        .agg(pl.first("ticket_id", "activity", "since"), pl.last("until"))
        .select(*LOG)
    )


def steps(log: pl.DataFrame) -> pl.DataFrame:
    """Each visit that another followed: `source`, `target` and the `seconds` that it lasted."""
    follows = pl.col("ticket_id") == pl.col("ticket_id").shift(-1)
    return (
        log.with_columns(target=pl.when(follows).then(pl.col("activity").shift(-1)), left=pl.col("since").shift(-1))
        .filter(pl.col("target").is_not_null())
        .select(
            "ticket_id",
            "target",
            source="activity",
            seconds=(pl.coalesce("until", "left") - pl.col("since")).dt.total_seconds(),
        )
    )
