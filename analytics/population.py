"""Which tickets an analysis looks at, as of when and through whose eyes: words, filters and wall of `measure()`.

with asking(lake, where={"queue": "Billing"}, since=date(2026, 1, 1), scope=scope) as question:
    rows = question.run(query(shape_of(question, by=("queue",))), …)
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

import ibis.expr.types as ir

from analytics import zones
from analytics.measure_answer import Readable, reading
from analytics.measure_bound import bound
from analytics.measure_dimensions import DIMENSIONS, dimension
from analytics.measure_known import known
from analytics.measure_names import Where
from analytics.measure_question import Question, question
from analytics.measure_wall import Wall
from analytics.measure_window import Instant, naive
from core import clock
from core.actor import Scope
from core.errors import Invalid

SPLITS = ("queue", "state", "category", "priority", "agent", "organisation", "channel")
"""By what tickets are split and chosen: the values that they were created with, unless an analysis says otherwise."""

MOST_PERIODS = 5_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """The shape of a question to an analysis: all but its values. `where` is as in `measure_query.Shape`."""

    wall: Wall
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, int, bool], ...] = ()
    has_since: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The lake's columns for `by`."""
        return tuple(DIMENSIONS[name].column for name in self.by)

    def within(self, rows: ir.Table) -> ir.Table:
        """Those that are `dated` in the window, and of the values asked for."""
        rows = rows.filter(rows.dated < bound("end_by_now", "timestamp"))
        if self.has_since:
            rows = rows.filter(rows.dated >= bound("since", "timestamp"))
        return self.of_values(rows)

    def of_values(self, rows: ir.Table) -> ir.Table:
        """Those of the values asked for, at whatever instant."""
        for name, size, has_none in self.where:
            column = rows[DIMENSIONS[name].column]
            wanted = column.isin([bound(f"where_{name}_{i}", DIMENSIONS[name].kind) for i in range(size)])
            rows = rows.filter((wanted | column.isnull() if size else column.isnull()) if has_none else wanted)
        return rows


class Looking(TypedDict, total=False):
    """Which tickets an analysis looks at, as `measure` means these words. Left out: all, as they are now, in UTC."""

    since: Instant | None
    until: Instant | None
    where: Where | None
    as_of: Instant | None
    scope: Scope
    timezone: str


@contextmanager
def asking(
    lake: Readable, *, about: str, by: str | Sequence[str] = (), **looking: Unpack[Looking]
) -> Iterator[Question]:
    """The question, in a transaction of its own. Refuses what `measure` refuses, in its words."""
    if unknown := looking.keys() - Looking.__annotations__.keys():
        raise TypeError(f"{about}: there is no argument {', '.join(sorted(unknown))}.")
    splits = (by,) if isinstance(by, str) else tuple(by)
    for name in (*splits, *(looking.get("where") or {})):
        dimension(name, SPLITS, about)
    with reading(lake) as cursor:
        yield question((), known(lake, cursor), cursor, by=splits, grain=None, **looking)


def chosen(question: Question, *, counts_all: bool = False, complete_only: bool = True) -> Chosen:
    """The shape of a question. `counts_all`: spam and deleted tickets too, for as long as they were neither."""
    wall, _ = question.wall(complete_only=complete_only)
    if counts_all:
        wall = Wall(
            everything=wall.everything, queues=wall.queues, requesters=wall.requesters,
            organisations=wall.organisations, related=wall.related, is_past=True, complete_only=complete_only,
            discounted="none",
        )  # fmt: skip
    where = tuple(
        (name, len([value for value in values if value is not None]), None in values)
        for name, values in question.where.items()
    )
    return Chosen(wall, tuple(of.name for of in question.by), where, question.window.since is not None)


def looked_until(question: Question) -> datetime:
    """Until when tickets were looked at; naive UTC."""
    return question.window.as_of or question.window.now


def window_of(question: Question, look_back: timedelta) -> tuple[datetime, datetime]:
    """From when to when time passes, naive UTC; where no beginning is said it reaches back so far."""
    end = question.window.time_end
    start = question.window.since or end - look_back
    if start >= end:
        raise Invalid("The window has no length.", since=start.replace(tzinfo=UTC).isoformat())
    return start, end


def time_of(
    since: Instant | None, until: Instant | None, timezone: str, look_back: timedelta
) -> tuple[datetime, datetime]:
    """The same before there is a question, aware: until now unless said."""
    zone = zones.zone_of(timezone)
    start, end = naive(since, zone), naive(until, zone) or clock.now().replace(tzinfo=None)
    return (start or end - look_back).replace(tzinfo=UTC), end.replace(tzinfo=UTC)


def periods_of(start: datetime, end: datetime, cut: zones.Step, timezone: str) -> list[zones.Period]:
    """The periods that [start, end) reaches into."""
    zone = zones.offsets(timezone, start.year, end.year)
    first, last = (zones.number_of(instant, cut, zone) for instant in (start, end - timedelta(microseconds=1)))
    if last - first >= MOST_PERIODS:
        raise Invalid(f"That is {last - first + 1:,} periods; ask for a shorter time or a coarser grain.")
    return zones.periods(cut, zone, first, last)
