"""Runs a question: a query or two for each kind of rows, laid on one grid of periods and slices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from analytics import catalogue, measure_grid, measure_query
from analytics.measure_bound import Query
from analytics.measure_extent import reach, seconds_asked
from analytics.measure_grid import Grid
from analytics.measure_moment import EDGE, hours_of
from analytics.measure_query import NUMBER, ROWS, Shape
from analytics.measure_question import Question
from analytics.measure_ratio import counted_for, with_ratios
from analytics.measure_window import FAR
from analytics.metric import PASSED, Attribution, Census, Flow, Level, Metric, Ratio, Spent
from analytics.zones import Offset, Period
from core.errors import Invalid

PERIOD = "period"
MOST_COUNTS = 10_000
"""A year of hours: a census counts its rows anew for each period."""
Wanted = Sequence[tuple[Metric, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that were scanned once: the frames that tell which slices there are, and how to lay them on the grid."""

    frames: Sequence[pl.DataFrame]
    lay: Callable[[Grid], pl.DataFrame]


@dataclass
class Run:
    """One question being answered. `sql` collects what was run, `rows_read` how many rows it found to count."""

    question: Question
    sql: list[str] = field(default_factory=list)
    rows_read: int = 0
    keys: set[str] = field(default_factory=set)
    """The values that queries asked for."""
    has_spent: bool = False

    @property
    def hangs_on_now(self) -> bool:
        """Whether the same question may have another answer later, though nothing happened meanwhile."""
        window = self.question.window
        if window.as_of is not None or window.known_at is not None:
            return False
        if window.until is not None:
            return "now" in self.keys or window.until > window.now
        return self.has_spent or not self.keys.isdisjoint({"now", "end_by_now"})

    def answer(self, columns: Sequence[str]) -> pl.DataFrame:
        """A row for each period and slice; slices are in the columns that the lake has them in.

        Beside the numbers asked for it has those that they are made of and the counts that they rest on.
        """
        counted = counted_for(columns)
        wanted = scans(counted, self.question.attribution)
        self.has_spent = _has_rates(columns) or any(isinstance(metric.source, Spent | Census) for metric, _ in wanted)
        rows = self._series(wanted, counted) if self.question.grain else self._totals(wanted, counted)
        return with_ratios(self._with_hours(rows, columns), columns)

    def _with_hours(self, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
        """The rows with the hours that have passed in each period, if a rate asks for them."""
        if not _has_rates(columns):
            return rows
        if not self.question.grain:
            return rows.with_columns(pl.lit(seconds_asked(self.question) / 3600).alias(PASSED))
        _, periods = reach(self.question, to_now=True)
        since, end = self.question.window.since, self.question.window.time_end
        spans = [(of.start, max(of.start, since or of.start), min(of.end, end)) for of in periods]
        hours = {start: max((stop - first).total_seconds(), 0.0) / 3600 for start, first, stop in spans}
        starts = rows[PERIOD].dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return rows.with_columns(starts.replace_strict(hours, default=None, return_dtype=pl.Float64).alias(PASSED))

    def _totals(self, wanted: Wanted, columns: Sequence[str]) -> pl.DataFrame:
        cells = [self._total(metric, own) for metric, own in wanted]
        split = self._split
        if not split:
            row = pl.concat(cells, how="horizontal").select(columns)
            return row.with_columns(pl.col(_sums(columns)).fill_null(0))  # a sum over nothing
        on = Grid((), split, measure_grid.slices(split, cells), split)
        laid = [measure_grid.filled(on, frame, _sums(own)) for frame, (_, own) in zip(cells, wanted, strict=True)]
        return _together(on, laid).select(*split, *columns)

    def _total(self, metric: Metric, columns: Sequence[str]) -> pl.DataFrame:
        shape = self.question.shape(metric, columns)
        if isinstance(metric.source, Flow):
            return self._run(measure_query.flow(shape), shape)
        if isinstance(metric.source, Level):
            return self._run(measure_query.standing(shape), shape)
        if isinstance(metric.source, Census):
            return self._run(measure_query.census(shape), shape)
        return self._run(measure_query.spent(shape), shape, end=self.question.window.time_end)

    def _series(self, wanted: Wanted, columns: Sequence[str]) -> pl.DataFrame:
        to_now = any(isinstance(metric.source, Spent) or metric.source.is_timed for metric, _ in wanted)
        zone, periods = reach(self.question, to_now=to_now)
        parts = [self._part(metric, own, zone, periods) for metric, own in wanted]
        on = measure_grid.grid(periods, self._split, [frame for part in parts for frame in part.frames])
        rows = _together(on, [part.lay(on) for part in parts])
        rows = rows.join(_starts(periods, self.question.timezone), on=NUMBER, maintain_order="left")
        return rows.select(PERIOD, *self._split, *columns)

    def _part(
        self, metric: Metric, columns: Sequence[str], zone: tuple[Offset, ...], periods: Sequence[Period]
    ) -> Part:
        if isinstance(metric.source, Census):
            cells = self._census(metric, columns, periods)
            return Part([cells], lambda on: measure_grid.filled(on, cells, _sums(columns)))
        shape = replace(self.question.shape(metric, columns), grain=self.question.grain, zone=zone)
        if isinstance(metric.source, Flow):
            cells = self._run(measure_query.flow(shape), shape)
            return Part([cells], lambda on: measure_grid.filled(on, cells, _sums(columns)))
        steps = self._run(measure_query.steps(shape), shape)
        opening = self._opening(shape, steps)
        if isinstance(metric.source, Level):
            return Part([opening, steps], lambda on: measure_grid.levels(on, opening, steps, columns))
        since, end = self.question.window.since, self.question.window.time_end
        return Part(
            [opening, steps], lambda on: measure_grid.hours(on, opening, steps, columns[0], since=since, end=end)
        )

    def _census(self, metric: Metric, columns: Sequence[str], periods: Sequence[Period]) -> pl.DataFrame:
        """What stood at the end of each period, or of the window in it."""
        if len(periods) > MOST_COUNTS:
            raise Invalid(f"{metric.title} is counted anew for each of {len(periods):,} periods: take a coarser grain.")
        edges = [min(period.end, self.question.window.end or FAR) for period in periods]
        shape = replace(self.question.shape(metric, columns), grain=self.question.grain)
        cells = self._run(
            measure_query.census(shape),
            shape,
            edges=edges,
            first_edge=min(edges, default=FAR),
            last_edge=max(edges, default=FAR),
            edge_hours=hours_of(edges),
        )
        numbers = pl.DataFrame(
            {EDGE: edges, NUMBER: [period.number for period in periods]},
            schema={EDGE: pl.Datetime("us"), NUMBER: pl.Int64},
        )
        return cells.with_columns(pl.col(EDGE).dt.cast_time_unit("us")).join(numbers, on=EDGE).drop(EDGE)

    def _opening(self, shape: Shape, steps: pl.DataFrame) -> pl.DataFrame:
        """The levels in each slice right before the series begins; nothing stood before all time."""
        since = self.question.window.since
        if since is None:
            nothing = pl.DataFrame({name: [0] for name in shape.columns})
            return steps.clear().select(*self._split, *shape.columns) if self._split else nothing
        query = measure_query.standing(replace(shape, grain=None, zone=()))
        return self._run(query, shape, end=since, end_by_now=since)

    def _run(self, query: Query, shape: Shape, **instead: object) -> pl.DataFrame:
        self.sql.append(query.sql)
        self.keys |= query.keys
        found = self.question.run(query, shape.wall, **instead)
        self.rows_read += int(found[ROWS].sum())
        return found.drop(ROWS)

    @property
    def _split(self) -> list[str]:
        return [of.column for of in self.question.by]


def scans(columns: Sequence[str], attribution: Attribution | None = None) -> Wanted:
    """The columns by the rows that they stand on: each kind of rows is read once, for its first metric."""
    found: dict[object, tuple[Metric, list[str]]] = {}
    for column in columns:
        metric = catalogue.COLUMNS[column][0].credited(attribution)
        key = (metric.source.same_rows or metric.name, metric.complete_only)
        found.setdefault(key, (metric, []))[1].append(column)
    return list(found.values())


def _has_rates(columns: Sequence[str]) -> bool:
    """Whether any is a number by the hour."""
    statistics = (catalogue.statistic(column)[1] for column in columns)
    return any(isinstance(statistic, Ratio) and PASSED in statistic.of for statistic in statistics)


def _sums(columns: Sequence[str]) -> list[str]:
    return [column for column in columns if catalogue.statistic(column)[1].is_zero_of_nothing]


def _together(on: Grid, laid: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All metrics' columns beside each other; every frame has the grid's rows."""
    rows = on.rows
    for frame in laid:
        rows = rows.join(frame, on=on.keys, how="left", nulls_equal=True)
    return rows


def _starts(periods: Sequence[Period], timezone: str) -> pl.DataFrame:
    starts = pl.Series(PERIOD, [period.start for period in periods], dtype=pl.Datetime("us", "UTC"))
    numbers = pl.Series(NUMBER, [period.number for period in periods], dtype=pl.Int64)
    return pl.DataFrame([numbers, starts.dt.convert_time_zone(timezone)])
