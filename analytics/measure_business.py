"""Durations in the hours in which somebody is at work: each piece of one by the hours that held for its ticket then."""

import ibis
import ibis.expr.types as ir

from analytics.measure_tables import Lake

SECOND = 1_000_000
HOURS = ibis.table(
    {
        "queue_id": "uuid",
        "since": "timestamp",
        "until": "timestamp",
        "calendar_id": "uuid",
        "version": "int32",
    },
    name="business_hours",
    catalog="temp",
    database="main",
)
"""Whose hours each queue goes by, at any time (analytics/business_hours.py makes it)."""


def in_business(rows: ir.Table, lake: Lake, start: str = "start", seconds: str = "seconds") -> ir.Table:
    """The rows with their seconds from `start` to `stop` counted in the hours of the queues that tickets were in."""
    duration = ["ticket_id", start, "stop"]
    span = lake.interval.filter(lake.interval.since < lake.interval.until)
    span = span.select("ticket_id", "queue_id", "since", "until")
    piece = rows.select(*duration).distinct().join(span, "ticket_id")
    piece = piece.filter(piece.since < piece.stop, piece.until > piece[start])
    piece = piece.mutate(since=ibis.greatest(piece.since, piece[start]), until=ibis.least(piece.until, piece.stop))
    opened = open_pieces(piece, lake).group_by(duration).aggregate(open_us=lambda t: t.us.sum())
    found = rows.left_join(opened, duration, rname="opened_{name}")
    found = found.mutate(**{seconds: found.open_us.fill_null(0).cast("int64") // SECOND})
    return found.select(*rows.columns)


def open_pieces(piece: ir.Table, lake: Lake) -> ir.Table:
    """Spans [since, until) in a queue, cut where its hours change, each with the open microseconds in it, `us`."""
    hours = HOURS.rename(
        of_queue="queue_id", from_="since", to="until", by_calendar="calendar_id", by_version="version"
    )
    pair = piece.left_join(hours, [piece.queue_id == hours.of_queue, hours.from_ < piece.until, hours.to > piece.since])
    cut = pair.mutate(
        since=ibis.greatest(pair.since, pair.from_.fill_null(pair.since)),
        until=ibis.least(pair.until, pair.to.fill_null(pair.until)),
    ).drop("of_queue", "from_", "to")
    return open_between(cut, "since", "until", lake, calendar="by_calendar", version="by_version").drop(
        "by_calendar", "by_version"
    )


def open_between(rows: ir.Table, start: str, stop: str, lake: Lake, *, calendar: str, version: str) -> ir.Table:
    """The rows with `us`, the microseconds between two instants that a calendar is open; without one, all of them."""
    edge = lake.breakpoint.rename(edge_calendar="calendar_id", edge_version="version")

    def opened(rows: ir.Table, instant: str, name: str) -> ir.Table:
        same = [rows[calendar] == edge.edge_calendar, rows[version] == edge.edge_version]
        pair = rows.asof_join(edge, rows[instant] >= edge.edge_at, same)
        since_edge = pair.is_open.ifelse(pair[instant].delta(pair.edge_at, unit="microsecond"), 0)
        return pair.mutate(**{name: pair.open_seconds * SECOND + since_edge}).select(*rows.columns, name)

    found = opened(opened(rows, start, "start_us"), stop, "stop_us")
    passed = found[stop].delta(found[start], unit="microsecond")
    us = found[calendar].isnull().ifelse(passed, found.stop_us - found.start_us)
    return found.mutate(us=us).drop("start_us", "stop_us")
