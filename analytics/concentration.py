"""How much of the work comes from few: the largest organisations' share of the tickets, and the HHI (METRICS.md 103).

concentration(since=date(2026, 3, 1), until=date(2026, 4, 1), lake=lake).index
"""

from dataclasses import dataclass
from typing import Unpack

import polars as pl

from analytics.measure_answer import Readable, measure
from analytics.measure_question import Asking

LARGEST = 10


@dataclass(frozen=True, slots=True)
class Concentration:
    """Tickets created by organisation, the largest first (`frame`: organisation_id, organisation, tickets, share).

    `top_share` is that of the ten largest. `index` is the Herfindahl-Hirschman index, the sum of the squared shares:
    1 if all comes from one, 1/n if it comes from n alike. Tickets of no organisation (`others`) are in neither.
    """

    tickets: int
    others: int
    top_share: float | None
    index: float | None
    frame: pl.DataFrame


def concentration(*, lake: Readable, **asked: Unpack[Asking]) -> Concentration:
    """Of the tickets created; the arguments are those of `measure` without split and grain."""
    given: Asking = {**asked, "by": "organisation", "grain": None}
    found = measure("tickets_created", lake=lake, **given).filter(pl.col("tickets_created") > 0)
    own = found.filter(pl.col("organisation_id").is_not_null())
    total = int(own["tickets_created"].sum())
    frame = own.select(
        "organisation_id", "organisation", tickets="tickets_created", share=pl.col("tickets_created") / max(total, 1)
    ).sort(["tickets", "organisation"], descending=[True, False])
    shares = frame["share"]
    return Concentration(
        total,
        int(found["tickets_created"].sum()) - total,
        float(shares.head(LARGEST).sum()) if total else None,
        float((shares * shares).sum()) if total else None,
        frame,
    )
