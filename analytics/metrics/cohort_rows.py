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
from analytics.zones import ORIGIN

REOPENED_WITHIN = timedelta(days=14)
CONTACTED_WITHIN = timedelta(days=7)
AUTOMATED_FOR = timedelta(hours=72)
"""So long must a customer whom a robot helped stay away (METRICS.md 109)."""
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
    watched = _watched(_contacted(lake.asked(rows.first_solves(lake)), lake), CONTACTED_WITHIN)
    return watched.mutate(is_resolved=watched.is_over & ~watched.is_again)


def with_robots(lake: Lake) -> ir.Table:
    """First solves of tickets in which a robot had a hand (it had publicly replied, or solved them), and whether a
    human was needed: an agent had publicly replied by then, or solved it.
    """
    solve = lake.asked(rows.first_solves(lake))
    said = lake.message.filter(lake.message.author_kind == "bot", lake.message.visibility == "public")
    spoke = said.group_by("ticket_id").aggregate(spoke_at=said.occurred_at.min())
    pair = solve.left_join(spoke, "ticket_id", rname="robot_{name}")
    has_spoken = (pair.spoke_at <= pair.dated).fill_null(False)
    pair = pair.filter(has_spoken | (pair.actor_kind == "bot"))
    return pair.mutate(is_handed=(pair.agent_reply_count > 0) | (pair.actor_kind == "agent"))


def automated(lake: Lake) -> ir.Table:
    """The same, and whether the robot solved it alone and the customer stayed away for 72 hours."""
    watched = _watched(_contacted(with_robots(lake), lake), AUTOMATED_FOR)
    is_robots = (watched.actor_kind == "bot") & ~watched.is_handed
    return watched.mutate(is_automated=watched.is_over & ~watched.is_again & is_robots)


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


def _contacted(solve: ir.Table, lake: Lake) -> ir.Table:
    """Solves with the instant at which the customer next asked: for this ticket, or with another in its queue."""
    pair = _with_next_ticket(solve, lake)
    own, others = ibis.coalesce(pair.back_at, pair.next_at), ibis.coalesce(pair.next_at, pair.back_at)
    return pair.mutate(again_at=ibis.least(own, others))


def _watched(solve: ir.Table, days: timedelta) -> ir.Table:
    """The solves: whether their days are over, and whether `again_at` came within them."""
    row = solve.mutate(watched_until=solve.dated + ibis.interval(seconds=int(days.total_seconds())))
    return row.mutate(
        is_over=row.watched_until <= bound("now", "timestamp"),
        is_again=(row.again_at <= row.watched_until).fill_null(False),
    )


def _with_next_ticket(solve: ir.Table, lake: Lake) -> ir.Table:
    """The solves, and when the same requester next opened a ticket in that queue, as `next_at`.

    Looked up in order of time, the newest first, not joined: some of them open thousands.
    """
    born = lake.from_start(rows.created(lake))
    born = born.select(who="requester_id", where="queue_id", next_at="dated", next_ago=_ago(born.dated))
    solve = solve.mutate(ago=_ago(solve.dated))
    return solve.asof_join(
        born, solve.ago > born.next_ago, [solve.requester_id == born.who, solve.queue_id == born.where]
    )


def _ago(instant: ir.TimestampValue) -> ir.IntegerValue:
    """The later, the less."""
    return ibis.timestamp(ORIGIN).delta(instant, unit="microsecond")
