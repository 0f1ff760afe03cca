"""What becomes of tickets after they were created: solved, gone, or still open. One row for each."""

from functools import lru_cache
from typing import Literal

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import Query, bound, compiled
from analytics.measure_steps import is_unsolved
from analytics.measure_tables import WHOLE
from analytics.measure_wall import behind
from analytics.metrics.rows import VALUES, created, seconds_between, solves
from analytics.population import Chosen

Part = Literal["all", "at_risk", "solved"]
"""Of a curve's tickets: all, those at risk right before an age, those solved by it."""
OUTCOMES = ("solved", "open", "left")
"""Left: merged, spam or deleted before it was ever solved; looked at until that instant and no longer."""


@lru_cache(256)
def counted(chosen: Chosen, cohort: bool = False) -> Query:
    """How many ended, and were last seen, after each number of seconds, by slice (and by the instant of creation)."""
    life = lives(chosen)
    keys = [*chosen.columns, *(["created_at"] if cohort else []), "seconds"]
    cells = life.group_by(keys).aggregate(
        ended=(life.outcome == "solved").sum().cast("int64"),
        left=(life.outcome != "solved").sum().cast("int64"),
        gone=(life.outcome == "left").sum().cast("int64"),
    )
    return compiled(_plain(cells).order_by("seconds"))


@lru_cache(256)
def listed(chosen: Chosen, part: Part = "all") -> Query:
    """The tickets themselves, the longest first."""
    life = _part(lives(chosen), part).join(WHOLE.ticket.select("ticket_id", "number"), "ticket_id")
    return compiled(_plain(life).order_by([ibis.desc("seconds"), ibis.desc("number")])).paged()


@lru_cache(256)
def how_many(chosen: Chosen, part: Part = "all") -> Query:
    """How many tickets there are."""
    life = _part(lives(chosen), part)
    return compiled(life.aggregate(total=life.count()))


def lives(chosen: Chosen) -> ir.Table:
    """Every ticket created in the window: until when it was looked at, for how long, and how that ended.

    What holds at the instant asked about holds: a ticket that was spam for a while and is none now was never away.
    """
    lake, end = behind(chosen.wall), bound("end_of_looking", "timestamp")
    whole_history = WHOLE.ticket.filter(WHOLE.ticket.history_complete.fill_null(True)).select("ticket_id")
    opened = chosen.within(created(lake)).semi_join(whole_history, "ticket_id")
    solved = solves(lake).filter(lambda row: row.dated <= end)
    solved = solved.group_by("ticket_id").aggregate(solved_at=solved.dated.min())
    alive = lake.interval.filter(lake.interval.since <= end, is_unsolved(lake.interval.category))
    alive = alive.group_by("ticket_id").aggregate(seen_at=alive.until.max())
    life = opened.left_join(solved, "ticket_id").left_join(alive, "ticket_id")
    seen = life.seen_at.fill_null(life.dated)
    outcome = life.solved_at.notnull().ifelse("solved", (seen > end).ifelse("open", "left"))
    stopped = life.solved_at.fill_null((seen > end).ifelse(end, seen))
    return life.select(
        "ticket_id",
        *VALUES,
        created_at=life.dated,
        stopped_at=stopped,
        seconds=seconds_between(life.dated, stopped),
        outcome=outcome,
    )


def _part(life: ir.Table, part: Part) -> ir.Table:
    if part == "all":
        return life
    age = bound("age", "int64")
    if part == "at_risk":
        return life.filter(life.seconds >= age)
    return life.filter(life.outcome == "solved", life.seconds <= age)


def _plain(rows: ir.Table) -> ir.Table:
    return rows.mutate(**{name: rows[name].cast("string") for name, kind in rows.schema().items() if kind.is_uuid()})
