"""When something is to happen to a running clock by time alone: warnings, the breach, escalation levels. Pure.

Each of them is an amount of elapsed time, so a pause moves them all, and a calendar counts for all of them alike.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.sla.book import Book
from app.sla.by_hand import after_due
from app.sla.calendar import add_business_micros
from app.sla.clock import MICROSECOND, SECOND, Clock
from app.sla.policy import Target, Warning
from core.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that is to happen when a clock has run so long. `level` counts from 1."""

    instant: datetime
    what: Literal["warning", "breach", "level"]
    level: int


def moments(clock: Clock, target: Target, calendar: Calendar | None) -> list[Moment]:
    """What is still to come for a clock that runs (or is due by hand), the next of each kind."""
    if clock.state != "running" and not (clock.is_due_by_hand and clock.is_live):
        return []
    found: list[Moment | None] = []
    warnings = warning_points(target, clock.target_seconds)
    if clock.breached_at is None:
        if clock.warned < len(warnings):
            found.append(_moment(clock, calendar, warnings[clock.warned][0], "warning", clock.warned + 1))
        if clock.due_at is not None:
            found.append(Moment(clock.due_at + MICROSECOND, "breach", 0))
    levels = sorted(level.after_seconds for level in target.levels)
    if clock.escalated < len(levels):
        over = (clock.target_seconds + levels[clock.escalated]) * SECOND
        found.append(_moment(clock, calendar, over, "level", clock.escalated + 1))
    return [one for one in found if one is not None]


def warning_points(target: Target, target_seconds: int) -> list[tuple[int, Warning]]:
    """The elapsed microseconds at which each warning is given, in their order."""
    return sorted(((_point(one, target_seconds), one) for one in target.warnings), key=lambda point: point[0])


def next_moment(book: Book, now: datetime) -> datetime | None:
    """When the ticket's timer must ring next."""
    found = [
        max(moment.instant, now)
        for clock in book.live
        if (target := book.target_of(clock)) is not None
        for moment in moments(clock, target, book.rules.edition(clock.calendar_id, clock.calendar_version))
    ]
    return min(found, default=None)


def _point(warning: Warning, target_seconds: int) -> int:
    if warning.percent is not None:
        return target_seconds * SECOND * warning.percent // 100
    return max(target_seconds - (warning.seconds_before or 0), 0) * SECOND


def _moment(
    clock: Clock, calendar: Calendar | None, elapsed_us: int, what: Literal["warning", "level"], level: int
) -> Moment | None:
    instant: datetime | None
    left = max(elapsed_us - clock.elapsed_us, 0)
    if clock.is_due_by_hand:
        instant = after_due(clock, calendar, elapsed_us - clock.target_seconds * SECOND)
    elif clock.basis == "calendar" or calendar is None:
        instant = clock.counted_at + left * MICROSECOND
    else:
        instant = add_business_micros(calendar, clock.counted_at, left)
    if instant is None:
        return None
    if what == "level" and clock.due_at is not None:
        instant = max(instant, clock.due_at + MICROSECOND)
    return Moment(instant, what, level)
