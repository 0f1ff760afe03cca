"""The rows of messages, with what their tickets were when they were written."""

import ibis.expr.types as ir

from analytics.measure_tables import Lake
from analytics.metrics.rows import VALUES


def contacts(lake: Lake) -> ir.Table:
    """Customers' messages that are a contact of their own; the agent is who owned the ticket."""
    row = lake.message.filter(lake.message.is_contact)
    return row.mutate(dated=row.occurred_at, agent_id=row.owner_id)


def replies(lake: Lake) -> ir.Table:
    """Agents' public replies; the agent is who replied."""
    row = lake.message.filter(lake.message.is_agent_reply)
    return row.mutate(dated=row.occurred_at, agent_id=row.author_id)


def owners_replies(lake: Lake) -> ir.Table:
    """Agents' public replies; the agent is who owned the ticket."""
    row = lake.message.filter(lake.message.is_agent_reply)
    return row.mutate(dated=row.occurred_at, agent_id=row.owner_id)


def made(lake: Lake) -> ir.Table:
    """Agents' public replies of which is told what they were made from; the agent is who replied."""
    return _made(replies(lake))


def owners_made(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket."""
    return _made(owners_replies(lake))


def _made(row: ir.Table) -> ir.Table:
    row = row.filter(row.made_from.notnull())
    return row.mutate(is_prepared=row.made_from != "hand")


def next_replies(lake: Lake) -> ir.Table:
    """Replies but the first to customers who had written, from when they began to wait."""
    return _answers(replies(lake))


def owners_next_replies(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket."""
    return _answers(owners_replies(lake))


def _answers(row: ir.Table) -> ir.Table:
    row = row.filter(row.reply_number > 1, row.waited_since.notnull())
    return row.select("ticket_id", "dated", *VALUES, start=row.waited_since, stop=row.dated, seconds=row.waited_seconds)
