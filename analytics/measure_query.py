"""From the shape of a question to SQL: built with Ibis once for each shape, run with the values of each question."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from analytics import catalogue, zones
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_business import in_business
from analytics.measure_dimensions import DIMENSIONS, Dimension
from analytics.measure_moment import EDGE, Moments
from analytics.measure_tables import Lake
from analytics.measure_valid import with_valid
from analytics.measure_wall import EVERYTHING, Wall, behind
from analytics.metric import Attribution, Basis, Census, Flow, Level, Metric, Ratio, Source, Spent, Statistic
from analytics.zones import Grain, Offset, Step

NUMBER = "period_number"
ROWS = "rows_read"
"""How many rows went into a cell."""


@dataclass(frozen=True, slots=True)
class Shape:
    """All of a question but its values. `zone` is what of the reader's zone matters, empty without a grain.

    `columns` may be of several metrics that stand on the same rows; `metric` is the first of them.
    `where` has for each filtered dimension how many values, and whether "no value" is one of them.
    """

    metric: str
    columns: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    grain: Step | None = None
    zone: tuple[Offset, ...] = ()
    has_since: bool = False
    has_end: bool = False
    where: tuple[tuple[str, int, bool], ...] = ()
    wall: Wall = EVERYTHING
    is_by_ticket: bool = False
    """A cell for each ticket."""
    basis: Basis = Basis.CALENDAR
    attribution: Attribution | None = None

    @property
    def asked(self) -> Metric:
        """The metric, by the attribution that was asked for."""
        return catalogue.METRICS[self.metric].credited(self.attribution)

    @property
    def lake(self) -> Lake:
        """The tables that it is asked of."""
        source = self.asked.source
        has_end = self.has_end or source.is_timed
        return replace(
            behind(self.wall),
            is_business=self.basis is Basis.BUSINESS,
            since=bound("since", "timestamp") if self.has_since else None,
            end=bound(end_of(source), "timestamp") if has_end else None,
        )

    @property
    def adding(self) -> Lake:
        """The same, for who adds up what it has."""
        names = (*self.by, *(name for name, *_ in self.where))
        columns = {column for name in names for column in DIMENSIONS[name].columns}
        return replace(self.lake, split=frozenset(columns | ({"ticket_id"} if self.is_by_ticket else set())))


@lru_cache(2048)
def flow(shape: Shape) -> Query:
    """Statistics of rows that happen in [since, end), by period and slice."""
    statistics = {column: _statistic(column, shape) for column in shape.columns}
    values = {column: statistic.value for column, statistic in statistics.items()}
    adds = all(statistic.adds for statistic in statistics.values())
    return compiled(_aggregated(happening(shape, shape.adding), shape, values, adds=adds))


@lru_cache(512)
def divided(shape: Shape) -> Query:
    """Counts of different people of a flow, ticket by ticket: who is in several rows is divided among them."""
    rows = happening(shape)
    statistics = {column: _statistic(column, shape) for column in shape.columns}

    def part_of(statistic: Statistic) -> ir.FloatingValue:
        of = rows[statistic.different]
        holds = (statistic.holds(rows) if statistic.holds else ibis.literal(True)) & of.notnull()
        return holds.ifelse(1.0 / holds.cast("int64").sum().over(group_by=of), 0.0)

    parts = rows.select("ticket_id", **{column: part_of(statistic) for column, statistic in statistics.items()})
    cells = parts.group_by("ticket_id").aggregate(**{column: parts[column].sum() for column in statistics})
    return compiled(_plain(cells))


@lru_cache(2048)
def standing(shape: Shape) -> Query:
    """How many rows stand right before `end`, by slice: a column for each level."""

    def standing_in(column: str) -> Callable[[ir.Table], ir.Scalar]:
        keep = _lasting(column).keep
        return lambda rows: rows.count(where=keep(rows)) if len(shape.columns) > 1 else rows.count()

    values = {column: standing_in(column) for column in shape.columns}
    return compiled(_aggregated(standing_rows(shape, shape.adding), shape, values))


@lru_cache(2048)
def steps(shape: Shape) -> Query:
    """What entered and left in [since, end), by period and slice: a column for each level, by its name.

    For time that passes there is `moment` beside it: each step × seconds since 1900.
    """
    source = _source(shape)
    assert isinstance(source, Level | Spent)
    lake = shape.adding
    delta = _where(lake.asked(source.steps(lake)), shape)

    def stepping_in(column: str) -> Callable[[ir.Table], ir.Scalar]:
        keep = _lasting(column).keep
        return lambda rows: rows.delta.sum(where=keep(rows)) if len(shape.columns) > 1 else rows.delta.sum()

    values = {column: stepping_in(column) for column in shape.columns}
    if isinstance(source, Spent):
        delta = delta.mutate(seconds=delta.delta * zones.seconds(delta.dated))
        values["moment"] = lambda rows: rows.seconds.sum()
    return compiled(_aggregated(delta, shape, values, adds=True))


@lru_cache(2048)
def spent(shape: Shape) -> Query:
    """Time that passed in rows within [since, end), by slice."""
    values = {name: _statistic(name, shape).value for name in shape.columns}
    return compiled(_aggregated(spent_rows(shape), shape, values))


@lru_cache(2048)
def census(shape: Shape) -> Query:
    """Statistics of what stands at the end of the window, or at each of the `edges` of a series, by slice."""
    rows = counted_rows(shape, shape.adding)
    split = [*((EDGE,) if shape.grain else ()), *_split(shape)]
    grouped = rows.group_by(split) if split else rows
    values = {column: _statistic(column, shape).value(rows) for column in shape.columns}
    return compiled(_plain(grouped.aggregate(**values, **{ROWS: rows.count()})))


def happening(shape: Shape, lake: Lake | None = None) -> ir.Table:
    """The rows of a flow in the window and slice asked for."""
    source, lake = _source(shape), lake or shape.lake
    assert isinstance(source, Flow)
    rows = _where(lake.asked(source.rows(lake)), shape)
    return in_business(rows, lake) if lake.is_business and not source.counts_hours else rows


def standing_rows(shape: Shape, lake: Lake | None = None) -> ir.Table:
    """The spans that stand right before `end`, in the slice asked for; of a `lake` given, to be counted only."""
    source = _source(shape)
    assert isinstance(source, Level | Spent)
    row, end = source.counted(lake) if lake else source.rows(shape.lake), bound(end_of(source), "timestamp")
    return _where(row.filter(row.since < end, row.until >= end), shape)


def spent_rows(shape: Shape) -> ir.Table:
    """The spans that overlap [since, end), cut to it, with their whole `seconds` inside."""
    source = _source(shape)
    assert isinstance(source, Spent)
    row, end = source.rows(shape.lake), bound("end", "timestamp")
    row = row.filter(row.since < end, row.since < row.until)
    start = row.since
    if shape.has_since:
        since = bound("since", "timestamp")
        row = row.filter(row.until > since, since < end)  # asked as of an instant before it, none of it has passed
        start = (row.since < since).ifelse(since, row.since)
    stop = (row.until > end).ifelse(end, row.until)
    cut = row.mutate(start=start, stop=stop)
    return _where(cut.mutate(seconds=zones.seconds(cut.stop) - zones.seconds(cut.start)), shape)


def counted_rows(shape: Shape, lake: Lake | None = None) -> ir.Table:
    """The rows of a census, once for each instant at which they stand."""
    source = _source(shape)
    assert isinstance(source, Census)
    lake = lake or shape.lake
    rows = _where(source.rows(lake, Moments(is_series=shape.grain is not None)), shape)
    for seconds, start in source.durations.items() if lake.is_business else ():
        rows = in_business(rows, lake, start, seconds)
    return rows


def dimensions(names: tuple[str, ...]) -> list[Dimension]:
    """The dimensions by these names."""
    return [DIMENSIONS[name] for name in names]


def _source(shape: Shape) -> Source:
    """The rows that the shape's metrics stand on; several levels are whatever any of them keeps."""
    source = shape.asked.source
    if not isinstance(source, Level) or len(shape.columns) < 2:
        return source
    keeps = [_lasting(column).keep for column in shape.columns]
    return replace(source, keep=lambda rows: ibis.or_(*(keep(rows) for keep in keeps)))


def _lasting(column: str) -> Level | Spent:
    source = catalogue.COLUMNS[column][0].source
    assert isinstance(source, Level | Spent)
    return source


def _statistic(column: str, shape: Shape) -> Statistic:
    metric, suffix = catalogue.COLUMNS[column]
    statistic = metric.credited(shape.attribution).statistics[suffix]
    assert not isinstance(statistic, Ratio)
    return statistic


def end_of(source: Source) -> str:
    """The name under which the end of the window is bound. What happens by itself has not happened after now."""
    return "end_by_now" if source.is_timed else "end"


def _where(rows: ir.Table, shape: Shape) -> ir.Table:
    """Only rows with one of the values bound as `where_queue_0` and so on, or with none where that is asked for."""
    rows = with_valid(rows, tuple(dict.fromkeys([*shape.by, *(name for name, *_ in shape.where)])))
    for name, size, has_none in shape.where:
        column = rows[DIMENSIONS[name].column]
        wanted = [bound(f"where_{name}_{i}", DIMENSIONS[name].kind) for i in range(size)]
        matches = [column.isin(wanted)] if wanted else []
        matches += [column.isnull()] if has_none else []
        rows = rows.filter(matches[0] | matches[1] if len(matches) == 2 else matches[0])
    return rows


def _aggregated(
    rows: ir.Table, shape: Shape, values: dict[str, Callable[[ir.Table], ir.Scalar]], *, adds: bool = False
) -> ir.Table:
    """The values by period and slice. Sums over long periods go by way of days: dates are dear on millions of rows."""
    split = _split(shape)
    values = {**values, ROWS: lambda rows: rows.count()}
    if shape.grain is None:
        grouped = rows.group_by(split) if split else rows
        return _plain(grouped.aggregate(**{name: value(rows) for name, value in values.items()}))
    by_day = adds and shape.grain not in (Grain.HOUR, Grain.DAY)
    rows = rows.mutate(**{NUMBER: zones.number(rows.dated, Grain.DAY if by_day else shape.grain, shape.zone)})
    cells = rows.group_by([NUMBER, *split]).aggregate(**{name: value(rows) for name, value in values.items()})
    if by_day:
        cells = cells.mutate(**{NUMBER: zones.of_day(cells[NUMBER], shape.grain)})
        cells = cells.group_by([NUMBER, *split]).aggregate(**{name: cells[name].sum() for name in values})
    return _plain(cells)


def _split(shape: Shape) -> list[str]:
    return [*(of.column for of in dimensions(shape.by)), *(["ticket_id"] if shape.is_by_ticket else [])]


def _plain(cells: ir.Table) -> ir.Table:
    """Ids as text and sums as 64-bit integers: what Polars can hold."""
    return cells.mutate(
        **{
            name: cells[name].cast("string") if kind.is_uuid() else cells[name].cast("int64")
            for name, kind in cells.schema().items()
            if kind.is_uuid() or kind.is_integer()
        }
    )
