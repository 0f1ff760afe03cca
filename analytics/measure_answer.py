"""`measure()`: the only way to a number.

    measure("tickets_created", by="queue", grain="month", since=date(2026, 1, 1), lake=lake)

Every face (API, command line, pages, notebooks, reports) asks here, so that all of them say the same number.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Protocol

import duckdb
import polars as pl

from analytics import catalogue
from analytics.lake import Lake, is_away, snapshot
from analytics.measure_known import known, position_of
from analytics.measure_names import Where, label_columns, labelled
from analytics.measure_question import question
from analytics.measure_run import PERIOD, Run
from analytics.measure_window import Instant
from analytics.metric import Metric
from core.actor import ALL, Scope
from core.errors import Unavailable

Metrics = str | Metric | Sequence[str | Metric]


class Readable(Protocol):
    """A lake to read: `analytics.lake.Lake`, or any DuckDB connection with the tables in `lake.main`."""

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one thread."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Numbers, and what they rest on: `position` is the newest event that they know of."""

    frame: pl.DataFrame
    columns: tuple[str, ...]
    position: int
    as_of: datetime
    seconds: float
    sql: tuple[str, ...]


def measure(
    metrics: Metrics,
    *,
    by: str | Sequence[str] = (),
    grain: str | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    where: Where | None = None,
    as_of: Instant | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> pl.DataFrame:
    """The numbers asked for, one row for each period and slice.

    `metrics`: names, such as "backlog" or "first_reply_time_p90"; a bare "first_reply_time" gives its usual columns.
    `by`: dimensions. Each gives a column that people read ("queue") and, where they differ, one for programs
    ("queue_id").
    `grain`: hour, day, week (ISO), month, quarter or year in `timezone`; gives the column `period`, the instant at
    which it starts, with no gap. Without it the answer is the total, which is a question of its own and no sum.
    `since`, `until`: aware instants, or dates and naive times of `timezone`; `since` is inside, `until` is not. Left
    out, a total reaches over everything and a series from the oldest ticket to the newest event.
    `where`: {dimension: one or more names or ids}; None is "no value".
    `as_of`: what was true at that instant, itself included; events that were entered late are known.
    `scope`: whose eyes; tickets outside it count nowhere.

    Raises `UnknownMetric` and `Invalid`, each with a sentence that says what would be right.
    """
    return ask(
        metrics, by=by, grain=grain, since=since, until=until, where=where, as_of=as_of, scope=scope,
        timezone=timezone, lake=lake,
    ).frame  # fmt: skip


def ask(
    metrics: Metrics,
    *,
    by: str | Sequence[str] = (),
    grain: str | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    where: Where | None = None,
    as_of: Instant | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> Answer:
    """`measure` with what the numbers rest on: position, instant, time taken and the SQL that was run."""
    started = perf_counter()
    columns = catalogue.columns_for(metrics)
    asked = dict.fromkeys(catalogue.COLUMNS[column][0].name for column in columns)
    with reading(lake) as cursor:
        about = known(lake, cursor)
        asking = question(
            [catalogue.METRICS[name] for name in asked], about, cursor, by=by, grain=grain, since=since, until=until,
            where=where, as_of=as_of, scope=scope, timezone=timezone,
        )  # fmt: skip
        run = Run(asking)
        frame = labelled(run.answer(columns), asking.by, about, cursor)
        position = position_of(about, cursor)
    order = [PERIOD] if grain else []
    sort = [*order, *(of.name for of in asking.by)]
    return Answer(
        frame=(frame.sort(sort) if sort else frame).select(*order, *label_columns(asking.by), *columns),
        columns=columns,
        position=position,
        as_of=(asking.window.as_of or asking.window.now).replace(tzinfo=UTC),
        seconds=perf_counter() - started,
        sql=tuple(run.sql),
    )


@contextmanager
def reading(lake: Readable) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read transaction: all queries of one question see the same events."""
    try:
        with lake.bare_cursor() if isinstance(lake, Lake) else lake.cursor() as cursor, snapshot(cursor):
            yield cursor
    except duckdb.Error as trouble:
        if not is_away(trouble):
            raise
        raise Unavailable("The numbers cannot be reached; try again in a moment.", retry_after_seconds=3) from trouble
