"""Due times that somebody set by hand: the clock as the rules alone would have it, and back. Pure.

Rules work on such a clock as if nobody had set anything (`by_rules`); what they make of it is kept as `derived_due_at`,
and what was set by hand stands (`by_hand`).
"""

from datetime import datetime

from app.sla.calendar import add_business_micros, business_micros
from app.sla.clock import MICROSECOND, Clock, length_us
from core.calendar import Calendar


def by_rules(clock: Clock, instant: datetime) -> Clock:
    """The clock as it would stand right now, had nobody set its due time."""
    if not clock.is_due_by_hand:
        return clock
    ended_at, derived = clock.stopped_at or instant, clock.derived_due_at
    is_late = derived is not None and derived < ended_at
    return clock._replace(due_at=derived, breached_at=derived if is_late else None)


def by_hand(clock: Clock, held: Clock) -> Clock:
    """A clock after its rules had their say, with the due time that it had by hand, if it had one."""
    if not held.is_due_by_hand:
        return clock
    return clock._replace(
        derived_due_at=clock.due_at, due_at=held.due_at, breached_at=held.breached_at,
        is_born_breached=held.is_born_breached, escalated=held.escalated,
    )  # fmt: skip


def set_by_hand(clock: Clock, due_at: datetime, instant: datetime) -> Clock:
    """The clock, due when somebody says. A breach is taken back if there is time again."""
    ruled, is_late = by_rules(clock, instant), due_at < instant
    return ruled._replace(
        is_due_by_hand=True, derived_due_at=ruled.due_at, due_at=due_at, escalated=0,
        breached_at=(clock.breached_at or instant) if is_late else None,
        is_born_breached=is_late and clock.breached_at is None,
    )  # fmt: skip


def given_back(clock: Clock, instant: datetime) -> Clock:
    """The clock under its rules again. If these had it due already, it is breached now."""
    ruled = by_rules(clock, instant)._replace(is_due_by_hand=False, derived_due_at=None)
    if ruled.breached_at is None:
        return ruled._replace(is_born_breached=False)
    return ruled._replace(breached_at=clock.breached_at or instant, is_born_breached=clock.breached_at is None)


def own_time_us(clock: Clock, calendar: Calendar | None, start: datetime, end: datetime) -> int:
    """The time between two instants as the clock counts it; negative when `end` comes first."""
    in_business = clock.basis == "business" and calendar is not None
    return business_micros(calendar, start, end) if in_business and calendar else length_us(start, end)


def after_due(clock: Clock, calendar: Calendar | None, ahead_us: int) -> datetime | None:
    """The instant so much of the clock's own time after its due time (negative: before it)."""
    assert clock.due_at is not None
    if clock.basis == "business" and calendar is not None:
        return add_business_micros(calendar, clock.due_at, ahead_us)
    return clock.due_at + ahead_us * MICROSECOND
