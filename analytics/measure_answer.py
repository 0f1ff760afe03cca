"""`measure()`: the only way to a number.

    measure("tickets_created", by="queue", grain="month", since=date(2026, 1, 1), lake=lake)

Every face (API, command line, pages, notebooks, reports) asks here, so that all of them say the same number.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Literal, Protocol, Unpack

import duckdb
import polars as pl

from analytics import catalogue
from analytics.business_hours import make_ready
from analytics.lake import Lake, is_away, snapshot
from analytics.measure_bound import is_ours
from analytics.measure_compare import Back, Compare, beside, columns_beside, compared
from analytics.measure_known import keep_answer, known, position_of
from analytics.measure_memory import position_then, remember
from analytics.measure_names import label_columns, labelled
from analytics.measure_question import Asking, Question, question, splits_of
from analytics.measure_restated import restate
from analytics.measure_run import PERIOD, Run
from analytics.measure_small import flags, hidden, sentences
from analytics.metric import Attribution, Basis, Metric
from core.errors import Invalid, Unavailable

MOST_KEPT_ROWS = 20_000
_SMALL = "small "
Metrics = str | Metric | Sequence[str | Metric]


class Readable(Protocol):
    """A lake to read: `analytics.lake.Lake`, any DuckDB connection with the tables in `lake.main`, or `Elsewhere`."""

    def cursor(self) -> Any:
        """A connection for one thread, as a context."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Numbers, and what they rest on: `position` is the newest event that they know of, `snapshot` the lake's own.

    `small` has a row for each of the frame's and a column for each metric: what its rows there are too few for.
    """

    frame: pl.DataFrame
    columns: tuple[str, ...]
    small: pl.DataFrame
    position: int
    snapshot: int | None
    as_of: datetime
    as_known_at: datetime | None
    timezone: str
    basis: Basis
    attribution: Attribution | None
    rows_read: int
    seconds: float
    sql: tuple[str, ...]
    is_restated: bool = False
    is_cached: bool = False

    @property
    def not_told(self) -> tuple[str, ...]:
        """What rests on too few rows to be told, in words."""
        return sentences(self.small)


def measure(
    metrics: Metrics,
    *,
    lake: Readable,
    compare: str | None = None,
    small: Literal["hide", "show"] = "hide",
    **asked: Unpack[Asking],
) -> pl.DataFrame:
    """The numbers asked for, one row for each period and slice.

    `metrics`: names, such as "backlog" or "first_reply_time_p90"; a bare "first_reply_time" gives its usual columns.
    Metrics that stand on the same rows are read in one scan.
    `by`: dimensions. Each gives a column that people read ("queue") and, where they differ, one for programs
    ("queue_id").
    `grain`: hour, day, week (ISO), month, quarter or year in `timezone`, or fiscal_week to fiscal_year of a year that
    begins on `fiscal_start` ("04-06 sunday"); gives the column `period`, the instant at which it starts, with no gap.
    Without it the answer is the total, which is a question of its own and no sum.
    `since`, `until`: aware instants, or dates and naive times of `timezone`; `since` is inside, `until` is not. Left
    out, a total reaches over everything and a series from the oldest ticket to the newest event.
    `where`: {dimension: one or more names or ids}; None is "no value".
    `as_of`: what was true at that instant, itself included; events that were entered late are known.
    `as_known_at`: what was said then: of the events recorded by that instant, itself included, and no later ones.
    `series`: "restated" for what was promised by the hours as they are known today, had every restatement of a calendar
    that somebody accepted been known when it begins; else as recorded. Of SLA metrics only.
    `scope`: whose eyes; tickets outside it count nowhere.
    `compare`: "previous" (the time of the same length before) or "last_year" (the same weekday for hours, days, weeks;
    else the same month); each number then has `…_before` and `…_change` beside it.
    `basis`: "business" counts durations in the hours of the queues that the ticket was in; usually "calendar".
    `attribution`: whose work it is in a split by agent: "actor", "owner" or "pro_rata", as the metric allows.
    `small`: "show" tells percentiles of fewer than five rows as well.

    Raises `UnknownMetric` and `Invalid`, each with a sentence that says what would be right.
    """
    return ask(metrics, lake=lake, compare=compare, small=small, **asked).frame


def ask(
    metrics: Metrics,
    *,
    lake: Readable,
    compare: str | None = None,
    small: Literal["hide", "show"] = "hide",
    **asked: Unpack[Asking],
) -> Answer:
    """`measure` with what the numbers rest on: position, instant, cost and the SQL that was run."""
    started = perf_counter()
    columns = catalogue.columns_for(metrics, asked.get("basis"), splits_of(asked))
    of = dict.fromkeys(catalogue.COLUMNS[column][0].name for column in columns)
    how = _compare(compare)
    with reading(lake) as cursor:
        asking = question([catalogue.METRICS[name] for name in of], known(lake, cursor), cursor, **asked)
        key = (columns, how, small, asking.key)
        kept: Answer | None = asking.known.answers.get(key)
        if kept is not None:
            return replace(kept, is_cached=True, seconds=perf_counter() - started)
        _remembered(asking)
        found, is_steady = _answered(asking, columns, small)
        if how:
            earlier, back = compared(asking, how)
            before, _ = _answered(earlier, columns, small)
            found, is_steady = _beside(found, before, back, asking), is_steady and asking.window.until is not None
    found = replace(found, seconds=perf_counter() - started)
    if is_steady and len(found.frame) <= MOST_KEPT_ROWS:
        keep_answer(asking.known, key, found)
    return found


def asking_of(
    metrics: Iterable[Metric], lake: Readable, cursor: duckdb.DuckDBPyConnection, **asked: Unpack[Asking]
) -> Question:
    """The question to what the cursor's transaction sees, or to what was known of it then."""
    return _remembered(question(metrics, known(lake, cursor), cursor, **asked))


def _remembered(asking: Question) -> Question:
    """The question, with the tables of its own that it is put to."""
    known_at = asking.window.known_at
    if asking.basis is Basis.BUSINESS:
        if not is_ours(asking.cursor):
            raise Invalid("Whose hours hold is worked out from the events: ask the platform's own lake.")
        make_ready(asking.cursor)
    if (known_at is not None or asking.is_restated) and not is_ours(asking.cursor):
        raise Invalid("What was known then is worked out from the events: ask the platform's own lake.")
    if known_at is not None:
        remember(known_at, asking.cursor)
    if asking.is_restated:
        restate(asking.cursor, known_at)
    return asking


def _compare(name: str | None) -> Compare | None:
    if name is None or name in list(Compare):
        return Compare(name) if name else None
    raise Invalid(f"One cannot compare with {name!r}; there are {', '.join(Compare)}.", compare=name)


def _beside(found: Answer, before: Answer, back: Back, asking: Question) -> Answer:
    flags_ = found.small.rename({name: f"{_SMALL}{name}" for name in found.small.columns})
    rows = beside(found.frame.hstack(flags_), before.frame, back, asking.grain, found.columns)
    order = [name for name in found.frame.columns if name not in found.columns]
    rows = rows.sort(order) if order else rows
    return replace(
        found,
        frame=rows.select(*order, *columns_beside(found.columns)),
        small=rows.select(pl.col(f"{_SMALL}{name}").alias(name) for name in found.small.columns),
        rows_read=found.rows_read + before.rows_read,
        sql=(*found.sql, *before.sql),
    )


def _answered(asking: Question, columns: tuple[str, ...], small: str) -> tuple[Answer, bool]:
    """The answer, and whether it stays the same until the lake moves: nothing in it hangs on what time it is."""
    run = Run(asking)
    order = [PERIOD] if asking.grain else []
    sort = [*order, *(of.name for of in asking.by)]
    rows = labelled(run.answer(columns), asking.by, asking.known, asking.cursor)
    rows = rows.sort(sort) if sort else rows
    flagged = flags(rows, columns, hides=small == "hide")
    told = hidden(rows, flagged, columns)
    window = asking.window
    answer = Answer(
        frame=told.select(*order, *label_columns(asking.by), *columns),
        columns=columns,
        small=flagged,
        position=position_then(window.known_at, asking.cursor)
        if window.known_at
        else position_of(asking.known, asking.cursor),
        snapshot=asking.known.snapshot,
        as_of=(window.as_of or window.now).replace(tzinfo=UTC),
        as_known_at=window.known_at and window.known_at.replace(tzinfo=UTC),
        timezone=asking.timezone,
        basis=asking.basis,
        attribution=asking.attribution,
        rows_read=run.rows_read,
        seconds=0.0,
        sql=tuple(run.sql),
        is_restated=asking.is_restated,
    )
    return answer, not run.hangs_on_now


@contextmanager
def reading(lake: Readable) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read transaction: all queries of one question see the same events."""
    try:
        opened = lake.bare_cursor() if isinstance(lake, Lake) else lake.cursor()
        with opened as cursor, snapshot(cursor) if is_ours(cursor) else nullcontext():
            yield cursor
    except duckdb.Error as trouble:
        if not is_away(trouble):
            raise
        raise Unavailable("The numbers cannot be reached; try again in a moment.", retry_after_seconds=3) from trouble
