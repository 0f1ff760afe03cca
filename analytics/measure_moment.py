"""The instants at which a census is taken: the end of the window, or the end of each period of a series."""

from dataclasses import dataclass
from datetime import timedelta

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound

EDGE = "edge"
INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Moments:
    """One instant (the bound `end`), or many (the bound `edges`)."""

    is_series: bool = False

    def standing(self, span: ir.Table) -> ir.Table:
        """Of spans (`since`, `until`) those that stand right before an edge, once for each edge.

        They come with that `edge` and the `instant` up to which time is counted: the edge, but never after now.
        """
        edge = self._edge
        if isinstance(edge, ir.Table):
            found = span.join(edge, [span.since < edge.edge, span.until >= edge.edge])
        else:
            found = span.filter(span.since < edge, span.until >= edge).mutate(**{EDGE: edge})
        return self._timed(found)

    def recent(self, row: ir.Table, within: timedelta) -> ir.Table:
        """Of rows with an instant `dated` those of so long a time before each edge."""
        back = ibis.interval(seconds=int(within.total_seconds()))
        edge = self._edge
        if isinstance(edge, ir.Table):
            oldest = ibis.least(edge.edge, bound("now", "timestamp")) - back
            found = row.join(edge, [row.dated < edge.edge, row.dated >= oldest])
        else:
            found = row.filter(row.dated < edge).mutate(**{EDGE: edge})
        found = self._timed(found)
        return found.filter(found.dated >= found[INSTANT] - back)

    @property
    def _edge(self) -> ir.Table | ir.TimestampScalar:
        if not self.is_series:
            return bound("end", "timestamp")
        return bound("edges", "array<timestamp>").unnest().name(EDGE).as_table()

    @staticmethod
    def _timed(found: ir.Table) -> ir.Table:
        instant = ibis.least(found[EDGE], bound("now", "timestamp"))
        return found.mutate(
            **{INSTANT: instant, "dated": instant} if "dated" not in found.columns else {INSTANT: instant}
        )
