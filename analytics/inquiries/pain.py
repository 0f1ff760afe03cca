"""Customers in pain: each reason opens to its tickets, reopenings or ratings."""

from typing import Any

import polars as pl

from analytics.drill import drill
from analytics.inquiries.inquiry import Column, Found, Inquiry, Row, Wanted, organisation_of
from analytics.inquiries.rows import TICKETS, OfMetric, Rows, Table
from analytics.measure_answer import Readable
from analytics.metric import Unit
from analytics.pain import LOOK_BACK, pain
from analytics.population import time_of

COLUMNS = (
    Column("organisation", "Organisation"),
    Column("reasons", "Reasons", digits=0),
    Column("breached", "Promises broken now", Unit.TICKETS, opens=True),
    Column("reopened", "Reopened in 14 days", Unit.EVENTS, opens=True),
    Column("unhappy", "Rated badly in 14 days", Unit.EVENTS, opens=True),
    Column("open", "Open", Unit.TICKETS, opens=True),
)
METRICS = {"breached": "sla_open_breached_tickets", "open": "backlog", "reopened": "reopen_events"}


def _ask(wanted: Wanted, lake: Readable) -> Found:
    frame = pain(**_asked(wanted), lake=lake)
    return Found({"organisations": len(frame)}, frame, COLUMNS, len(frame))


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    asked = _asked(wanted)
    asked["where"] = {**wanted.where, "organisation": [organisation_of(row)]}
    if part in ("reopened", "unhappy"):
        asked["since"], _ = time_of(None, wanted.as_of, wanted.timezone, LOOK_BACK)
    if part == "unhappy":
        rated = drill("csat", lake=lake, **asked).frame
        return Table(rated.filter(~pl.col("is_content")), {**TICKETS, "score": "Rating"})
    return OfMetric(METRICS[part], lake, asked)


def _asked(wanted: Wanted) -> dict[str, Any]:
    """Now, or at `as_of`: it is no question of a time."""
    return {**wanted.tickets, "since": None, "until": None}


PAIN = Inquiry(
    name="pain", sums=(Column("organisations", "customers in pain", Unit.EVENTS),), key=("organisation_id",),
    parts=("breached", "reopened", "unhappy", "open"), of=("customer", "customers"), ask=_ask, open=_open,
    takes_filters=True,
)  # fmt: skip
