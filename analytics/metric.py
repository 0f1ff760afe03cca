"""A metric is a value: what it means in words, and which rows of the lake it is made of.

Four kinds of rows carry all our metrics so far:

- `Flow`: rows that happen at an instant (a solve, a first reply). Counted or averaged where they happen.
- `Level`: rows that stand at an instant (the backlog). A series shows the level at the end of each period.
- `Spent`: time that passes in rows (hours in a state). Cut at the edges of each period.
- `Census`: rows that stand at an instant, with what only that instant tells of them (how old they are by then).

Levels and time are asked of the spans of tickets' lives, or of spans of their own, such as those of a breached clock.

What a metric computes from its rows are its `statistics`, by suffix: `first_reply_time` has `_median`, `_p90`, …
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import truediv
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
import polars as pl

from analytics.measure_dimensions import DERIVED, DIMENSIONS
from analytics.measure_moment import Moments
from analytics.measure_steps import Keep, is_of_unsolved
from analytics.measure_tables import Lake
from analytics.measure_window import FAR

Rows = Callable[[Lake], ir.Table]
"""The rows of a metric: `ticket_id`, the instant `dated`, a column for each dimension, and what its statistics need."""

Spans = Callable[[Lake], ir.Table]
"""Spans of time with `ticket_id`, `since`, `until` (infinity: it lasts) and a column for each dimension."""


class Unit(StrEnum):
    """What a number is measured in."""

    TICKETS = "tickets"
    EVENTS = "events"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    SHARE = "share"
    """Between 0 and 1."""
    RATE = "rate"
    """A multiple: 1 is exactly what is allowed."""
    PER_HOUR = "an hour"
    PEOPLE = "people"
    CLOCKS = "clocks"
    """SLA clocks; a ticket has several."""
    FAULTS = "faults"
    """Rows, cells or tickets that break a law about the numbers."""


class Class(StrEnum):
    """How numbers of a metric combine (METRICS.md 1.0)."""

    ADDITIVE = "additive"
    """Slices and periods add up."""
    SEMI_ADDITIVE = "semi-additive"
    """Slices add up, periods do not: a level."""
    DISTRIBUTION = "distribution"
    """Neither adds up: ask for the total itself."""
    DISTINCT = "distinct"
    """Different things are counted: neither adds up, for one thing may be in several."""
    RATIO = "ratio"
    """Neither adds up; numerator and denominator do."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Rows that happen at the instant `dated`."""

    rows: Rows
    columns: tuple[str, ...] = ()
    """What the drill shows beside ticket, instant and dimensions."""
    is_timed: bool = False
    """It happens by the passing of time, without an event: rows have their instant before it is reached."""
    counts_hours: bool = False
    """Its rows themselves count `seconds` in business hours where these are asked for (`Lake.is_business`)."""

    @property
    def lasts(self) -> bool:
        """Whether its rows are durations."""
        return {"start", "stop", "seconds"} <= {*self.columns}

    @property
    def same_rows(self) -> object:
        """Equal for those that can be read in one scan."""
        return Flow, self.rows, self.is_timed


def _all(_: ir.Table) -> ir.BooleanValue:
    return ibis.literal(True)


@dataclass(frozen=True, slots=True)
class _Lasting:
    """What lasts: the spans of tickets' lives that are kept, or other spans."""

    keep: Keep = _all
    spans: Spans | None = None
    is_timed: bool = False
    """Spans begin by the passing of time, without an event."""

    def rows(self, lake: Lake) -> ir.Table:
        """The spans."""
        spans = self.spans(lake) if self.spans else lake.interval
        return spans.filter(self.keep(spans))

    def counted(self, lake: Lake) -> ir.Table:
        """The spans for who only counts what stands at an instant: those of unsolved life have a table of their own.

        Of a ticket one of them stands at a time, as of the others; but they end with whatever happens to it.
        """
        if self.spans is None and is_of_unsolved(self.keep, lake.interval):
            return lake.unsolved.filter(self.keep(lake.unsolved))
        return self.rows(lake)

    def steps(self, lake: Lake) -> ir.Table:
        """One in (`delta` 1) at the start of every span, one out at its end, each `dated`."""
        if self.spans is None:
            return lake.steps(self.keep)
        row = self.rows(lake).mutate(delta=ibis.array([1, -1]).unnest())  # no union: spans may be dear to find
        row = row.filter((row.delta == 1) | (row.until < FAR))
        return row.mutate(dated=(row.delta == 1).ifelse(row.since, row.until))


@dataclass(frozen=True, slots=True)
class Level(_Lasting):
    """Rows that stand at an instant."""

    @property
    def same_rows(self) -> object:
        """Equal for those that can be read in one scan: levels of the same spans, whichever they keep."""
        return Level, self.spans, self.is_timed


@dataclass(frozen=True, slots=True)
class Spent(_Lasting):
    """Time that passes in rows."""

    @property
    def same_rows(self) -> object:
        """None: each is read by itself."""
        return None


@dataclass(frozen=True, slots=True)
class Census:
    """Rows that stand at an instant, with statistics of their own: a series has those of the end of each period.

    They are counted anew for every period, so this costs periods × rows: what steps can add up is a `Level`.
    """

    rows: Callable[[Lake, Moments], ir.Table]
    """`ticket_id`, the instant `dated`, the `edge` they stand at, a column for each dimension."""
    columns: tuple[str, ...] = ()
    durations: Mapping[str, str] = field(default_factory=lambda: {"seconds": "start"})
    """The columns that are durations until `stop`, and those that they begin at: what business hours can count."""
    is_timed: ClassVar[bool] = True

    @property
    def lasts(self) -> bool:
        """Whether its rows are durations."""
        return {"start", "stop", "seconds"} <= {*self.columns}

    @property
    def same_rows(self) -> object:
        """Equal for those that can be read in one scan."""
        return Census, self.rows


Source = Flow | Level | Spent | Census


Holds = Callable[[ir.Table], ir.BooleanValue]
"""For which rows something holds."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number from a metric's rows. `adds` tells that it is a sum: nothing is 0 then, else it is null.

    `different` is the column of which it counts different values: nothing is 0 as well, but periods do not add up.
    `holds` tells of which rows it is, where it is not of all: it opens to these alone, the newest of each that differs.
    `is_percentile` tells that few rows cannot say it, `is_extreme` that one row alone says it, `is_signed` that it can
    be below 0.
    """

    title: str
    unit: Unit
    value: Callable[[ir.Table], ir.Scalar]
    adds: bool = False
    holds: Holds | None = None
    different: str = ""
    is_percentile: bool = False
    is_extreme: bool = False
    is_signed: bool = False

    @property
    def is_distinct(self) -> bool:
        """Whether it counts different things."""
        return bool(self.different)

    @property
    def is_zero_of_nothing(self) -> bool:
        """Whether it is 0, not null, where there are no rows."""
        return self.adds or self.is_distinct


PASSED = "hours_passed"
"""As the denominator of a ratio: the hours of the period that lie in the window and have passed."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A number that is made of two others after these were added up, never averaged: null where there are no rows.

    `of` are the suffixes of numerator and denominator among the metric's statistics, or PASSED for the denominator.
    """

    title: str
    unit: Unit
    of: tuple[str, str]
    value: Callable[[pl.Expr, pl.Expr], pl.Expr] = truediv
    is_zero_of_nothing: ClassVar[bool] = False
    is_percentile: ClassVar[bool] = False
    is_signed: ClassVar[bool] = False

    @property
    def is_hourly(self) -> bool:
        """Whether it is a number of each hour that has passed."""
        return self.of[1] == PASSED

    @property
    def is_proportional(self) -> bool:
        """Whether it is a multiple of numerator over denominator: what adds up at the top adds up in it."""
        asked = ((1.0, 8.0), (2.0, 8.0), (1.0, 16.0))
        once, twice, half = (pl.select(self.value(pl.lit(top), pl.lit(below))).item() for top, below in asked)
        return bool(abs(twice - 2 * once) < TINY and abs(once - 2 * half) < TINY)


TINY = 1e-12


def count(title: str, unit: Unit = Unit.TICKETS) -> Statistic:
    """How many rows there are."""
    return Statistic(title, unit, lambda rows: rows.count(), adds=True)


def counted(title: str, of: str, unit: Unit = Unit.TICKETS) -> Statistic:
    """For how many rows the column `of` holds."""
    return part(title, lambda rows: rows[of], unit)


def part(title: str, holds: Holds, unit: Unit = Unit.TICKETS) -> Statistic:
    """How many of the rows it holds for."""
    return Statistic(title, unit, lambda rows: holds(rows).cast("int64").sum(), adds=True, holds=holds)


def different(title: str, of: str, unit: Unit = Unit.TICKETS, holds: Holds | None = None) -> Statistic:
    """How many different values the column `of` has, in the rows that it holds for."""
    return Statistic(
        title, unit, lambda rows: rows[of].nunique(where=holds(rows) if holds else None), holds=holds, different=of
    )


Z = 1.959964
"""Wilson's interval covers 95 % (E. B. Wilson, JASA 22, 1927)."""


def share(of: tuple[str, str], title: str = "Share") -> dict[str, Ratio]:
    """A share with Wilson's 95 % interval, of two statistics by suffix: those for which it holds, and all."""

    def wilson(good: pl.Expr, n: pl.Expr, side: int) -> pl.Expr:
        p = good / n
        reach = Z * (p * (1 - p) / n + Z * Z / (4 * n * n)).sqrt()
        return (p + Z * Z / (2 * n) + side * reach) / (1 + Z * Z / n)

    return {
        "": Ratio(title, Unit.SHARE, of),
        "low": Ratio("At least (95 % sure)", Unit.SHARE, of, lambda good, n: wilson(good, n, -1)),
        "high": Ratio("At most (95 % sure)", Unit.SHARE, of, lambda good, n: wilson(good, n, 1)),
    }


def most(title: str) -> Statistic:
    """The longest of the durations."""
    return Statistic(title, Unit.SECONDS, lambda rows: rows.seconds.max(), is_extreme=True)


PERCENTILES = {"median": 0.5, "p75": 0.75, "p85": 0.85, "p90": 0.9, "p95": 0.95}


def percentiles(of: str, unit: Unit) -> dict[str, Statistic]:
    """What shares of the rows stay within, by suffix, of the column `of`; they interpolate between the two nearest."""

    def within(share: float) -> Callable[[ir.Table], ir.Scalar]:
        return lambda rows: rows[of].quantile(share)

    titles = {name: f"{share:.0%} within".replace("%", " %") for name, share in PERCENTILES.items()}
    titles |= {"median": "Median", "p90": "Nine in ten within"}
    return {
        name: Statistic(titles[name], unit, within(share), is_percentile=True) for name, share in PERCENTILES.items()
    }


COUNT = {"": count("Count")}
AMOUNT: dict[str, Statistic] = {
    **percentiles("amount", Unit.EVENTS),
    "n": count("Number of tickets"),
    "mean": Statistic("Mean", Unit.EVENTS, lambda rows: rows.amount.mean()),
}
"""How many of something a ticket has."""
DURATION: dict[str, Statistic] = {
    **percentiles("seconds", Unit.SECONDS),
    "n": count("Number of durations"),
    "mean": Statistic("Mean", Unit.SECONDS, lambda rows: rows.seconds.mean()),
}
"""How long something lasts; the mean is a secondary (METRICS.md class D)."""


class Basis(StrEnum):
    """In whose time durations are counted."""

    CALENDAR = "calendar"
    """By the clock on the wall."""
    BUSINESS = "business"
    """In the hours of the queue that the ticket was in, piece by piece."""


class Attribution(StrEnum):
    """Whose work something is: what a split by agent shows."""

    ACTOR = "actor"
    """Who did it."""
    OWNER = "owner"
    """Who owned the ticket at that instant."""
    PRO_RATA = "pro_rata"
    """All who owned the ticket before, by the time that they had it in NEW or OPEN."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Another attribution of a metric: the rows by it, and what it computes otherwise from them."""

    source: Flow
    statistics: Mapping[str, Statistic] = field(default_factory=dict)


Dated = Literal["created", "event", "standing solve", "due", "instant", "while it passes"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number with its definition. `dimensions` are values at the event unless `notes` say otherwise."""

    name: str
    family: str
    title: str
    question: str
    definition: str
    dated: Dated
    source: Source
    edges: str
    aggregation: Class
    unit: Unit
    good: Literal["up", "down", "neither"]
    population: str = "All tickets but those that are spam or deleted."
    complete_only: bool = False
    dimensions: tuple[str, ...] = ("queue", "state", "category", "priority", "agent", "organisation", "channel")
    dimension_notes: Mapping[str, str] = field(default_factory=dict)
    statistics: Mapping[str, Statistic | Ratio] = field(default_factory=lambda: COUNT)
    attribution: Attribution | None = None
    """Whose work it is unless asked otherwise; None where there is no choice."""
    credits: Mapping[Attribution, Credit] = field(default_factory=dict)
    """Whose else it can be said to be."""
    default: tuple[str, ...] = ()
    min_n: int = 1
    drill: str
    pitfall: str = ""
    is_of_tickets: bool = True
    """Otherwise it is of the platform: for those who see everything, without slices, and it opens to no tickets."""

    def column(self, suffix: str) -> str:
        """The public name of one statistic: `first_reply_time_p90`."""
        return f"{self.name}_{suffix}" if suffix else self.name

    @property
    def columns(self) -> dict[str, Statistic | Ratio]:
        """Every statistic by its public name."""
        return {self.column(suffix): statistic for suffix, statistic in self.statistics.items()}

    @property
    def n(self) -> str | None:
        """The column that says how many rows a share or a percentile rests on."""
        of = self.statistics.get("")
        if isinstance(of, Ratio) and "n" not in self.statistics and of.of[1] != PASSED:
            return self.column(of.of[1])
        return self.column("n") if "n" in self.statistics else None

    def opened(self, suffix: str) -> Statistic | None:
        """Whose rows one of its numbers opens to: a share to those of which it is one, None to all of the metric's."""
        of = self.statistics[suffix]
        if isinstance(of, Ratio):
            below = self.statistics.get(of.of[1]) if of.unit is Unit.SHARE else None
            return below if isinstance(below, Statistic) else None
        return of

    @property
    def bases(self) -> tuple[Basis, ...]:
        """In which time it can be counted: durations in business hours, too."""
        lasts = self.unit is Unit.SECONDS and isinstance(self.source, Flow | Census) and self.source.lasts
        return (Basis.CALENDAR, Basis.BUSINESS) if lasts else (Basis.CALENDAR,)

    @property
    def attributions(self) -> tuple[Attribution, ...]:
        """Whose work it can be said to be, the usual one first; empty where there is no choice."""
        return (self.attribution, *self.credits) if self.attribution else ()

    def credited(self, attribution: Attribution | None) -> "Metric":
        """The metric by another attribution, which must be among its own."""
        if attribution is None or attribution is self.attribution:
            return self
        credit = self.credits[attribution]
        return replace(self, source=credit.source, statistics={**self.statistics, **credit.statistics})

    @property
    def derived(self) -> tuple[str, ...]:
        """By what else it is split: by what its queues, agents and customers were at the event, or are today.

        What lasts has no event: of levels and of time that passes only today's can be told.
        """
        columns = {DIMENSIONS[name].column for name in self.dimensions}
        has_event = isinstance(self.source, Flow | Census)
        return tuple(
            name for name, (column, is_current) in DERIVED.items() if column in columns and (has_event or is_current)
        )

    @property
    def splits(self) -> tuple[str, ...]:
        """By all that it can be split."""
        return (*self.dimensions, *self.derived)

    @property
    def default_columns(self) -> tuple[str, ...]:
        """What the bare name answers with."""
        return self.default or tuple(self.columns)
