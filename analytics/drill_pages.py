"""All rows behind a number, however many, a page at a time: for files.

The rows are kept by DuckDB for the while, on its disk where they are many, so that memory does not grow with them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Unpack

import polars as pl

from analytics.drill import MOST_ROWS, narrowed, opened, page, readable, suffix_of
from analytics.measure_answer import Readable, asking_of, reading
from analytics.measure_bound import Query, is_ours
from analytics.measure_question import Asking, Question
from analytics.measure_wall import Wall
from analytics.measure_window import Instant
from analytics.metric import Metric, Spent

PAGE_ROWS = 50_000
KEPT = "temp.main.drilled"
"""DuckDB numbers the rows of a transaction that is under way from another number than 0, but without a gap."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How many rows there are, and the rows; at least one page, though it be empty."""

    total: int
    pages: Iterator[pl.DataFrame]


@contextmanager
def drill_pages(
    metric: str | Metric,
    *,
    lake: Readable,
    period: Instant | None = None,
    limit: int | None = None,
    offset: int = 0,
    page_rows: int = PAGE_ROWS,
    **asked: Unpack[Asking],
) -> Iterator[Pages]:
    """`drill`, a page at a time; pages are there as long as the context is."""
    usual = opened(metric)
    with reading(lake) as cursor:
        asking = narrowed(asking_of([usual], lake, cursor, **asked), period)
        drilled = usual.credited(asking.attribution)
        shape = asking.shape(drilled)
        query = page(shape, suffix_of(metric))
        end = {"end": asking.window.time_end} if isinstance(drilled.source, Spent) else {}
        bounds = {**end, "limit": limit or MOST_ROWS, "offset": offset}
        if not is_ours(cursor):
            whole = readable(asking.run(query, shape.wall, **bounds), asking, drilled)
            yield Pages(len(whole), iter([whole]))
            return
        with kept(
            asking, query, shape.wall, lambda rows: readable(rows, asking, drilled), page_rows, **bounds
        ) as found:
            yield found


@contextmanager
def kept(
    question: Question,
    query: Query,
    wall: Wall,
    finish: Callable[[pl.DataFrame], pl.DataFrame],
    page_rows: int = PAGE_ROWS,
    **bounds: object,
) -> Iterator[Pages]:
    """A query's rows, kept by DuckDB as long as the context is; `finish` makes of each page what people read."""
    total = question.keep(query, wall, KEPT, **bounds)
    (first,) = question.cursor.execute(f"select coalesce(min(rowid), 0) from {KEPT}").fetchone() or (0,)
    starts = range(first, first + max(total, 1), page_rows)
    sql = f"select * from {KEPT} where rowid >= $start and rowid < $stop order by rowid"

    def one(start: int) -> pl.DataFrame:
        found = question.cursor.execute(sql, {"start": start, "stop": start + page_rows}).pl()
        return finish(found.with_columns(pl.col(pl.Decimal).cast(pl.Int64)))

    try:
        yield Pages(total, map(one, starts))
    finally:
        question.cursor.execute(f"drop table if exists {KEPT}")
