"""How far numbers can be trusted: what was entered late (METRICS.md 98), and what published cells became (120).

lateness(since=date(2026, 3, 1), lake=lake)
restatement("first_reply_time_median", published_at=…, by="queue", grain="week", since=…, until=…, lake=lake).rate
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Unpack

import ibis
import ibis.expr.types as ir
import polars as pl

from analytics import catalogue
from analytics.measure_answer import Readable, measure
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_question import Asking
from analytics.measure_wall import behind
from analytics.measure_window import Instant
from analytics.population import Chosen, asking, chosen
from core.actor import ALL, Scope
from core.errors import Invalid

LATE = ibis.interval(minutes=5)
TOLERANCE = 0.005
"""A cell that moved by no more than half a percent is the same cell."""

_EVENT = ibis.table(
    {
        "ticket_id": "uuid", "kind": "string", "source": "string", "occurred_at": "timestamp",
        "recorded_at": "timestamp",
    },
    name="event", catalog="lake", database="main",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Restatement:
    """Of the cells that had a number when they were published or have one now, the share that moved.

    `frame` has one row a cell: what the question splits by, `published`, `now` and `is_restated`.
    """

    cells: int
    restated: int
    frame: pl.DataFrame

    @property
    def rate(self) -> float | None:
        """None: nothing was published."""
        return self.restated / self.cells if self.cells else None


def lateness(
    *,
    since: Instant | None = None,
    until: Instant | None = None,
    as_of: Instant | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> pl.DataFrame:
    """Events of tickets that happened in [since, until) by how they came in, and those entered over five minutes late.

    Columns: source, events, late, late_share; the latest first. An import brings the past: it is a source of its own.
    """
    with asking(
        lake, since=since, until=until, as_of=as_of, scope=scope, timezone=timezone, about="Lateness"
    ) as question:
        shape = chosen(question, complete_only=False)
        found = question.run(_late(shape), shape.wall)
    found = found.with_columns(late_share=pl.col("late") / pl.col("events"))
    return found.sort(["late_share", "source"], descending=[True, False])


def restatement(column: str, *, published_at: datetime, lake: Readable, **asked: Unpack[Asking]) -> Restatement:
    """How many cells of a number are today other than they were said at `published_at`, by more than half a percent.

    The arguments are those of `measure`. The window ends at `published_at` unless it ends before: cells that were not
    over could not be published.
    """
    if "as_known_at" in asked:
        raise Invalid("What was known then is what was published: leave `as_known_at` out.")
    (column,) = catalogue.columns_of(column)[:1]
    given: Asking = {**asked, "until": published_until(asked.get("until"), published_at)}
    known: Asking = {**given, "as_known_at": published_at}
    then = measure(column, lake=lake, **known)
    now = measure(column, lake=lake, **given)
    keys = [name for name in now.columns if name != column]
    return _compared(then, now, keys, column)


def published_until(until: Instant | None, published_at: datetime) -> Instant:
    """Where the window ends of what could be published then."""
    return published_at if until is None or (isinstance(until, datetime) and until > published_at) else until


def _compared(then: pl.DataFrame, now: pl.DataFrame, keys: list[str], column: str) -> Restatement:
    before, after = then.rename({column: "published"}), now.rename({column: "now"})
    pairs = before.join(after, on=keys, how="full", coalesce=True, nulls_equal=True) if keys else before.hstack(after)
    has_any = (pl.col("published").fill_null(0) != 0) | (pl.col("now").fill_null(0) != 0)
    moved = (pl.col("now") - pl.col("published")).abs() > TOLERANCE * pl.col("published").abs()
    came_or_went = pl.col("now").is_null() != pl.col("published").is_null()
    pairs = pairs.filter(has_any).with_columns(is_restated=came_or_went | moved.fill_null(value=False))
    return Restatement(len(pairs), int(pairs["is_restated"].sum()), pairs)


@lru_cache(256)
def _late(shape: Chosen) -> Query:
    event = told(shape)
    return compiled(
        event.group_by("source").aggregate(
            events=event.count().cast("int64"), late=event.is_late.cast("int64").sum().cast("int64")
        )
    )


def told(shape: Chosen) -> ir.Table:
    """The events that `lateness` counts, and which of them were entered late."""
    end: Any = bound("end_by_now", "timestamp")
    event = _EVENT.semi_join(behind(shape.wall).ticket, "ticket_id").filter(lambda row: row.occurred_at < end)
    if shape.has_since:
        event = event.filter(event.occurred_at >= bound("since", "timestamp"))
    return event.mutate(is_late=event.occurred_at < event.recorded_at - LATE)
