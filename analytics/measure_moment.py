"""The instants at which a census is taken: the end of the window, or the end of each period of a series."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound

EDGE = "edge"
INSTANT = "instant"


def hours_of(edges: Iterable[datetime]) -> int:
    """A bit for each hour of the day (UTC) that an edge lies in: spans that touch none of them meet no edge."""
    return reduce(or_, (1 << edge.hour for edge in edges), 0)


@dataclass(frozen=True, slots=True)
class Moments:
    """One instant (the bound `end`), or many (the bound `edges`)."""

    is_series: bool = False

    def standing(self, span: ir.Table) -> ir.Table:
        """Of spans (`since`, `until`, `hours`) those that stand right before an edge, once for each edge.

        They come with that `edge` and the `instant` up to which time is counted: the edge, but never after now.
        """
        edge = self._edge
        if isinstance(edge, ir.Table):
            span = span.filter((span.hours & bound("edge_hours", "int32")) != 0)
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
