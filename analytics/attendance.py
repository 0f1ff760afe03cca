"""Who was there, and whether the load is shared: hours online and away (METRICS.md 83), load by hour there (85).

attendance(since=date(2026, 3, 2), until=date(2026, 3, 9), grain="day", lake=lake)
fairness(since=…, until=…, lake=lake).gini

`people` are those whose presence the asker may see; None is everybody's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

import ibis.expr.types as ir
import polars as pl

from analytics.measure_answer import Readable
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_known import names_of
from analytics.measure_question import Question, grain_of
from analytics.measure_steps import is_unsolved
from analytics.measure_wall import behind
from analytics.measure_window import Instant
from analytics.population import Chosen, asking, chosen, periods_of, window_of
from core.actor import ALL, Scope

ABOUT = "Presence"
LOADS = ("open", "taken")
LOOK_BACK = timedelta(days=28)
"""How far windows reach that are not said."""
SCHEMA: dict[str, pl.DataType] = {
    "agent_id": pl.String(), "presence": pl.String(), "since": pl.Datetime("us"), "until": pl.Datetime("us")
}  # fmt: skip
SPANS = """
    select person_id::varchar as agent_id, presence, since, until
    from lake.main.presence
    where presence <> 'offline' and since < until and since < $end and until > $since
"""


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly load lies on those who were there. `frame`: agent_id, agent, open, taken, hours, load.

    `load` is what one owned unsolved at the end and what one took in the window, by hour online. 0 of `gini` is even,
    towards 1 it lies on one. Null where fewer than two were there, or nobody had anything.
    """

    gini: float | None
    max_to_median: float | None
    frame: pl.DataFrame


def attendance(
    *,
    grain: str | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    as_of: Instant | None = None,
    people: Collection[UUID] | None = None,
    timezone: str = "UTC",
    lake: Readable,
) -> pl.DataFrame:
    """Hours that people were online and away in [since, until), or the last four weeks; what nobody told is offline.

    Columns: period (with a grain), agent_id, agent, online_hours, away_hours. A span counts in each period that it
    reaches into, up to `as_of` or now.
    """
    pieces = spans(
        grain=grain, since=since, until=until, as_of=as_of, people=people, timezone=timezone, lake=lake
    )  # fmt: skip
    return _hours(pieces, [name for name in ("period", "agent_id", "agent") if name in pieces.columns])


def spans(
    *,
    grain: str | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    as_of: Instant | None = None,
    people: Collection[UUID] | None = None,
    timezone: str = "UTC",
    lake: Readable,
) -> pl.DataFrame:
    """The spans that `attendance` adds up, cut where periods end: (period,) agent_id, agent, presence, since, until."""
    with asking(lake, since=since, until=until, as_of=as_of, scope=ALL, timezone=timezone, about=ABOUT) as question:
        frame = _named(question, _spans(question, people))
        cut = grain_of(grain)
        if cut is None:
            return frame
        start, end = window_of(question, LOOK_BACK)
        periods = periods_of(start, end, cut, timezone)
    edges = pl.DataFrame(
        {"period": [period.start for period in periods], "edge": [period.end for period in periods]},
        schema=dict.fromkeys(("period", "edge"), pl.Datetime("us")),
    )
    pieces = frame.join_where(edges, pl.col("since") < pl.col("edge"), pl.col("until") > pl.col("period"))
    pieces = pieces.with_columns(
        since=pl.max_horizontal("since", "period"), until=pl.min_horizontal("until", "edge"),
        period=pl.max_horizontal("period", pl.lit(start)).dt.replace_time_zone("UTC").dt.convert_time_zone(timezone),
    )  # fmt: skip
    return pieces.drop("edge")


def fairness(
    *,
    since: Instant | None = None,
    until: Instant | None = None,
    as_of: Instant | None = None,
    people: Collection[UUID] | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> Fairness:
    """How evenly open and arriving work lay on those who were online in [since, until), or the last four weeks.

    Who works half the hours is to have half the work: by hours, not by heads. Tickets are those in `scope`.
    """
    with asking(lake, since=since, until=until, as_of=as_of, scope=scope, timezone=timezone, about=ABOUT) as question:
        shape, (start, end) = chosen(question, complete_only=False), window_of(question, LOOK_BACK)
        hours = _hours(_named(question, _spans(question, people)), ["agent_id", "agent"])
        values = {"since": start, "end_of_looking": end}
        owned, taken = (question.run(_counts(shape, load), shape.wall, **values) for load in LOADS)
    found = hours.filter(pl.col("online_hours") > 0).join(owned, on="agent_id", how="left")
    found = found.join(taken, on="agent_id", how="left").with_columns(pl.col("open", "taken").fill_null(0))
    load = (pl.col("open") + pl.col("taken")) / pl.col("online_hours")
    frame = found.select("agent_id", "agent", "open", "taken", hours="online_hours", load=load)
    frame = frame.sort(["load", "agent"], descending=[True, False])
    median = frame["load"].median()
    most = float(frame["load"][0]) / median if isinstance(median, float) and median > 0 else None
    return Fairness(gini(frame["load"].to_list()), most, frame)


def gini(loads: list[float]) -> float | None:
    """The mean difference of two by twice the mean (C. Gini, Variabilità e mutabilità, 1912)."""
    n, total = len(loads), sum(loads)
    if n < 2 or total <= 0:
        return None
    ranked = sum((2 * rank - n - 1) * load for rank, load in enumerate(sorted(loads), start=1))
    return ranked / (n * total)


@lru_cache(256)
def _counts(shape: Chosen, load: str) -> Query:
    rows = load_rows(shape, load)
    return compiled(
        rows.group_by(agent_id=rows.agent_id.cast("string")).aggregate(**{load: rows.count().cast("int64")})
    )


def load_rows(shape: Chosen, load: str) -> ir.Table:
    """What people own unsolved at the end (`open`), or each time that they came to own a ticket (`taken`)."""
    since, end = bound("since", "timestamp"), bound("end_of_looking", "timestamp")
    if load == "open":
        row = behind(shape.wall).interval
        row = row.filter(is_unsolved(row.category), row.agent_id.notnull(), row.since < end, row.until >= end)
        return row.select("ticket_id", "agent_id", "queue_id", dated=row.since)
    edge = behind(shape.wall).edge
    edge = edge.filter(edge.activity == "agent", edge.target_id.notnull())
    edge = edge.filter(edge.occurred_at >= since, edge.occurred_at < end)
    return edge.select("ticket_id", "queue_id", agent_id=edge.target_id, dated=edge.occurred_at)


def _spans(question: Question, people: Collection[UUID] | None) -> pl.DataFrame:
    """The spans of the window, cut to it."""
    start, end = window_of(question, LOOK_BACK)
    rows = question.cursor.execute(SPANS, {"since": start, "end": end}).fetchall()
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    if people is not None:
        frame = frame.filter(pl.col("agent_id").is_in([str(one) for one in people]))
    return frame.with_columns(
        since=pl.max_horizontal("since", pl.lit(start)), until=pl.min_horizontal("until", pl.lit(end))
    )


def _named(question: Question, spans: pl.DataFrame) -> pl.DataFrame:
    names = names_of(question.known, "agent", set(spans["agent_id"].unique()), question.cursor)
    return spans.with_columns(agent=pl.col("agent_id").replace_strict(names, default=pl.col("agent_id")))


def _hours(spans: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    hours = (pl.col("until") - pl.col("since")).dt.total_microseconds() / 3.6e9
    return (
        spans.group_by(keys)
        .agg(
            online_hours=hours.filter(pl.col("presence") == "online").sum(),
            away_hours=hours.filter(pl.col("presence") == "away").sum(),
        )
        .sort([name for name in ("period", "agent", "agent_id") if name in keys])
    )
