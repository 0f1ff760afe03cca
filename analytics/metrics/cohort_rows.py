"""The rows of cohorts: solves that are watched for some days, and creations that wait for a reply.

Only a solve whose days are over counts (`is_over`); the others are told beside, so that nobody takes them for good.
"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_tables import Lake
from analytics.metrics import rows
from analytics.metrics.rows import seconds_between

REOPENED_WITHIN = timedelta(days=14)
CONTACTED_WITHIN = timedelta(days=7)
PROMPT = {"15m": 15 * 60, "1h": 3600, "4h": 4 * 3600, "8h": 8 * 3600, "24h": 24 * 3600}
"""Within how many seconds people hope to hear from us."""


def reopened(lake: Lake) -> ir.Table:
    """First solves, and whether the ticket was reopened within 14 days. The agent is who solved."""
    row = owners_reopened(lake)
    return row.mutate(agent_id=row.actor_id)


def owners_reopened(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket when it was solved."""
    solve = rows.first_solves(lake)
    watched = _watched(solve.mutate(again_at=solve.reopened_again_at), REOPENED_WITHIN)
    return watched.mutate(is_reopened=watched.is_over & watched.is_again)


def first_contacts(lake: Lake) -> ir.Table:
    """First solves, and whether the customer stayed away for 7 days: from it, and with other tickets from its queue."""
    solve = lake.asked(rows.first_solves(lake))
    pair = solve.left_join(_next_tickets(lake), "ticket_id", rname="next_{name}")
    own, others = ibis.coalesce(pair.back_at, pair.next_at), ibis.coalesce(pair.next_at, pair.back_at)
    pair = pair.mutate(again_at=ibis.least(own, others))
    watched = _watched(pair, CONTACTED_WITHIN)
    return watched.mutate(is_resolved=watched.is_over & ~watched.is_again)


def touched(lake: Lake) -> ir.Table:
    """Standing solves of customers' tickets by anybody but robots, by how many replies they took."""
    solve = rows.standing_solves(lake)
    solve = solve.filter(solve.created_by_kind == "end_user", solve.actor_kind != "bot")
    replies = solve.agent_reply_count
    return solve.mutate(
        is_one_touch=(replies == 1) & (solve.reopen_count == 0),
        is_two_touch=replies == 2,
        is_multi_touch=replies > 2,
        amount=replies,
    )


def helped(lake: Lake) -> ir.Table:
    """Standing solves, and whether at least two agents had replied until then."""
    row = rows.standing_solves(lake)
    return row.mutate(is_shared=row.replier_count > 1)


def awaited(lake: Lake) -> ir.Table:
    """Tickets as they were created, with the seconds to the first reply, and those that they are old."""
    now = bound("now", "timestamp")
    born = lake.asked(rows.created(lake))
    reply = lake.from_start(lake.ticket.mutate(dated=lake.ticket.first_replied_at))
    reply = reply.filter(reply.dated <= now)
    reply = reply.select("ticket_id", reply_seconds=reply.first_reply_seconds)
    row = born.left_join(reply, "ticket_id", rname="reply_{name}")
    return row.mutate(age_seconds=seconds_between(row.dated, now))


def _watched(solve: ir.Table, days: timedelta) -> ir.Table:
    """The solves: whether their days are over, and whether `again_at` came within them."""
    row = solve.mutate(watched_until=solve.dated + ibis.interval(seconds=int(days.total_seconds())))
    return row.mutate(
        is_over=row.watched_until <= bound("now", "timestamp"),
        is_again=(row.again_at <= row.watched_until).fill_null(False),
    )


def _next_tickets(lake: Lake) -> ir.Table:
    """For first solves, when the same requester next opened a ticket in that queue.

    A window over each requester's solves and creations in order of time, not a join: some of them open thousands.
    """
    solve, born = lake.asked(rows.first_solves(lake)), lake.from_start(rows.created(lake))
    sides = [
        row.filter(row.requester_id.notnull()).select(
            "ticket_id", "requester_id", "queue_id", "dated", is_solve=ibis.literal(is_solve)
        )
        for row, is_solve in ((solve, True), (born, False))
    ]
    both = sides[0].union(sides[1])
    created_at = both.is_solve.ifelse(ibis.null("timestamp"), both.dated)
    later = ibis.window(
        group_by=["requester_id", "queue_id"], order_by=["dated", "is_solve", "ticket_id"], rows=(1, None)
    )
    both = both.mutate(next_at=created_at.min().over(later))
    return both.filter(both.is_solve, both.next_at.notnull()).select("ticket_id", "next_at")
