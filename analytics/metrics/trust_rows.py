"""The rows of data health: looks at the laws about the numbers."""

import ibis.expr.types as ir

from analytics.measure_tables import Lake


def looks(lake: Lake) -> ir.Table:
    """Each look that was told, with how much it looked at and how much of that was wrong."""
    return lake.check.mutate(dated=lake.check.since)
