"""A question, understood: names found, dates read, splits allowed. What is left is to run it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypedDict, Unpack
from uuid import UUID

import duckdb
import polars as pl

from analytics import zones
from analytics.fiscal import Fiscal, FiscalGrain
from analytics.measure_bound import Query, run
from analytics.measure_dimensions import DIMENSIONS, Dimension, dimension
from analytics.measure_known import Known, wall_of
from analytics.measure_names import Where, resolve, values_of
from analytics.measure_query import Shape
from analytics.measure_restated import Series, is_restated
from analytics.measure_wall import Wall
from analytics.measure_window import Instant, Window, window
from analytics.metric import Attribution, Basis, Metric, Spent
from analytics.zones import Grain, Step
from core.actor import ALL, Scope
from core.errors import Invalid, NotAllowed

FISCAL_START = "01-01"


class Asking(TypedDict, total=False):
    """What `measure`, `tickets` and all others of their kind may be asked with; `measure` says what each means."""

    by: str | Sequence[str]
    grain: str | None
    fiscal_start: str
    since: Instant | None
    until: Instant | None
    where: Where | None
    as_of: Instant | None
    as_known_at: Instant | None
    series: Series
    scope: Scope
    timezone: str
    basis: str | None
    attribution: str | None


@dataclass(frozen=True)
class Question:
    """What is asked of every metric of a call. `where` holds values of the lake, None for "no value"."""

    by: tuple[Dimension, ...]
    grain: Step | None
    timezone: str
    window: Window
    where: Mapping[str, Sequence[Any]]
    scope: Scope
    known: Known
    cursor: duckdb.DuckDBPyConnection
    basis: Basis = Basis.CALENDAR
    attribution: Attribution | None = None
    is_restated: bool = False

    @property
    def key(self) -> Any:
        """Equal for questions that have the same answer from the same snapshot: who asks is part of it."""
        window = self.window
        where = tuple((name, tuple(values)) for name, values in sorted(self.where.items()))
        by = tuple(of.name for of in self.by)
        whose = self.basis, self.attribution, self.is_restated, self.scope
        return by, self.grain, self.timezone, window.since, window.until, window.instants, where, whose

    def shape(self, metric: Metric, columns: Sequence[str] = ()) -> Shape:
        """The shape of the question to one metric, without a grain."""
        where = tuple((name, len(_given(values)), None in values) for name, values in self.where.items())
        return Shape(
            metric=metric.name,
            columns=tuple(columns),
            by=tuple(of.name for of in self.by),
            has_since=self.window.since is not None,
            has_end=self.window.end is not None,
            where=where,
            wall=self.wall(complete_only=metric.complete_only)[0],
            basis=self.basis,
            attribution=self.attribution,
        )

    def wall(self, *, complete_only: bool = False) -> tuple[Wall, list[UUID]]:
        """The shape of the wall around the tickets that count and that the asker may see; who does not, if few."""
        wall = Wall(
            is_past=self.window.as_of is not None,
            complete_only=complete_only,
            is_remembered=self.window.known_at is not None,
            is_restated=self.is_restated,
        )
        if not self.scope.everything:
            sizes = (len(self.scope.queue_ids), len(self.scope.requester_ids), len(self.scope.organisation_ids))
            related = tuple((relation, len(queues)) for relation, queues in self.scope.related)
            wall = replace(
                wall, everything=False, queues=sizes[0], requesters=sizes[1], organisations=sizes[2], related=related
            )
        return wall_of(self.known, wall, self.window.instants, self.cursor)

    def run(self, query: Query, wall: Wall, **instead: object) -> pl.DataFrame:
        """The rows of a query whose shape has this wall. `instead` are values in place of the question's own."""
        values = {**self._values, "excluded": self.wall(complete_only=wall.complete_only)[1], **instead}
        frame = run(self.cursor, query, values)
        return frame.with_columns(pl.col(pl.Decimal).cast(pl.Int64))

    def keep(self, query: Query, wall: Wall, table: str, **instead: object) -> int:
        """Keep the query's rows in a table of the cursor's own; tells how many there are."""
        values = {**self._values, "excluded": self.wall(complete_only=wall.complete_only)[1], **instead}
        made = f"create or replace temp table {table} as {query.sql}"
        kept = self.cursor.execute(made, query.wanted(values)).fetchone()
        return int(kept[0]) if kept else 0

    @cached_property
    def _values(self) -> dict[str, Any]:
        """What queries bind: the window, the filters and who asks."""
        filters = {f"where_{name}_{i}": of for name, all_ in self.where.items() for i, of in enumerate(_given(all_))}
        sides: dict[str, frozenset[UUID]] = {
            "queue": self.scope.queue_ids,
            "requester": self.scope.requester_ids,
            "organisation": self.scope.organisation_ids,
            **dict(self.scope.related),
        }
        walls = {f"scope_{side}_{i}": of for side, ids in sides.items() for i, of in enumerate(sorted(ids))}
        return {**self.window.values, **filters, **walls, "scope_person": self.scope.person_id}


def splits_of(asked: Asking) -> list[str]:
    """The dimensions that a question splits or filters by, each once."""
    return [*dict.fromkeys([*_by(asked), *(asked.get("where") or {})])]


def _by(asked: Asking) -> Iterable[str]:
    """The dimensions that it splits by, each once."""
    by = asked.get("by", ())
    return dict.fromkeys([by] if isinstance(by, str) else by)


def question(
    metrics: Iterable[Metric], known: Known, cursor: duckdb.DuckDBPyConnection, **asked: Unpack[Asking]
) -> Question:
    """The arguments of `measure`, checked against what each metric can answer."""
    scope, timezone, where = asked.get("scope", ALL), asked.get("timezone", "UTC"), asked.get("where") or {}
    metrics, splits = tuple(metrics), splits_of(asked)
    for metric in metrics:
        demand_sight(metric, scope)
        for name in splits:
            dimension(name, metric.splits, metric.name)
    zone = zones.zone_of(timezone)
    return Question(
        by=tuple(DIMENSIONS[name] for name in _by(asked)),
        grain=grain_of(asked.get("grain"), asked.get("fiscal_start") or FISCAL_START),
        timezone=timezone,
        window=window(
            asked.get("since"), asked.get("until"), asked.get("as_of"), zone, known_at=asked.get("as_known_at")
        ),
        where={
            name: resolve(DIMENSIONS[name], values, cursor, scope)
            for name, given in where.items()
            if (values := values_of(given))
        },
        scope=scope.of_tickets,
        known=known,
        cursor=cursor,
        basis=basis_of(asked.get("basis"), metrics),
        attribution=attribution_of(asked.get("attribution"), metrics),
        is_restated=is_restated(asked.get("series", "recorded"), metrics),
    )


def demand_sight(metric: Metric, scope: Scope) -> None:
    """Refuse who does not see everything what is counted of everything."""
    if not metric.is_of_tickets and not scope.everything:
        raise NotAllowed(f"{metric.title} counts all tickets: it is told to administrators.", metric=metric.name)


def grain_of(name: str | None, fiscal_start: str = FISCAL_START) -> Step | None:
    """The grain by this name; a fiscal one of a year that begins so."""
    if name in list(FiscalGrain):
        return Fiscal.of(FiscalGrain(name), fiscal_start)
    if name is None or name in list(Grain):
        return Grain(name) if name else None
    raise Invalid(no_grain(name), grain=name)


def no_grain(name: object) -> str:
    """The sentence for a grain that there is not."""
    return f"There is no grain {name!r}; there are {', '.join([*Grain, *FiscalGrain])}."


def basis_of(name: str | None, metrics: Iterable[Metric]) -> Basis:
    """The basis by this name, if all these metrics can be counted in it."""
    if name not in (None, *Basis):
        raise Invalid(f"There is no basis {name!r}; there are {', '.join(Basis)}.", basis=name)
    basis = Basis(name or Basis.CALENDAR)
    for metric in metrics:
        if basis not in metric.bases:
            raise Invalid(f"{metric.name} {_why_not(metric)}: it knows no business hours.", basis=name)
    return basis


def _why_not(metric: Metric) -> str:
    if isinstance(metric.source, Spent):
        return "adds up time as it passes, by the wall clock (whole durations, such as status_time, know more)"
    return "is no duration of single rows"


def attribution_of(name: str | None, metrics: Iterable[Metric]) -> Attribution | None:
    """The attribution by this name, if all these metrics have it; None is each one's usual."""
    if name is None:
        return None
    if name not in list(Attribution):
        raise Invalid(f"There is no attribution {name!r}; there are {', '.join(Attribution)}.", attribution=name)
    for metric in metrics:
        if name not in metric.attributions:
            known = f", only to {', '.join(metric.attributions)}" if metric.attributions else ": it is nobody's work"
            raise Invalid(
                f"{metric.name} cannot be attributed to the {Attribution(name).value}{known}.", attribution=name
            )
    return Attribution(name)


def _given(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]
