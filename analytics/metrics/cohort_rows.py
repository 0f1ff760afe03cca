"""The rows of cohorts: solves that are watched for some days, and creations that wait for a reply.

Only a solve whose days are over counts (`is_over`); the others are told beside, so that nobody takes them for good.
"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_tables import Lake, is_unsolved
from analytics.metrics import rows
from analytics.metrics.rows import seconds_between

REOPENED_WITHIN = timedelta(days=14)
CONTACTED_WITHIN = timedelta(days=7)
PROMPT = {"15m": 15 * 60, "1h": 3600, "4h": 4 * 3600, "8h": 8 * 3600, "24h": 24 * 3600}
"""Within how many seconds people hope to hear from us."""


def reopened(lake: Lake) -> ir.Table:
    """First solves, and whether the ticket was reopened within 14 days. The agent is who solved."""
    solve = lake.asked(rows.first_solves(lake))
    back = lake.from_start(rows.reopens(lake))
    back = back.filter(back.reopen_count == 1).select("ticket_id", again_at=back.dated)
    watched = _watched(solve.mutate(agent_id=solve.actor_id), back, REOPENED_WITHIN)
    return watched.mutate(is_reopened=watched.is_over & watched.is_again)


def owners_reopened(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket when it was solved."""
    solve = lake.asked(rows.first_solves(lake))
    row = reopened(lake).join(solve.select("ticket_id", owner_id=solve.agent_id), "ticket_id")
    return row.mutate(agent_id=row.owner_id)


def first_contacts(lake: Lake) -> ir.Table:
    """First solves, and whether the customer stayed away for 7 days: from it, and with other tickets from its queue."""
    span = lake.interval
    awaits = span.filter(span.solve_count > 0, span.awaiting_reply | is_unsolved(span.category))
    awaits = lake.from_start(awaits.mutate(dated=awaits.since))
    again = awaits.select("ticket_id", again_at=awaits.dated).union(_next_tickets(lake))
    again = again.group_by("ticket_id").aggregate(again_at=again.again_at.min())
    watched = _watched(lake.asked(rows.first_solves(lake)), again, CONTACTED_WITHIN)
    return watched.mutate(is_resolved=watched.is_over & ~watched.is_again)


def touched(lake: Lake) -> ir.Table:
    """Standing solves of customers' tickets by anybody but robots, by how many replies they took."""
    solve = rows.standing_solves(lake)
    solve = solve.filter(solve.opener_kind == "end_user", solve.solver_kind != "bot")
    return solve.mutate(
        is_one_touch=(solve.replies == 1) & (solve.reopens == 0),
        is_two_touch=solve.replies == 2,
        is_multi_touch=solve.replies > 2,
        amount=solve.replies,
    )


def helped(lake: Lake) -> ir.Table:
    """Standing solves, and whether at least two agents had replied until then."""
    solve = lake.asked(rows.standing_solves(lake))
    reply = lake.message.filter(lake.message.is_agent_reply).select("ticket_id", "author_id", "occurred_at")
    pair = reply.join(solve.select("ticket_id", "stop"), "ticket_id")
    found = pair.filter(pair.occurred_at <= pair.stop).group_by("ticket_id")
    found = found.aggregate(hands=lambda t: t.author_id.nunique())
    pair = solve.left_join(found, "ticket_id", rname="found_{name}")
    return pair.mutate(is_shared=pair.hands.fill_null(0) > 1)


def awaited(lake: Lake) -> ir.Table:
    """Tickets as they were created, with the seconds to the first reply, and those that they are old."""
    now = bound("now", "timestamp")
    born = lake.asked(rows.created(lake))
    reply = lake.from_start(lake.ticket.mutate(dated=lake.ticket.first_replied_at))
    reply = reply.filter(reply.dated <= now)
    reply = reply.select("ticket_id", reply_seconds=reply.first_reply_seconds)
    row = born.left_join(reply, "ticket_id", rname="reply_{name}")
    return row.mutate(age_seconds=seconds_between(row.dated, now))


def _watched(solve: ir.Table, again: ir.Table, days: timedelta) -> ir.Table:
    """The solves: whether their days are over, and whether `again_at` came within them."""
    until = solve.dated + ibis.interval(seconds=int(days.total_seconds()))
    pair = solve.mutate(watched_until=until).left_join(again, "ticket_id", rname="again_{name}")
    return pair.mutate(
        is_over=pair.watched_until <= bound("now", "timestamp"),
        is_again=(pair.again_at <= pair.watched_until).fill_null(False),
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
    both = both.mutate(again_at=created_at.min().over(later))
    return both.filter(both.is_solve, both.again_at.notnull()).select("ticket_id", "again_at")
