"""The rows that metrics are made of: each function turns the lake's tables into rows with an instant `dated`."""

import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_tables import Lake, is_done, is_unsolved

SECOND = 1_000_000
"""Microseconds."""


def created(lake: Lake) -> ir.Table:
    """The first span of each ticket's life: as it was created."""
    row = lake.interval
    return row.filter(row.before_category.isnull()).mutate(dated=row.since)


def solves(lake: Lake) -> ir.Table:
    """Spans that begin with a solve: into SOLVED or CLOSED out of an unsolved category, or created so."""
    row = lake.interval
    came_unsolved = row.before_category.isnull() | is_unsolved(row.before_category)
    return row.filter(is_done(row.category), came_unsolved).mutate(dated=row.since)


def first_solves(lake: Lake) -> ir.Table:
    """The first solve of each ticket."""
    row = solves(lake)
    return row.filter(row.solve_count == 1)


def reopens(lake: Lake) -> ir.Table:
    """Spans that begin with a reopening: out of SOLVED or CLOSED into an unsolved category."""
    row = lake.interval
    return row.filter(is_unsolved(row.category), is_done(row.before_category)).mutate(dated=row.since)


def backlog_steps(lake: Lake) -> ir.Table:
    """One in, one out: every entry into the backlog (or a slice of it) and every leaving."""
    step = lake.delta
    return step.filter(is_unsolved(step.category)).mutate(dated=step.occurred_at)


def first_replies(lake: Lake) -> ir.Table:
    """Tickets that were answered, with queue, priority and so on as they were then; the agent is who replied."""
    ticket = lake.ticket.filter(lake.ticket.first_replied_at.notnull())
    return _at(ticket, "first_reply", ticket.first_replied_at, ticket.first_reply_seconds)


def owners_first_replies(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket when it was answered."""
    reply = lake.message.filter(lake.message.is_agent_reply, lake.message.reply_number == 1)
    row = first_replies(lake).left_join(reply.select("ticket_id", "owner_id"), "ticket_id", rname="reply_{name}")
    return row.mutate(agent_id=row.owner_id).drop("owner_id", "reply_ticket_id")


def standing_solves(lake: Lake) -> ir.Table:
    """Tickets that stand solved, dated by the solve that still stands, with the values and the owner at it.

    In the past, a ticket that was left alone since then is as it is today; the others' spans tell what stood.
    """
    if not lake.is_past:
        return standing_now(lake.ticket)
    as_of = bound("as_of", "timestamp")
    settled = lake.ticket.filter(lake.ticket.last_event_at <= as_of)
    moved = lake.ticket.filter(lake.ticket.last_event_at > as_of, lake.ticket.created_at <= as_of)
    return standing_now(settled).union(_standing_then(moved, lake))


def standing_now(ticket: ir.Table, seconds: str = "full_resolution_seconds") -> ir.Table:
    """Tickets that stand solved, with `seconds` out of the column of that name."""
    ticket = ticket.filter(ticket.last_solved_at.notnull())
    return _at(ticket, "last_solved", ticket.last_solved_at, ticket[seconds], _BY_THEN)


def _standing_then(moved: ir.Table, lake: Lake) -> ir.Table:
    as_of, row = bound("as_of", "timestamp"), lake.interval
    done = row.filter(row.since <= as_of, row.until > as_of, is_done(row.category)).select("ticket_id")
    solved = solves(lake)
    solved = solved.filter(solved.dated <= as_of).semi_join(done, "ticket_id")
    last = solved.group_by("ticket_id").aggregate(n=solved.n.max())
    row = solved.semi_join(last, ["ticket_id", "n"]).join(moved.select("ticket_id", "created_by_kind"), "ticket_id")
    return row.select(
        "ticket_id",
        dated=row.dated,
        start=row.created_at,
        stop=row.dated,
        seconds=seconds_between(row.created_at, row.dated),
        **{column: row[column] for column in VALUES},
        replies=row.agent_reply_count,
        reopens=row.reopen_count,
        solver_kind=row.actor_kind,
        opener_kind=row.created_by_kind,
    )


def finished_visits(lake: Lake) -> ir.Table:
    """Visits of a ticket to an unsolved state, dated by their end, with the values as they ended."""
    row = lake.interval
    visit = row.filter(row.is_visit_end, is_unsolved(row.category), row.until > row.visit_since)
    return visit.mutate(
        dated=visit.until,
        start=visit.visit_since,
        stop=visit.until,
        seconds=seconds_between(visit.visit_since, visit.until),
    )


_BY_THEN = {
    "replies": "last_solved_reply_count",
    "reopens": "reopen_count",
    "solver_kind": "last_solved_actor_kind",
    "opener_kind": "created_by_kind",
}
"""What else there is to know of a standing solve, and what the ticket calls it."""

VALUES = ("queue_id", "state_id", "category", "priority", "agent_id", "organisation_id", "channel")
_KEPT = ("organisation_id", "channel")  # never change in a ticket's life


def _at(
    ticket: ir.Table,
    moment: str,
    instant: ir.TimestampValue,
    seconds: ir.IntegerValue,
    more: dict[str, str] | None = None,
) -> ir.Table:
    """A duration of the ticket from its creation to `instant`, with the values that the ticket kept of it."""
    values = {column: ticket[column if column in _KEPT else f"{moment}_{column}"] for column in VALUES}
    values |= {column: ticket[name] for column, name in (more or {}).items()}
    return ticket.select("ticket_id", dated=instant, start=ticket.created_at, stop=instant, seconds=seconds, **values)


def seconds_between(start: ir.TimestampValue, stop: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds passed, as the models count them."""
    return stop.delta(start, unit="microsecond") // SECOND
