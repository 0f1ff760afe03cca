"""The rows of a ticket's course: was it in the right place, did it come to rest, how long was the longest wait."""

from datetime import timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from analytics.measure_tables import Lake, is_unsolved
from analytics.metrics import rows
from analytics.metrics.hand_rows import ROUTING
from analytics.metrics.rows import seconds_between
from analytics.metrics.solve_rows import WORK, passed

REPEATED_WITHIN = timedelta(days=30)


def efficiency(lake: Lake) -> ir.Table:
    """Standing solves with the seconds of their unsolved life, and those in which it was our turn."""
    solve, span = lake.asked(rows.standing_solves(lake)), lake.interval
    ours = passed(solve, span.filter(span.category.isin([*WORK])), lake).select("ticket_id", work="seconds")
    return passed(solve, span.filter(is_unsolved(span.category)), lake).join(ours, "ticket_id")


def longest_waits(lake: Lake) -> ir.Table:
    """Standing solves of tickets that were answered, with the longest and the mean of the waits for a reply."""
    solve = lake.asked(rows.standing_solves(lake)).drop("seconds")
    reply = lake.message.filter(lake.message.is_agent_reply)
    reply = reply.select("ticket_id", "occurred_at", "reply_number", "waited_since", "waited_seconds")
    pair = reply.join(solve.select("ticket_id", "start", "stop"), "ticket_id")
    pair = pair.filter(pair.occurred_at <= pair.stop, (pair.reply_number == 1) | pair.waited_since.notnull())
    first = seconds_between(pair.start, pair.occurred_at)
    pair = pair.mutate(waited=(pair.reply_number == 1).ifelse(first, pair.waited_seconds))
    found = pair.group_by("ticket_id").aggregate(seconds=_.waited.max(), mean_seconds=_.waited.mean())
    return solve.join(found, "ticket_id")


def misroutes(lake: Lake) -> ir.Table:
    """First solves, and whether the queue is not the one in which the ticket was once it had been routed."""
    solve = lake.asked(rows.first_solves(lake))
    solve = solve.mutate(routed_at=ibis.least(solve.created_at + ROUTING, solve.dated))
    spell = lake.spell.filter(lake.spell.side == "queue", lake.spell.since < lake.spell.until)
    spell = spell.select("ticket_id", first_queue="holder_id", from_="since", to="until")
    pair = solve.left_join(
        spell,
        [solve.ticket_id == spell.ticket_id, spell.from_ <= solve.routed_at, spell.to > solve.routed_at],
        rname="spell_{name}",
    )
    return pair.mutate(is_misrouted=(pair.first_queue != pair.queue_id).fill_null(False))


def escalations(lake: Lake) -> ir.Table:
    """First solves, and whether the priority had been raised until then."""
    solve = lake.asked(rows.first_solves(lake))
    span = lake.interval.semi_join(solve, "ticket_id").select("ticket_id", "n", "priority")
    before = span.priority.lag().over(group_by="ticket_id", order_by="n")
    raised = span.mutate(before=before)
    raised = raised.filter(raised.priority > raised.before).group_by("ticket_id").aggregate(raised_n=_.n.min())
    pair = solve.left_join(raised, "ticket_id", rname="raised_{name}")
    return pair.mutate(is_raised=(pair.raised_n <= pair.n).fill_null(False))


def rework(lake: Lake) -> ir.Table:
    """Visits to NEW and OPEN, dated by their end, with the seconds of those after a solve."""
    visit = rows.finished_visits(lake)
    visit = visit.filter(visit.category.isin([*WORK]))
    return visit.mutate(again=(visit.solve_count > 0).ifelse(visit.seconds, 0))


def switches(lake: Lake) -> ir.Table:
    """Standing solves, and whether public words until then came by several channels."""
    solve = lake.asked(rows.standing_solves(lake))
    word = lake.message.filter(lake.message.visibility == "public")
    word = word.select("ticket_id", "occurred_at", by_channel="channel")
    pair = word.join(solve.select("ticket_id", "stop"), "ticket_id")
    found = pair.filter(pair.occurred_at <= pair.stop).group_by("ticket_id").aggregate(ways=_.by_channel.nunique())
    pair = solve.left_join(found, "ticket_id", rname="found_{name}")
    return pair.mutate(is_switched=pair.ways.fill_null(0) > 1)


def repeats(lake: Lake) -> ir.Table:
    """Tickets of somebody, as they were created, and whether the same person had asked within 30 days before."""
    within = ibis.interval(seconds=int(REPEATED_WITHIN.total_seconds()))
    born = rows.created(lake)
    born = born.filter(born.requester_id.notnull())
    if lake.since is not None:
        born = born.filter(born.dated >= lake.since - within)
    earlier = born.dated.lag().over(group_by="requester_id", order_by=["dated", "ticket_id"])
    born = born.mutate(asked_at=earlier)
    return born.mutate(is_repeat=(born.asked_at >= born.dated - within).fill_null(False))
