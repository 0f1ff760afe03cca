"""A metric is a value: what it means in words, and which rows of the lake it is made of.

Three kinds of rows carry all our metrics so far:

- `Flow`: rows that happen at an instant (a solve, a first reply). Counted or averaged where they happen.
- `Level`: rows that stand at an instant (the backlog). A series shows the level at the end of each period.
- `Spent`: time that passes in rows (hours in a state). Cut at the edges of each period.

What a metric computes from its rows are its `statistics`, by suffix: `first_reply_time` has `_median`, `_p90`, …
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import ibis.expr.types as ir

from analytics.measure_tables import Lake

Rows = Callable[[Lake], ir.Table]
"""The rows of a metric: `ticket_id`, the instant `dated`, a column for each dimension, and what its statistics need."""

Keep = Callable[[ir.Table], ir.BooleanValue]
"""Which spans of a ticket's life a level or a time counts; asked of `ticket_interval` and of `queue_delta` alike."""


class Unit(StrEnum):
    """What a number is measured in."""

    TICKETS = "tickets"
    EVENTS = "events"
    SECONDS = "seconds"
    HOURS = "hours"


class Class(StrEnum):
    """How numbers of a metric combine (METRICS.md 1.0)."""

    ADDITIVE = "additive"
    """Slices and periods add up."""
    SEMI_ADDITIVE = "semi-additive"
    """Slices add up, periods do not: a level."""
    DISTRIBUTION = "distribution"
    """Neither adds up: ask for the total itself."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Rows that happen at the instant `dated`."""

    rows: Rows
    columns: tuple[str, ...] = ()
    """What the drill shows beside ticket, instant and dimensions."""


@dataclass(frozen=True, slots=True)
class Level:
    """Rows that stand at an instant."""

    keep: Keep


@dataclass(frozen=True, slots=True)
class Spent:
    """Time that passes in rows."""

    keep: Keep


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number from a metric's rows. `adds` tells that it is a sum: nothing is 0 then, else it is null."""

    title: str
    unit: Unit
    value: Callable[[ir.Table], ir.Scalar]
    adds: bool = False


def count(title: str, unit: Unit = Unit.TICKETS) -> Statistic:
    """How many rows there are."""
    return Statistic(title, unit, lambda rows: rows.count(), adds=True)


COUNT = {"": count("Count")}
DURATION: dict[str, Statistic] = {
    "median": Statistic("Median", Unit.SECONDS, lambda rows: rows.seconds.quantile(0.5)),
    "p90": Statistic("Nine in ten within", Unit.SECONDS, lambda rows: rows.seconds.quantile(0.9)),
    "n": count("Number of durations"),
    "mean": Statistic("Mean", Unit.SECONDS, lambda rows: rows.seconds.mean()),
}
"""Median and p90 interpolate between the two nearest; the mean is a secondary (METRICS.md class D)."""

Dated = Literal["created", "event", "standing solve", "instant", "while it passes"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number with its definition. `dimensions` are values at the event unless `notes` say otherwise."""

    name: str
    family: str
    title: str
    question: str
    definition: str
    dated: Dated
    source: Flow | Level | Spent
    edges: str
    aggregation: Class
    unit: Unit
    good: Literal["up", "down", "neither"]
    population: str = "All tickets but those that are spam or deleted."
    complete_only: bool = False
    dimensions: tuple[str, ...] = ("queue", "state", "category", "priority", "agent", "organisation", "channel")
    dimension_notes: Mapping[str, str] = field(default_factory=dict)
    statistics: Mapping[str, Statistic] = field(default_factory=lambda: COUNT)
    default: tuple[str, ...] = ()
    min_n: int = 1
    drill: str
    pitfall: str = ""

    def column(self, suffix: str) -> str:
        """The public name of one statistic: `first_reply_time_p90`."""
        return f"{self.name}_{suffix}" if suffix else self.name

    @property
    def columns(self) -> dict[str, Statistic]:
        """Every statistic by its public name."""
        return {self.column(suffix): statistic for suffix, statistic in self.statistics.items()}

    @property
    def default_columns(self) -> tuple[str, ...]:
        """What the bare name answers with."""
        return self.default or tuple(self.columns)
