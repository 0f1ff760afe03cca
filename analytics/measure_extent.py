"""How far a series reaches: from `since`, or the oldest ticket, to `until`, `as_of`, or the newest event."""

from datetime import datetime, timedelta
from functools import lru_cache

from analytics import zones
from analytics.fiscal import Fiscal
from analytics.measure_bound import Query, compiled
from analytics.measure_known import extent_of
from analytics.measure_question import Question
from analytics.measure_wall import Wall, behind
from analytics.zones import Offset, Period
from core.errors import Invalid

MOST_PERIODS = 100_000
"""More steps than this (eleven years of hours) are no series for anybody."""
_TICK = timedelta(microseconds=1)


def reach(question: Question, *, to_now: bool) -> tuple[tuple[Offset, ...], list[Period]]:
    """The zone's offsets and all periods of the series. A time that is still to come has no periods.

    `to_now` tells that time itself is measured: it goes on after the newest event.
    """
    assert question.grain is not None
    window = question.window
    first, last = _edges(question, window.since, window.end or (window.now if to_now else None))
    if first is None or last is None:
        return zones.offsets(question.timezone, window.now.year, window.now.year), []
    last = max(min(last, (window.as_of or window.now) + _TICK) - _TICK, first - _TICK)
    # a fiscal year reaches into the calendar years before and behind, where other clocks may hold at its edges
    beyond = int(isinstance(question.grain, Fiscal))
    zone = zones.offsets(question.timezone, first.year - beyond, last.year + beyond)
    if last < first:
        return zone, []
    start, stop = (zones.number_of(instant, question.grain, zone) for instant in (first, last))
    if stop - start >= MOST_PERIODS:
        raise Invalid(f"That is {stop - start:,} periods; ask for a shorter time or a coarser grain than the hour.")
    return zone, zones.periods(question.grain, zone, start, stop)


def seconds_asked(question: Question) -> float:
    """How long the window of a total is: from the oldest ticket if it has no start, and never into what is to come."""
    first, last = _edges(question, question.window.since, question.window.time_end)
    return max((last - first).total_seconds(), 0.0) if first and last else 0.0


def _edges(
    question: Question, first: datetime | None, last: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """A window whose open ends are those of the tickets that the asker may see."""
    if first is not None and last is not None:
        return first, last
    wall, _ = question.wall()
    oldest, newest = extent_of(
        question.known, wall, question.scope, question.window.instants,
        lambda: question.run(_extent(wall), wall).row(0),
    )  # fmt: skip
    return first or oldest, last or (newest and newest + _TICK)


@lru_cache(64)
def _extent(wall: Wall) -> Query:
    ticket = behind(wall).ticket
    return compiled(ticket.aggregate(oldest=ticket.created_at.min(), newest=ticket.last_event_at.max()))
