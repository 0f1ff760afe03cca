"""`tickets()`: exactly the rows behind a number.

    tickets("first_reply_time_p90", where={"queue": "Billing"}, grain="month", period=date(2026, 3, 1), lake=lake)

For a count there are as many rows as the number says, be it all of a metric's or some (`sla_breaches_born`), for a
duration or a share as many as its n; the signed steps of net_flow and the seconds of hours add up to it. The rows come
from the very expression that the number is computed from.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Unpack

import ibis
import ibis.expr.types as ir
import polars as pl

from analytics import catalogue, measure_query, zones
from analytics.measure_answer import Readable, asking_of, reading
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_dimensions import DIMENSIONS
from analytics.measure_names import label_columns, labelled
from analytics.measure_query import Shape
from analytics.measure_question import Asking, Question
from analytics.measure_tables import WHOLE
from analytics.measure_window import FAR, Instant, naive
from analytics.metric import Census, Flow, Holds, Level, Metric, Spent
from core.errors import Invalid

MOST_ROWS = 2**62
TIMES = ("occurred_at", "started_at", "stopped_at")
"""Which of them there are depends on the metric: an event has an instant, a duration a start and a stop."""
DATED = ("occurred_at", "stopped_at", "started_at")
"""By which of them the number is dated."""


@dataclass(frozen=True, slots=True)
class Drilled:
    """One page of the rows behind a number, newest first, and how many there are in all."""

    frame: pl.DataFrame
    total: int


def tickets(
    metric: str | Metric,
    *,
    lake: Readable,
    period: Instant | None = None,
    limit: int | None = None,
    offset: int = 0,
    **asked: Unpack[Asking],
) -> pl.DataFrame:
    """The rows behind a number, or of a whole `Metric`: the arguments of `measure`, with the slice as part of `where`.

    `grain` and `period` (an instant in it) narrow the window to one period of a series. Times are in `timezone`.
    Columns: ticket_id, number, those of TIMES and of seconds, delta that fit the metric, and all its dimensions.
    """
    return drill(metric, lake=lake, period=period, limit=limit, offset=offset, **asked).frame


def drill(
    metric: str | Metric,
    *,
    lake: Readable,
    period: Instant | None = None,
    limit: int | None = None,
    offset: int = 0,
    **asked: Unpack[Asking],
) -> Drilled:
    """`tickets` with the number of rows in all."""
    usual = opened(metric)
    with reading(lake) as cursor:
        asking = narrowed(asking_of([usual], lake, cursor, **asked), period)
        drilled = usual.credited(asking.attribution)
        shape, suffix = asking.shape(drilled), suffix_of(metric)
        end = {"end": asking.window.time_end} if isinstance(drilled.source, Spent) else {}
        found = asking.run(page(shape, suffix), shape.wall, **end, limit=limit or MOST_ROWS, offset=offset)
        total = int(asking.run(_count(shape, suffix), shape.wall, **end).item())
        frame = readable(found, asking, drilled)
    return Drilled(frame, total)


def opened(metric: str | Metric) -> Metric:
    """The metric by this name. Raises `Invalid` if no tickets are behind it."""
    found = catalogue.find(metric if isinstance(metric, str) else metric.name)
    if not found.is_of_tickets:
        raise Invalid(f"{found.title} is no number of tickets. {found.drill}", metric=found.name)
    return found


def suffix_of(metric: str | Metric) -> str | None:
    """Which of the metric's statistics is opened; None: the metric as a whole."""
    return catalogue.COLUMNS[metric][1] if isinstance(metric, str) and metric in catalogue.COLUMNS else None


def narrowed(asking: Question, period: Instant | None) -> Question:
    """The question for one period of its series. Raises `Invalid` for a period of nobody knows what length."""
    if period is None:
        return asking
    if asking.grain is None:
        raise Invalid("Say the `grain` of that period, such as day or month: without it there are no periods.")
    instant = naive(period, zones.zone_of(asking.timezone))
    assert instant is not None
    zone = zones.offsets(asking.timezone, instant.year - 1, instant.year + 1)
    number = zones.number_of(instant, asking.grain, zone)
    (span,) = zones.periods(asking.grain, zone, number, number)
    window = asking.window
    since, until = max(span.start, window.since or span.start), min(span.end, window.until or FAR)
    return replace(asking, window=replace(window, since=since, until=until))


def rows_of(metric: Metric, asking: Question, ticket_id: str) -> pl.DataFrame:
    """The rows of one ticket among those behind a number."""
    shape = asking.shape(metric)
    end = {"end": asking.window.time_end} if isinstance(metric.source, Spent) else {}
    found = asking.run(page(shape, is_of_one=True), shape.wall, **end, ticket_id=ticket_id, limit=MOST_ROWS, offset=0)
    return readable(found, asking, metric)


@lru_cache(512)
def page(shape: Shape, suffix: str | None = None, *, is_of_one: bool = False) -> Query:
    """The rows of a statistic, or all of the metric's, newest first, with the tickets' numbers."""
    rows = _rows(shape, suffix)
    if is_of_one:
        rows = rows.filter(rows.ticket_id == bound("ticket_id", "uuid"))
    rows = rows.join(WHOLE.ticket.select("ticket_id", "number"), "ticket_id")
    newest, *ties = _newest_first(rows.drop("number"))
    rows = rows.mutate(**{name: rows[name].cast("string") for name, kind in rows.schema().items() if kind.is_uuid()})
    return compiled(rows.order_by([rows[newest].desc(), rows.number.desc(), *ties])).paged()


@lru_cache(512)
def _count(shape: Shape, suffix: str | None) -> Query:
    rows = _rows(shape, suffix)
    return compiled(rows.aggregate(total=rows.count()))


def _rows(shape: Shape, suffix: str | None) -> ir.Table:
    """What there is to know of each row that the statistic counts, the newest of each that it counts once."""
    statistic = None if suffix is None else shape.asked.opened(suffix)
    rows = _known(shape, statistic.holds if statistic else None)
    if not (statistic and statistic.different):
        return rows
    newest, *ties = _newest_first(rows)
    place = ibis.row_number().over(group_by=rows[statistic.different], order_by=[rows[newest].desc(), *ties])
    return rows.mutate(place=place).filter(lambda row: row.place == 0).drop("place")


def _newest_first(rows: ir.Table) -> list[str]:
    """The column that dates the rows, and all others."""
    newest = next(name for name in DATED if name in rows.columns)
    return [newest, *(name for name in rows.columns if name != newest)]


def _known(shape: Shape, holds: Holds | None = None) -> ir.Table:
    """What there is to know of each row for which it holds; the dimensions as the lake has them."""
    metric = shape.asked
    values = [DIMENSIONS[name].column for name in metric.dimensions]
    if isinstance(metric.source, Level):
        standing = measure_query.standing_rows(shape)
        return standing.select("ticket_id", *values, started_at=standing.since)
    if isinstance(metric.source, Spent):
        spent = measure_query.spent_rows(shape)
        return spent.select("ticket_id", *values, "seconds", started_at=spent.start, stopped_at=spent.stop)
    source = metric.source
    rows = measure_query.counted_rows(shape) if isinstance(source, Census) else measure_query.happening(shape)
    rows = rows.filter(holds(rows)) if holds else rows
    columns = source.columns
    if "delta" in columns:
        return _entries_and_leavings(rows)
    if "stop" in columns:
        more = [name for name in columns if name not in ("start", "stop")]
        return rows.select("ticket_id", *values, *more, started_at=rows.start, stopped_at=rows.stop)
    return rows.select("ticket_id", *values, *columns, occurred_at=rows.dated)


def _entries_and_leavings(steps: ir.Table) -> ir.Table:
    """Steps within the slice cancel out; what is left are tickets that entered it (+1) or left it (−1)."""
    moved = steps.group_by("ticket_id", "dated").aggregate(delta=steps.delta.sum().cast("int32"))
    return moved.filter(moved.delta != 0).rename(occurred_at="dated")


def readable(found: pl.DataFrame, asked: Question, metric: Metric) -> pl.DataFrame:
    """Names beside ids, times in the reader's zone, the ticket first."""
    split = [DIMENSIONS[name] for name in metric.dimensions if DIMENSIONS[name].column in found.columns]
    frame = labelled(found, split, asked.known, asked.cursor)
    times = [name for name in TIMES if name in frame.columns]
    local = (pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(asked.timezone) for name in times)
    order = ["ticket_id", "number", *times, *measured(metric)]
    return frame.with_columns(*local).select(*order, *label_columns(split))


def measured(metric: Metric) -> list[str]:
    """What there is to read of each row beside ticket, times and dimensions."""
    columns = metric.source.columns if isinstance(metric.source, Flow | Census) else ()
    return ["seconds"] if isinstance(metric.source, Spent) else [of for of in columns if of not in ("start", "stop")]
