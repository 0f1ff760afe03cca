"""One clock: an instance of a target on a ticket, and what running, pausing and stopping make of it. Pure.

All times are exact: elapsed time is whole microseconds, and the spans that a clock ran sum to it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from app.sla.calendar import add_business_micros, business_micros
from app.sla.policy import Target
from core.calendar import Calendar
from core.events import ClockReason, ClockState, ClockTold, SlaBasis, SlaMetric

SECOND = 1_000_000
MICROSECOND = timedelta(microseconds=1)

Span = tuple[datetime, datetime]


class Run(NamedTuple):
    """A span that a clock ran, and by which version of which calendar."""

    start: datetime
    end: datetime
    calendar_id: UUID | None
    calendar_version: int | None


class Clock(NamedTuple):
    """A clock as core.events.ClockTold tells of it. A tuple: replaying history copies it ten million times."""

    clock_id: UUID
    target: str
    metric: SlaMetric
    cycle: int
    state: ClockState
    policy_id: UUID
    policy_version: int
    basis: SlaBasis
    calendar_id: UUID | None
    calendar_version: int | None
    target_seconds: int
    started_at: datetime
    counted_at: datetime
    elapsed_business_us: int | None
    elapsed_calendar_us: int
    due_at: datetime | None = None
    breached_at: datetime | None = None
    is_born_breached: bool = False
    stopped_at: datetime | None = None
    reason: ClockReason | None = None
    warned: int = 0
    escalated: int = 0
    is_due_by_hand: bool = False
    derived_due_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it runs or waits to run on."""
        return self.stopped_at is None

    @property
    def elapsed_us(self) -> int:
        """What it ran, in its target's own time."""
        if self.basis == "business" and self.elapsed_business_us is not None:
            return self.elapsed_business_us
        return self.elapsed_calendar_us

    @property
    def remaining_us(self) -> int:
        """What is left of its target; negative: so much too long."""
        return self.target_seconds * SECOND - self.elapsed_us


FIELDS = Clock._fields
_told_values = attrgetter(*FIELDS)


def clock_of(told: Any) -> Clock:
    """The clock behind an event, or in a row of `sla_clock`."""
    return Clock._make(_told_values(told))


def length_us(start: datetime, end: datetime) -> int:
    """A span in microseconds."""
    return (end - start) // MICROSECOND


def counted(clock: Clock, calendar: Calendar | None, instant: datetime, **changes: Any) -> Clock:
    """The clock with its time counted up to an instant, and with other changes to it."""
    start = clock.counted_at
    if clock.state != "running" or start == instant:
        return clock._replace(counted_at=instant, **changes)
    business = clock.elapsed_business_us
    if calendar is not None:
        business = (business or 0) + business_micros(calendar, start, instant)
    return clock._replace(
        counted_at=instant, elapsed_calendar_us=clock.elapsed_calendar_us + length_us(start, instant),
        elapsed_business_us=business, **changes,
    )  # fmt: skip


def with_runs(clock: Clock, calendar: Calendar | None, runs: Sequence[Span], instant: datetime) -> Clock:
    """The clock with some spans more that it ran."""
    business = clock.elapsed_business_us
    if calendar is not None:
        business = (business or 0) + sum(business_micros(calendar, start, end) for start, end in runs)
    return clock._replace(
        counted_at=instant,
        elapsed_calendar_us=clock.elapsed_calendar_us + sum(length_us(start, end) for start, end in runs),
        elapsed_business_us=business,
    )


def expected(clock: Clock, calendar: Calendar | None, since: datetime) -> datetime | None:
    """When a clock will be due if it runs on from an instant; None: its calendar never opens so long."""
    return _after(since, clock.remaining_us, calendar if clock.basis == "business" else None)


def _after(since: datetime, micros: int, hours: Calendar | None) -> datetime | None:
    """The end of so much time. None is over at once, open or closed: the end of nothing is not the next opening."""
    if hours is None or micros == 0:
        return since + micros * MICROSECOND
    return add_business_micros(hours, since, micros)


def used_up(clock: Clock, runs: Sequence[tuple[Span, Calendar | None]]) -> datetime | None:
    """When in these spans, in their order and by the hours of each, the target was used up. At the end of one that ends
    then it can still be met; a closing before that end is when it was.
    """
    left = clock.target_seconds * SECOND
    for (start, end), hours in runs:
        calendar = hours if clock.basis == "business" else None
        spent = business_micros(calendar, start, end) if calendar else length_us(start, end)
        if spent >= left:
            due_at = _after(start, left, calendar)
            if due_at is not None and due_at < end:
                return due_at
        left -= spent
    return None


def paused(clock: Clock, calendar: Calendar | None, instant: datetime, reason: ClockReason) -> Clock:
    """The clock standing still. When it will be due is open, unless it was already."""
    due_at = clock.due_at if clock.breached_at else None
    return counted(clock, calendar, instant, state="paused", reason=reason, due_at=due_at)


def resumed(clock: Clock, calendar: Calendar | None, instant: datetime, reason: ClockReason | None) -> Clock:
    """The clock running again, from a pause or from its end."""
    due_at = clock.due_at if clock.breached_at else expected(clock, calendar, instant)
    return clock._replace(state="running", counted_at=instant, stopped_at=None, reason=reason, due_at=due_at)


def stopped(
    clock: Clock, calendar: Calendar | None, instant: datetime, state: ClockState, reason: ClockReason | None
) -> Clock:
    """The clock at its end."""
    return counted(clock, calendar, instant, state=state, stopped_at=instant, reason=reason)


def breached(clock: Clock, calendar: Calendar | None, instant: datetime) -> Clock:
    """The clock, its time used up at an instant."""
    return counted(clock, calendar, instant, breached_at=instant)


def begun(
    clock_id: UUID, policy: tuple[UUID, int], target: Target, priority: int, *, cycle: int,
    calendar: tuple[UUID, int] | None, started_at: datetime,
) -> Clock:  # fmt: skip
    """A clock that begins to run, nothing counted yet."""
    return Clock(
        clock_id=clock_id, target=target.key, metric=target.metric, cycle=cycle, state="running",
        policy_id=policy[0], policy_version=policy[1], basis=target.basis,
        calendar_id=calendar[0] if calendar else None, calendar_version=calendar[1] if calendar else None,
        target_seconds=target.seconds_at(priority), started_at=started_at, counted_at=started_at,
        elapsed_business_us=0 if calendar else None, elapsed_calendar_us=0,
    )  # fmt: skip


def runs_of(told: Sequence[ClockTold]) -> list[Run]:
    """The spans that a clock ran, from all its events in order."""
    runs: list[Run] = []
    before: ClockTold | None = None
    for one in told:
        if before is None:
            cut = without((one.started_at, one.counted_at), getattr(one, "paused_before", ()))
            runs += [Run(start, end, one.calendar_id, one.calendar_version) for start, end in cut]
        elif one.elapsed_calendar_us > before.elapsed_calendar_us:
            runs.append(Run(before.counted_at, one.counted_at, before.calendar_id, before.calendar_version))
        before = one
    return runs


def without(span: Span, cuts: Sequence[Span]) -> list[Span]:
    """What is left of a span when others, in order and apart, are cut out."""
    left: list[Span] = []
    start, end = span
    for cut_start, cut_end in cuts:
        if start < cut_start:
            left.append((start, min(cut_start, end)))
        start = max(start, cut_end)
    if start < end:
        left.append((start, end))
    return left
