"""The rows of contested pauses: time in PENDING although the customer waits for us (METRICS.md 54)."""

import ibis.expr.types as ir

from analytics.measure_tables import Lake
from analytics.metrics.rows import seconds_between


def contested(lake: Lake) -> ir.Table:
    """Spans in PENDING from the customer's first word that nobody took up, until we answer or the state changes.

    A word in the pause counts from when it came; one that came less than ten minutes before the pause, from its
    beginning. The agent is who made the pause.
    """
    span = lake.lasting(lake.pause.filter(lake.pause.contested_since.notnull()))
    return span.mutate(since=span.contested_since)


def pauses(lake: Lake) -> ir.Table:
    """Visits to PENDING, dated by their end, with the seconds of each and the `contested` ones among them."""
    visit = lake.pause.filter(lake.pause.is_visit_end, lake.pause.until > lake.pause.visit_since)
    return visit.mutate(
        dated=visit.until,
        start=visit.visit_since,
        stop=visit.until,
        seconds=seconds_between(visit.visit_since, visit.until),
        contested=visit.contested_seconds,
    )
