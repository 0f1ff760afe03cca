"""The rows of hands: who owned a ticket, which queue had it, who touched it."""

import ibis
import ibis.expr.types as ir

from analytics.measure_tables import Lake
from analytics.metrics.rows import VALUES, seconds_between

ROUTING = ibis.interval(seconds=60)
"""A ticket that moves this soon after its creation is being routed, not handed over."""


def first_owners(lake: Lake) -> ir.Table:
    """From a ticket's creation to its first owner."""
    row = lake.spell.filter(lake.spell.side == "owner", lake.spell.n == 1)
    return _lasted(row, row.created_at, row.since)


def owners_replies(lake: Lake) -> ir.Table:
    """From an assignment to the owner's first reply."""
    row = lake.spell.filter(lake.spell.side == "owner", lake.spell.replied_at.notnull())
    return _lasted(row, row.since, row.replied_at)


def transfers(lake: Lake) -> ir.Table:
    """Moves to another queue but those of the first minute; the values are those after it."""
    row = lake.spell.filter(lake.spell.side == "queue", lake.spell.n > 1)
    return row.filter(row.since > row.created_at + ROUTING).mutate(dated=row.since)


def returns(lake: Lake) -> ir.Table:
    """Moves to a queue in which the ticket was before."""
    row = transfers(lake)
    return row.filter(row.is_return)


def touches(lake: Lake) -> ir.Table:
    """What agents do by hand, one ticket at a time."""
    row = lake.activity.filter(~lake.activity.is_bulk)
    return row.mutate(dated=row.occurred_at)


def owners_touches(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket."""
    row = touches(lake)
    return row.mutate(agent_id=row.owner_id)


def _lasted(row: ir.Table, start: ir.TimestampValue, stop: ir.TimestampValue) -> ir.Table:
    return row.select("ticket_id", *VALUES, dated=stop, start=start, stop=stop, seconds=seconds_between(start, stop))
