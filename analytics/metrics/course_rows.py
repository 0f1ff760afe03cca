"""The rows of a ticket's course: was it in the right place, did it come to rest, how long was the longest wait."""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from analytics.measure_tables import Lake
from analytics.metrics import rows
from analytics.metrics.solve_rows import WORK

REPEATED_WITHIN = timedelta(days=30)


def efficiency(lake: Lake) -> ir.Table:
    """Standing solves with the seconds of their unsolved life, and those in which it was our turn."""
    row = rows.standing_solves(lake)
    return row.mutate(work=row.work_seconds, seconds=row.unsolved_seconds)


def longest_waits(lake: Lake) -> ir.Table:
    """Standing solves of tickets that were answered, with the longest and the mean of the waits for a reply."""
    row = rows.standing_solves(lake)
    row = row.filter(row.wait_count > 0)
    return row.mutate(seconds=row.longest_wait_seconds, mean_seconds=row.wait_seconds / row.wait_count)


def misroutes(lake: Lake) -> ir.Table:
    """First solves, and whether the queue is not the one in which the ticket was once it had been routed."""
    row = rows.first_solves(lake)
    return row.mutate(is_misrouted=(row.routed_queue_id != row.queue_id).fill_null(False))


def escalations(lake: Lake) -> ir.Table:
    """First solves; `is_raised` tells whether the priority had been raised until then."""
    return rows.first_solves(lake)


def rework(lake: Lake) -> ir.Table:
    """Visits to NEW and OPEN, dated by their end, with the seconds of those after a solve."""
    visit = rows.finished_visits(lake)
    visit = visit.filter(visit.category.isin([*WORK]))
    return visit.mutate(again=(visit.solve_count > 0).ifelse(visit.seconds, 0))


def switches(lake: Lake) -> ir.Table:
    """Standing solves, and whether public words until then came by several channels."""
    row = rows.standing_solves(lake)
    return row.mutate(is_switched=row.channel_count > 1)


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
