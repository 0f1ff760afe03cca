"""The rows that metrics are made of: each function turns the lake's tables into rows with an instant `dated`."""

import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_steps import is_unsolved, stands_unsolved
from analytics.measure_tables import Lake, is_done

SECOND = 1_000_000
"""Microseconds."""


def created(lake: Lake) -> ir.Table:
    """The first span of each ticket's life: as it was created."""
    row = lake.interval
    return row.filter(row.n == 1).mutate(dated=row.since)


def solves(lake: Lake) -> ir.Table:
    """Every solve, with the values of the span that begins with it and what its ticket had seen by then."""
    return lake.solve.mutate(dated=lake.solve.since)


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
    return lake.steps(stands_unsolved)


def first_replies(lake: Lake) -> ir.Table:
    """Tickets that were answered, with queue, priority and so on as they were then; the agent is who replied."""
    ticket = lake.ticket.filter(lake.ticket.first_replied_at.notnull())
    return _at(ticket, "first_reply", ticket.first_replied_at, ticket.first_reply_seconds)


def owners_first_replies(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket when it was answered."""
    reply = lake.message.filter(lake.message.is_agent_reply, lake.message.reply_number == 1)
    row = first_replies(lake).left_join(reply.select("ticket_id", "owner_id"), "ticket_id", rname="reply_{name}")
    return row.mutate(agent_id=row.owner_id).drop("owner_id", "reply_ticket_id")


def first_human_replies(lake: Lake) -> ir.Table:
    """First replies, from when people wanted a human: the last reopening by then of what a robot had solved."""
    return _since_robots(first_replies(lake), lake)


def owners_first_human_replies(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket when it was answered."""
    return _since_robots(owners_first_replies(lake), lake)


def _since_robots(reply: ir.Table, lake: Lake) -> ir.Table:
    """The replies, each from the last time before it that a robot's solve was undone; without one from creation."""
    undone = lake.solve.filter(lake.solve.actor_kind == "bot", lake.solve.reopened_again_at.notnull())
    undone = undone.select(undone_id=undone.ticket_id, undone_at=undone.reopened_again_at)
    pair = undone.join(lake.asked(reply), undone.undone_id == reply.ticket_id)
    last = pair.filter(pair.undone_at <= pair.stop).group_by("undone_id").aggregate(undone_at=pair.undone_at.max())
    row = reply.left_join(last, reply.ticket_id == last.undone_id)
    row = row.mutate(start=row.undone_at.fill_null(row.start)).drop("undone_id", "undone_at")
    return row.mutate(seconds=seconds_between(row.start, row.stop))


def standing_solves(lake: Lake) -> ir.Table:
    """Tickets that stand solved, dated by the solve that still stands, with the values and the owner at it.

    In the past, a ticket that was left alone since then is as it is today; the others' spans tell what stood.
    """
    solve = solves(lake)
    standing = solve.filter(solve.is_standing)
    if lake.is_past:
        settled = lake.ticket.filter(lake.ticket.last_event_at <= bound("as_of", "timestamp"))
        standing = standing.semi_join(settled, "ticket_id").union(_standing_then(solve, lake))
    seconds = seconds_between(standing.created_at, standing.dated)
    return standing.mutate(start=standing.created_at, stop=standing.dated, seconds=seconds)


def _standing_then(solve: ir.Table, lake: Lake) -> ir.Table:
    """Of tickets that something has happened to since `as_of`, the last solve by then, if they stood solved."""
    as_of, row = bound("as_of", "timestamp"), lake.interval
    moved = lake.ticket.filter(lake.ticket.last_event_at > as_of, lake.ticket.created_at <= as_of)
    done = row.filter(row.since <= as_of, row.until > as_of, is_done(row.category)).select("ticket_id")
    solve = solve.filter(solve.dated <= as_of).semi_join(done, "ticket_id").semi_join(moved, "ticket_id")
    last = solve.group_by("ticket_id").aggregate(n=solve.n.max())
    return solve.semi_join(last, ["ticket_id", "n"])


def finished_visits(lake: Lake) -> ir.Table:
    """Visits of a ticket to an unsolved state, dated by their end, with the values as they ended."""
    visit = lake.visit
    seconds = seconds_between(visit.since, visit.until)
    return visit.mutate(dated=visit.until, start=visit.since, stop=visit.until, seconds=seconds)


VALUES = ("queue_id", "state_id", "category", "priority", "agent_id", "organisation_id", "channel")
_KEPT = ("organisation_id", "channel")  # never change in a ticket's life


def _at(
    ticket: ir.Table,
    moment: str,
    instant: ir.TimestampValue,
    seconds: ir.IntegerValue,
) -> ir.Table:
    """A duration of the ticket from its creation to `instant`, with the values that the ticket kept of it."""
    values = {column: ticket[column if column in _KEPT else f"{moment}_{column}"] for column in VALUES}
    return ticket.select("ticket_id", dated=instant, start=ticket.created_at, stop=instant, seconds=seconds, **values)


def seconds_between(start: ir.TimestampValue, stop: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds passed, as the models count them."""
    return stop.delta(start, unit="microsecond") // SECOND
