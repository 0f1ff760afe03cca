"""What flow is computed from: spans of tickets' lives, as the asker may see them."""

from functools import lru_cache

import ibis
import ibis.expr.types as ir

from analytics import zones
from analytics.measure_bound import Query, bound, compiled
from analytics.measure_steps import is_unsolved
from analytics.measure_tables import WHOLE
from analytics.measure_wall import behind
from analytics.metrics.rows import VALUES, created, finished_visits, seconds_between, standing_solves
from analytics.population import Chosen
from analytics.zones import Grain, Offset


@lru_cache(256)
def of_cohort(chosen: Chosen, activity: str) -> Query:
    """What the tickets created in the window went through, up to the instant asked about: each until the next."""
    lake, end = behind(chosen.wall), bound("end_of_looking", "timestamp")
    cohort = chosen.within(created(lake)).select("ticket_id")
    edge = lake.edge.filter(lake.edge.activity == ("state" if activity == "category" else activity))
    edge = edge.filter(edge.occurred_at <= end).semi_join(cohort, "ticket_id")
    reached = edge.category if activity == "category" else edge.target_id.cast("string")
    way = ibis.window(group_by="ticket_id", order_by="n")
    return compiled(
        edge.select(
            "n", ticket_id=edge.ticket_id.cast("string"), since=edge.occurred_at,
            until=edge.occurred_at.lead().over(way), activity=reached,
        )
    )  # fmt: skip


@lru_cache(256)
def cohort(chosen: Chosen) -> Query:
    """The tickets created in the window, the newest first, by the values that they were created with."""
    row = chosen.within(created(behind(chosen.wall)))
    row = row.select("ticket_id", *VALUES, created_at=row.dated)
    row = row.join(WHOLE.ticket.select("ticket_id", "number"), "ticket_id")
    return compiled(_plain(row).order_by([ibis.desc("created_at"), ibis.desc("number")]))


@lru_cache(256)
def unsolved(chosen: Chosen) -> Query:
    """All unsolved spans, of the values asked for, of the tickets that have such a one in the window."""
    lake, since, end = behind(chosen.wall), bound("since", "timestamp"), bound("end_of_looking", "timestamp")
    row = chosen.of_values(lake.interval.filter(is_unsolved(lake.interval.category)))
    row = row.filter(row.since < end)
    near = row.filter(row.until > since).select("ticket_id")
    return compiled(_spans(row.semi_join(near, "ticket_id"), end))


@lru_cache(256)
def stock(chosen: Chosen) -> Query:
    """The backlog added up over the window, in ticket-microseconds, from its steps."""
    lake, since, end = behind(chosen.wall), bound("since", "timestamp"), bound("end_of_looking", "timestamp")
    step = chosen.of_values(lake.delta.filter(is_unsolved(lake.delta.category)))
    step = step.filter(step.occurred_at < end)
    from_then_on = (step.occurred_at < since).ifelse(since, step.occurred_at)
    held = step.delta.cast("int64") * end.delta(from_then_on, unit="microsecond")
    return compiled(step.aggregate(held=held.sum().cast("float64")))


@lru_cache(256)
def worked_and_waited(chosen: Chosen) -> Query:
    """Of the tickets that stand solved since an instant in the window: seconds by whose turn it was."""
    lake = behind(chosen.wall)
    solve = chosen.within(standing_solves(lake))
    row = lake.interval.filter(is_unsolved(lake.interval.category)).join(
        solve.select("ticket_id", solved_at=solve.dated), "ticket_id"
    )
    row = row.filter(row.since < row.solved_at)
    lasted = seconds_between(row.since, row.until)
    ours = row.category.isin(["NEW", "OPEN"])
    return compiled(
        row.group_by("ticket_id").aggregate(ours=ours.ifelse(lasted, 0).sum(), all=lasted.sum()).mutate(
            ticket_id=ibis._.ticket_id.cast("string"), ours=ibis._.ours.cast("int64"), all=ibis._["all"].cast("int64")
        )
    )  # fmt: skip


@lru_cache(256)
def levels(chosen: Chosen, grain: Grain, zone: tuple[Offset, ...]) -> Query:
    """What entered and left each category by period; number −1 is all before the window."""
    lake, since, end = behind(chosen.wall), bound("since", "timestamp"), bound("end_of_looking", "timestamp")
    step = chosen.of_values(lake.delta)
    step = step.filter(step.occurred_at < end)
    number = (step.occurred_at < since).ifelse(-1, zones.number(step.occurred_at, grain, zone))
    step = step.mutate(period_number=number.cast("int64"))
    return compiled(step.group_by("period_number", "category").aggregate(delta=step.delta.sum().cast("int64")))


@lru_cache(256)
def standing(chosen: Chosen) -> Query:
    """The tickets that are unsolved at the instant asked about: how old, and for how long in their state."""
    lake, end = behind(chosen.wall), bound("end_of_looking", "timestamp")
    row = chosen.of_values(lake.interval.filter(is_unsolved(lake.interval.category)))
    row = row.filter(row.since <= end, row.until > end)
    row = row.join(WHOLE.ticket.select("ticket_id", "number", "created_at"), "ticket_id")
    return compiled(
        _plain(
            row.select(
                "ticket_id", "number", "created_at", "category", "state_id", "queue_id", "agent_id", "priority",
                in_state_since=row.visit_since,
                age_seconds=seconds_between(row.created_at, end),
                state_seconds=seconds_between(row.visit_since, end),
            )
        )
    )  # fmt: skip


@lru_cache(256)
def finished(chosen: Chosen) -> Query:
    """How long finished visits lasted, by state."""
    visit = chosen.within(finished_visits(behind(chosen.wall)))
    cells = visit.group_by("state_id", "seconds").aggregate(n=visit.count().cast("int64"))
    return compiled(_plain(cells).order_by("state_id", "seconds"))


def _spans(row: ir.Table, end: ir.Value) -> ir.Table:
    """`until` is null while the span goes on."""
    until = (row.until > end).ifelse(ibis.null("timestamp"), row.until)
    return row.select("n", "since", ticket_id=row.ticket_id.cast("string"), until=until)


def _plain(rows: ir.Table) -> ir.Table:
    return rows.mutate(**{name: rows[name].cast("string") for name, kind in rows.schema().items() if kind.is_uuid()})
