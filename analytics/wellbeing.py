"""How well organisations fare with us: a published formula of six parts, each from 0 to 100 (METRICS.md 104).

wellbeing(since=date(2026, 3, 1), until=date(2026, 4, 1), scope=scope, lake=lake).frame
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Unpack

import polars as pl

from analytics.measure_answer import Readable, measure
from analytics.measure_question import Asking
from analytics.population import time_of

WEIGHTS: Mapping[str, int] = {
    "promises": 30, "contentment": 20, "volume": 15, "return": 15, "oldest": 10, "silence": 10,
}  # fmt: skip
"""What each part weighs. A part that nothing is known of is left out, and the others weigh as much more."""

LOOK_BACK = timedelta(days=28)
BEFORE = 3
"""The usual volume is the mean of as many windows of the same length before."""
DAY = 86_400.0


def _falling(value: pl.Expr, best: float, worst: float) -> pl.Expr:
    """100 up to the best value, 0 from the worst on, a straight line between."""
    return ((worst - value) / (worst - best)).clip(0, 1) * 100


PARTS: Mapping[str, pl.Expr] = {
    "promises": pl.col("sla_attainment") * 100,
    "contentment": pl.col("csat") * 100,
    "volume": pl.when(pl.col("usual") > 0).then(_falling(pl.col("created") / pl.col("usual"), 1, 3)),
    "return": _falling(pl.col("reopen_rate"), 0, 0.25),
    "oldest": _falling(pl.col("open_age_max").fill_null(0), DAY, 30 * DAY),
    "silence": _falling(pl.col("silence_max").fill_null(0), DAY, 14 * DAY),
}
"""The formula: SLA attainment and CSAT as they are; volume from the usual to three times it; reopen rate from none to
one in four; the oldest open ticket from a day to thirty, the longest silence on one from a day to fourteen."""

COUNTS = {
    "due": "sla_attainment", "rated": "csat", "created": "tickets_created", "solved": "reopen_rate", "open": "backlog",
}  # fmt: skip
"""What the parts rest on, and whose rows those are."""


@dataclass(frozen=True, slots=True)
class Wellbeing:
    """Organisations, the worst first. `frame`: organisation_id, organisation, score, the parts, and COUNTS."""

    since: datetime
    until: datetime
    frame: pl.DataFrame


def wellbeing(*, lake: Readable, **asked: Unpack[Asking]) -> Wellbeing:
    """Of each organisation with a ticket in the time or open at its end; without one it reaches back four weeks."""
    end = asked.get("until") or asked.get("as_of")
    since, until = time_of(asked.get("since"), end, asked.get("timezone", "UTC"), LOOK_BACK)
    given: Asking = {**asked, "by": "organisation", "grain": None, "since": since, "until": until}
    now: Asking = {**given, "since": None}
    usual: Asking = {**given, "since": since - BEFORE * (until - since), "until": since}
    names = ["sla_attainment", "sla_attainment_due", "csat", "csat_n", "reopen_rate", "reopen_rate_n",
             "reopen_rate_open", "tickets_created"]  # fmt: skip
    frames = [
        measure(names, small="show", lake=lake, **given),
        measure(["backlog", "open_age_max", "silence_max"], small="show", lake=lake, **now),
        measure("tickets_created", lake=lake, **usual).rename({"tickets_created": "before"}),
    ]
    keys = ["organisation_id", "organisation"]
    found = frames[0]
    for other in frames[1:]:
        found = found.join(other, on=keys, how="full", coalesce=True, nulls_equal=True)
    found = found.filter(pl.col("organisation_id").is_not_null()).with_columns(
        due=pl.col("sla_attainment_due").fill_null(0), rated=pl.col("csat_n").fill_null(0),
        created=pl.col("tickets_created").fill_null(0), open=pl.col("backlog").fill_null(0),
        solved=pl.col("reopen_rate_n").fill_null(0) + pl.col("reopen_rate_open").fill_null(0),
        usual=pl.col("before").fill_null(0) / BEFORE,
    )  # fmt: skip
    found = found.filter(pl.sum_horizontal("due", "rated", "created", "solved", "open") > 0)
    found = found.with_columns(**{name: part.cast(pl.Float64) for name, part in PARTS.items()})
    frame = found.select(*keys, *PARTS, *COUNTS, score=_score()).select(*keys, "score", *PARTS, *COUNTS)
    return Wellbeing(since, until, frame.sort(["score", "organisation"]))


def _score() -> pl.Expr:
    """The parts' mean by their weights, of those that are known."""
    known = [(pl.col(name), weight) for name, weight in WEIGHTS.items()]
    top = pl.sum_horizontal((part * weight).fill_null(0) for part, weight in known)
    return top / pl.sum_horizontal(part.is_not_null() * weight for part, weight in known)
