"""The rows of SLA metrics: clocks as they stand, and the spans in which they are breached."""

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_business import open_between
from analytics.measure_tables import Lake
from analytics.metrics.rows import VALUES, created, seconds_between

SECOND = 1_000_000


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
    row = breached(lake).drop("clock_id", "target", "policy_id", "calendar_id")
    row = row.mutate(since=row.uncovered_since).drop("uncovered_since")
    return row.filter(row.since < row.until)


def at_risk(lake: Lake) -> ir.Table:
    """The spans in which running clocks have little time left, cut where the ticket's values change."""
    return lake.lasting(lake.risk)


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
