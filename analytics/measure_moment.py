"""The instants at which a census is taken: the end of the window, or the end of each period of a series."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.zones import seconds

EDGE = "edge"
INSTANT = "instant"
ALL_HOURS = (1 << 24) - 1
"""The `hours` of spans that touch every hour of a day: all that last 23 hours or more (models/unsolved_span.sql)."""

SHORT, LONG = 17, 20
"""The width of buckets as powers of two of seconds: a day and a half, and twelve days."""
ONE = ibis.literal(1, type="int64")


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
            span = span.filter(
                (span.hours & bound("edge_hours", "int32")) != 0,
                span.since < bound("last_edge", "timestamp"),
                span.until >= bound("first_edge", "timestamp"),
            )
            span = span.mutate(bucket=_bucket(span))
            near = edge.mutate(near=_buckets(edge.edge).unnest())
            here = [span.bucket == near.near, span.since < near.edge, span.until >= near.edge]
            found = span.join(near, here).drop("bucket", "near")
        else:
            found = span.filter(span.since < edge, span.until >= edge).mutate(**{EDGE: edge})
        return self._timed(found)

    def recent(self, row: ir.Table, within: timedelta, split: Collection[str] | None = None) -> ir.Table:
        """Of rows with an instant `dated` those of so long a time before each edge; a row stands for `n` of them.

        With `split` those are one that are alike in its columns and are met at the same edges: a series would meet each
        of them again and again.
        """
        back = ibis.interval(seconds=int(within.total_seconds()))
        edge = self._edge
        if not isinstance(edge, ir.Table):
            found = self._timed(row.filter(row.dated < edge).mutate(n=ONE, **{EDGE: edge}))
            return found.filter(found.dated >= found[INSTANT] - back)
        edge = edge.mutate(oldest=_now(edge.edge) - back)
        row = row.filter(row.dated >= _now(bound("first_edge", "timestamp")) - back)
        row = row.mutate(n=ONE) if split is None else _alike(row, edge, split)
        return self._timed(row.join(edge, [row.dated < edge.edge, row.dated >= edge.oldest]))

    @property
    def _edge(self) -> ir.Table | ir.TimestampScalar:
        if not self.is_series:
            return bound("end", "timestamp")
        return bound("edges", "array<timestamp>").unnest().name(EDGE).as_table()

    @staticmethod
    def _timed(found: ir.Table) -> ir.Table:
        instant = _now(found[EDGE])
        return found.mutate(
            **{INSTANT: instant, "dated": instant} if "dated" not in found.columns else {INSTANT: instant}
        )


def _now(edge: ir.TimestampValue) -> ir.TimestampValue:
    return ibis.least(edge, bound("now", "timestamp"))


def _bucket(span: ir.Table) -> ir.IntegerValue:
    """Where a span looks for the edges that it stands at: by its end, in buckets wider than it lasts; 0 has them all.

    To compare each span with each of ninety edges takes twice as long as all else.
    """
    until = seconds(span.until)
    lasts = until - seconds(span.since)
    return ibis.cases(
        (span.hours != ALL_HOURS, (until >> SHORT) + 1),
        (lasts < (1 << LONG), -(until >> LONG) - 1),
        else_=0,
    )


def _buckets(edge: ir.TimestampValue) -> ir.ArrayValue:
    """Where spans look that may stand at an edge: those that end in its bucket or in the next one."""
    short, long = seconds(edge) >> SHORT, seconds(edge) >> LONG
    return ibis.array([ibis.literal(0, "int64"), short + 1, short + 2, -long - 1, -long - 2])


def _alike(row: ir.Table, edge: ir.Table, split: Collection[str]) -> ir.Table:
    """Rows counted by what they are split by, at the last instant not after them at which anything begins or ends."""
    mark = edge.select(mark=edge.edge).union(edge.select(mark=edge.oldest), distinct=True)
    row = row.select("dated", *sorted(split))
    found = row.asof_join(mark, row.dated >= mark.mark)
    kinds = {name: found[name] for name in sorted(split)}
    return found.group_by(**kinds, dated=found.mark).aggregate(n=found.count())
