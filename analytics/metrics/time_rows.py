"""The rows of booked time: what entries say, as corrected until now or until `as_of`."""

import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_tables import Lake


def booked(lake: Lake) -> ir.Table:
    """Entries that stand, dated by when the work was done; the agent is who did it."""
    row = _standing(lake)
    return row.mutate(agent_id=row.person_id)


def owners(lake: Lake) -> ir.Table:
    """The same; the agent is who owned the ticket when it was booked."""
    return _standing(lake)


def _standing(lake: Lake) -> ir.Table:
    row, now = lake.time, bound("now", "timestamp")
    row = row.filter(row.since <= now, row.until > now, row.worked_at <= now)
    return row.mutate(dated=row.worked_at, billable_minutes=row.is_billable.ifelse(row.minutes, 0))
