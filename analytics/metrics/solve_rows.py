"""The rows of what is known when a ticket is solved: how long it took, whose it was, how much was done until then."""

import ibis
import ibis.expr.types as ir

from analytics.measure_business import open_pieces
from analytics.measure_steps import Keep
from analytics.measure_tables import Lake
from analytics.metric import Rows, Statistic, Unit
from analytics.metrics import rows
from analytics.metrics.rows import VALUES, seconds_between
from core.events import Category

WORK = (Category.NEW, Category.OPEN)


def first_resolutions(lake: Lake) -> ir.Table:
    """From creation to the first solve."""
    row = rows.first_solves(lake)
    return _lasted(row, row.created_at)


def cycles(lake: Lake) -> ir.Table:
    """From the first owner or the first hand laid on a ticket to its first solve; without either there is none."""
    row = rows.first_solves(lake)
    return _lasted(row.filter(row.worked_at.notnull()), row.worked_at)


def repairs(lake: Lake) -> ir.Table:
    """From a reopening to the next solve, each by itself."""
    row = rows.solves(lake)
    return _lasted(row.filter(row.reopened_at.notnull()), row.reopened_at)


def replies(lake: Lake) -> ir.Table:
    """Standing solves with the number of public replies until then."""
    row = rows.standing_solves(lake)
    return row.mutate(amount=row.agent_reply_count)


def touches(lake: Lake) -> ir.Table:
    """Standing solves with the number of touches until then, the last one included."""
    row = rows.standing_solves(lake)
    return row.mutate(amount=row.touch_count)


def stations(lake: Lake) -> ir.Table:
    """Standing solves with the number of owners one after the other until then."""
    row = rows.standing_solves(lake)
    return row.mutate(amount=row.owner_count)


def by_actor(lake: Lake) -> ir.Table:
    """Solves; the agent is who solved."""
    row = rows.solves(lake)
    return row.mutate(agent_id=row.actor_id)


def shared(lake: Lake) -> ir.Table:
    """Solves, a row for each who owned the ticket in NEW or OPEN before, with the `share` of that time.

    A solve of what nobody had owned for any time goes whole to the owner, if there is one.
    """
    solve = lake.asked(rows.solves(lake))
    part = solve.mutate(place=ibis.range(solve.hand_ids.length()).unnest())
    return part.mutate(agent_id=part.hand_ids[part.place], share=part.hand_shares[part.place])


SHARES = Statistic("Solves", Unit.EVENTS, lambda part: part.share.sum(), adds=True)
"""Solves that are divided among people."""


def waits(column: str, keep: Keep) -> Rows:
    """Standing solves with the seconds until then in spans that are kept; solves have them as `column`."""

    def waited(lake: Lake) -> ir.Table:
        row = rows.standing_solves(lake)
        if not lake.is_business:
            return row.mutate(seconds=row[column])
        return _worked(lake.asked(row), lake.interval.filter(keep(lake.interval)), lake)

    return waited


def _worked(solve: ir.Table, span: ir.Table, lake: Lake) -> ir.Table:
    """The solves with the whole seconds in business hours that their tickets spent in these spans until then."""
    span = span.filter(span.since < span.until)
    span = span.select("ticket_id", "queue_id", "since", "until", over_at=span.until)
    pair = span.join(solve.select("ticket_id", "stop"), "ticket_id")
    pair = pair.filter(pair.over_at <= pair.stop)
    summed = open_pieces(pair, lake).group_by("ticket_id").aggregate(us=lambda t: t.us.sum())
    found = solve.left_join(summed, "ticket_id", rname="passed_{name}")
    return found.mutate(seconds=found.us.fill_null(0).cast("int64") // rows.SECOND)


def _lasted(row: ir.Table, since: ir.TimestampValue) -> ir.Table:
    """Spans that begin with the end of a duration."""
    return row.select(
        "ticket_id", *VALUES, "dated", start=since, stop=row.since, seconds=seconds_between(since, row.since)
    )
