"""Customers in pain now: a list to act on, with the reasons (METRICS.md 102).

pain(scope=scope, lake=lake)                        # now
pain(as_of=datetime(2026, 3, 2, 9, tzinfo=UTC), lake=lake)
"""

from datetime import timedelta
from typing import Unpack

import polars as pl

from analytics.measure_answer import Readable, measure
from analytics.measure_question import Asking
from analytics.population import time_of

LOOK_BACK = timedelta(days=14)
REOPENED = 2
"""So many reopenings in the last days are pain."""

REASONS = {
    "breached": pl.col("breached") > 0,
    "reopened": pl.col("reopened") >= REOPENED,
    "unhappy": (pl.col("unhappy") > 0) & (pl.col("open") > 0),
}
"""Why somebody stands on the list: a promise is broken now; it came back again and again; unhappy, and still open."""


def pain(*, lake: Readable, **asked: Unpack[Asking]) -> pl.DataFrame:
    """Organisations with a reason: those with most reasons first, then by broken promises, by what is open.

    Columns: organisation_id, organisation, breached (tickets behind a promise now), reopened and unhappy (reopenings,
    and ratings of 3 and less, in the last 14 days), open (tickets), reasons (how many hold).
    """
    given: Asking = {**asked, "by": "organisation", "grain": None}
    since, _ = time_of(None, asked.get("as_of"), asked.get("timezone", "UTC"), LOOK_BACK)
    lately: Asking = {**given, "since": since}
    now: Asking = {**given, "since": None}
    standing = measure(["backlog", "sla_open_breached_tickets"], lake=lake, **now)
    recent = measure(["reopen_events", "csat_n", "csat_content"], small="show", lake=lake, **lately)
    found = standing.join(recent, on=["organisation_id", "organisation"], how="full", coalesce=True, nulls_equal=True)
    found = found.filter(pl.col("organisation_id").is_not_null()).with_columns(pl.col(pl.Int64).fill_null(0))
    rows = found.select(
        "organisation_id", "organisation", breached="sla_open_breached_tickets", reopened="reopen_events",
        unhappy=pl.col("csat_n") - pl.col("csat_content"), open="backlog",
    )  # fmt: skip
    rows = rows.with_columns(reasons=pl.sum_horizontal(reason.cast(pl.Int64) for reason in REASONS.values()))
    worst = ["reasons", "breached", "open", "organisation"]
    return rows.filter(pl.col("reasons") > 0).sort(worst, descending=[True, True, True, False])
