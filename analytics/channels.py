"""By which ways people come: shares of tickets by the channel they began in, of contacts by that of each message.

channels(since=date(2026, 3, 1), until=date(2026, 4, 1), grain="week", lake=lake)      (METRICS.md 106)
"""

from typing import Unpack

import polars as pl

from analytics.measure_answer import Readable, measure
from analytics.measure_question import Asking

PARTS = {"tickets": "tickets_created", "contacts": "inbound_contacts"}
"""What is shared out, and which metric it is."""


def channels(*, lake: Readable, **asked: Unpack[Asking]) -> pl.DataFrame:
    """Columns: (period,) channel, tickets, tickets_share, contacts, contacts_share; the most tickets first.

    Shares are of the period: null where nothing came. The arguments are those of `measure` without split.
    """
    given: Asking = {**asked, "by": "channel"}
    found = measure([*PARTS.values()], lake=lake, **given).rename({metric: part for part, metric in PARTS.items()})
    periods = ["period"] if asked.get("grain") else []
    whole = (pl.col(part).sum().over(periods) if periods else pl.col(part).sum() for part in PARTS)
    shares = (
        pl.when(sums > 0).then(pl.col(part) / sums).alias(f"{part}_share")
        for part, sums in zip(PARTS, whole, strict=True)
    )
    columns = [*periods, "channel", *(name for part in PARTS for name in (part, f"{part}_share"))]
    order = [*periods, "tickets", "channel"]
    return found.with_columns(*shares).select(columns).sort(order, descending=[*(False for _ in periods), True, False])
