"""The rows of SLA metrics: clocks as they stand, and the spans in which they are breached."""

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_business import open_between
from analytics.measure_tables import Lake
from analytics.metrics.rows import VALUES, created, seconds_between
from core.promises import LITTLE_PART, LITTLE_SECONDS

SECOND = 1_000_000
_SECOND = ibis.interval(seconds=1)
_TICK = ibis.interval(microseconds=1)
"""At its due instant a clock can still be met: it is late right after it."""


def due(lake: Lake) -> ir.Table:
    """Clocks that fell due, dated by their due time; `is_met` tells whether they were fulfilled by then.

    One that was fulfilled while it stood still was never due: it is met, and dated by its end. One that was cancelled
    before it was due asks nothing of anybody.
    """
    clock = _clocks(lake)
    was_due = clock.due_at.notnull() & ((clock.state != "cancelled") | (clock.due_at < clock.stopped_at))
    clock = clock.filter(was_due | (clock.state == "fulfilled"))
    return clock.mutate(is_met=_is_met(clock))


def fulfilled(lake: Lake) -> ir.Table:
    """Clocks that were fulfilled, dated by that, with the ticket's values of that instant."""
    clock = _clocks(lake)
    clock = clock.filter(clock.state == "fulfilled")
    return _ended(clock.mutate(is_met=_is_met(clock)), lake)


def voided(lake: Lake) -> ir.Table:
    """Clocks that a solve ended before they were due, without what they waited for; dated by that solve."""
    clock = _clocks(lake)
    was_due = clock.due_at.notnull() & (clock.due_at < clock.stopped_at)
    clock = clock.filter(clock.state == "cancelled", clock.reason == "solved", ~was_due)
    return _ended(clock, lake)


def missed(lake: Lake) -> ir.Table:
    """Clocks whose due time passed unfulfilled, with the seconds from then to their end, or to now."""
    clock = due(lake)
    clock = clock.filter(~clock.is_met)
    stop = ibis.coalesce(clock.stopped_at, bound("now", "timestamp"))
    late = clock.mutate(start=clock.due_at, stop=stop, seconds=seconds_between(clock.due_at, stop))
    return _by_own_hours(late, lake) if lake.is_business else late


def _by_own_hours(late: ir.Table, lake: Lake) -> ir.Table:
    """The clocks with the seconds of their own calendars; those that count all hours stay as they are."""
    plain = late.basis != "business"
    late = late.mutate(by_calendar=plain.ifelse(ibis.null("uuid"), late.calendar_id))
    found = open_between(late, "start", "stop", lake, calendar="by_calendar", version="calendar_version")
    return found.mutate(seconds=found.us // SECOND).drop("by_calendar", "us")


def breached(lake: Lake) -> ir.Table:
    """The spans in which running clocks are past their due time, cut where the ticket's values change."""
    return lake.lasting(lake.breach)


def breached_tickets(lake: Lake) -> ir.Table:
    """The spans in which a ticket has such a clock, however many: each begins where all before it have ended."""
    whole = lake if lake.split is not None else replace(lake, since=None)  # who looks at single spans sees all of them
    row = breached(whole).drop("clock_id", "target", "policy_id", "calendar_id")
    so_far = ibis.window(group_by="ticket_id", order_by=["since", "until"], preceding=(None, 1))
    row = row.mutate(covered=row.until.max().over(so_far))
    row = row.mutate(since=ibis.greatest(row.since, ibis.coalesce(row.covered, row.since)))
    return row.filter(row.since < row.until).drop("covered")


def at_risk(lake: Lake) -> ir.Table:
    """The spans in which running clocks have little time left, cut where the ticket's values change."""
    row = lake.lasting(lake.segment)
    row = row.filter(row.state == "running", row.due_at >= row.since)
    row = row if lake.since is None else row.filter(row.due_at >= lake.since)
    in_business = (row.basis == "business") & row.calendar_id.notnull()
    plain = row.filter(~in_business)
    plain = plain.mutate(risky_at=plain.due_at - _little_left(plain) * _SECOND)
    row = plain.union(_risky_in_business(row.filter(in_business), lake.breakpoint))
    return _cut(row, ibis.greatest(row.since, row.risky_at), ibis.least(row.until, row.due_at + _TICK), lake)


def covered(lake: Lake) -> ir.Table:
    """Tickets as they were created; `is_covered` tells whether any clock ever ran for them."""
    segment = lake.from_start(lake.segment.mutate(dated=lake.segment.since))  # no clock runs before its ticket is there
    segment = segment.filter(segment.n == 1)
    if lake.is_past:
        segment = segment.filter(segment.since <= bound("as_of", "timestamp"))
    clocked = segment.select("ticket_id").distinct().mutate(is_covered=True)
    rows = lake.asked(created(lake)).left_join(clocked, "ticket_id", rname="clocked_{name}")
    return rows.mutate(is_covered=rows.is_covered.fill_null(False))


def _clocks(lake: Lake) -> ir.Table:
    """Each clock as it stands now, or stood at `as_of`, `dated` by its due time, with the ticket's values then."""
    if not lake.is_past:
        return lake.clock
    as_of, row = bound("as_of", "timestamp"), lake.segment
    row = row.filter(row.since <= as_of, row.until > as_of).drop("since", "until")
    row = row.mutate(dated=ibis.coalesce(row.due_at, row.stopped_at, row.counted_at)).drop("counted_at")
    return _with_values(row, ibis.greatest(row.dated, row.started_at), lake.interval)


def _ended(clock: ir.Table, lake: Lake) -> ir.Table:
    """The clocks dated by their end, with the ticket's values then."""
    if lake.is_past:
        clock = lake.asked(clock.drop("dated", *VALUES).mutate(dated=clock.stopped_at))
        return _with_values(clock, clock.dated, lake.lasting(lake.interval))
    values = {name: clock[f"stopped_{name}"] for name in VALUES if f"stopped_{name}" in clock.columns}
    return clock.mutate(dated=clock.stopped_at, **values)


def _little_left(clock: ir.Table) -> ir.IntegerValue:
    """`little_left` (core/promises.py) of a column; in seconds of the target's own time."""
    return ibis.greatest(clock.target_seconds // LITTLE_PART, LITTLE_SECONDS)


def _risky_in_business(clock: ir.Table, edge: ir.Table) -> ir.Table:
    """Two look-ups: the open time up to the due time, and the instant at which there was so much less of it."""
    edge = edge.rename(edge_calendar="calendar_id", edge_version="version")
    pair = clock.asof_join(
        edge,
        clock.due_at >= edge.edge_at,
        [clock.calendar_id == edge.edge_calendar, clock.calendar_version == edge.edge_version],
    )
    since_edge = pair.is_open.ifelse(pair.due_at.delta(pair.edge_at, unit="microsecond"), 0)
    kept = pair.mutate(risky_us=pair.open_seconds * SECOND + since_edge - _little_left(pair) * SECOND).select(
        *clock.columns, "risky_us"
    )
    opening = edge.filter(edge.is_open)
    opening = opening.mutate(opened_us=opening.open_seconds * SECOND).drop("open_seconds", "is_open")
    pair = kept.asof_join(
        opening,
        kept.risky_us > opening.opened_us,
        [kept.calendar_id == opening.edge_calendar, kept.calendar_version == opening.edge_version],
    )
    risky_at = pair.edge_at + (pair.risky_us - pair.opened_us) // SECOND * _SECOND
    return pair.mutate(risky_at=risky_at).select(*clock.columns, "risky_at")


def _is_met(clock: ir.Table) -> ir.BooleanValue:
    return (clock.state == "fulfilled") & (clock.due_at.isnull() | (clock.stopped_at <= clock.due_at))


def _with_values(clock: ir.Table, instant: ir.TimestampValue, span: ir.Table) -> ir.Table:
    """The clocks with what their tickets were at an instant, by these spans."""
    clock = clock.mutate(looked_at=instant)
    span = span.filter(span.since < span.until)
    span = span.select("ticket_id", "since", "until", *VALUES)
    pair = clock.left_join(
        span,
        [clock.ticket_id == span.ticket_id, span.since <= clock.looked_at, span.until > clock.looked_at],
        rname="span_{name}",
    )
    return pair.drop("looked_at", "span_ticket_id", "since", "until")


def _cut(row: ir.Table, since: ir.TimestampValue, until: ir.TimestampValue, lake: Lake) -> ir.Table:
    """Spans of clocks, cut into those of their tickets. Both are bounded by the time asked for before they meet."""
    row = lake.lasting(row.mutate(since=since, until=until))
    row = row.select("ticket_id", "clock_id", "target", "policy_id", "calendar_id", from_=row.since, to=row.until)
    span = lake.lasting(lake.interval.filter(lake.interval.since < lake.interval.until))
    pair = row.join(span.select("ticket_id", "since", "until", *VALUES), "ticket_id")
    pair = pair.filter(pair.since < pair.to, pair.until > pair.from_)
    return pair.mutate(since=ibis.greatest(pair.since, pair.from_), until=ibis.least(pair.until, pair.to))
