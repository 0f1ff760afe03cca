"""What is left of a ticket's clocks, in their own time: words that say it without the colour, too."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from app.db import driver_of
from app.sla.by_hand import own_time_us
from app.sla.clock import FIELDS, SECOND, Clock
from app.sla.rules import Rules
from core.durations import hours, spoken
from core.promises import little_left

LIVE = f"select ticket_id, {', '.join(FIELDS)} from sla_clock where ticket_id = any(%s) and stopped_at is null"

Tone = Literal["late", "soon", "fine", "still"]
NAMES = {
    "first_reply": "first reply", "next_reply": "next reply", "periodic_update": "update",
    "pausable_update": "update", "requester_wait": "customer's wait", "agent_work": "our work",
    "total_resolution": "resolution", "group_ownership": "in this queue",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that is not stopped, in words."""

    target: str
    tone: Tone
    words: str
    due_at: datetime | None
    left_us: int


def dues(session: Session, rules: Rules, ticket_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Due]]:
    """What is left of the clocks of these tickets, the most pressing first."""
    if not ticket_ids or not rules:
        return {}
    found: dict[UUID, list[Due]] = {}
    with driver_of(session).cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(LIVE, (list(ticket_ids),)):
            ticket_id = row.pop("ticket_id")
            found.setdefault(ticket_id, []).append(due_of(Clock(**row), rules, now))
    return {ticket_id: sorted(some, key=_pressing) for ticket_id, some in found.items()}


def _pressing(due: Due) -> tuple[bool, int]:
    return due.tone == "still", due.left_us


def due_of(clock: Clock, rules: Rules, now: datetime) -> Due:
    """A clock that is not stopped, in words."""
    left, calendar = clock.remaining_us, rules.edition(clock.calendar_id, clock.calendar_version)
    if clock.is_due_by_hand and clock.due_at:
        left = own_time_us(clock, calendar, now, clock.due_at)
    elif clock.state == "running" and now > clock.counted_at:
        left -= own_time_us(clock, calendar, clock.counted_at, now)
    is_late = clock.breached_at is not None or (clock.due_at is not None and clock.due_at < now)
    is_business = clock.basis == "business"
    say, unit = hours if is_business else spoken, " of work time" if is_business else ""
    if is_late:
        tone: Tone = "late"
        words = f"late by {say(abs(left) / SECOND)}{unit}" if abs(left) >= SECOND else "late since just now"
    elif clock.state == "paused":
        tone, words = "still", f"stands still, {say(left / SECOND)} left"
    else:
        at_risk = left <= little_left(clock.target_seconds) * SECOND
        tone, words = "soon" if at_risk else "fine", f"due in {say(left / SECOND)}{unit}"
    words += ", set by hand" if clock.is_due_by_hand else ""
    return Due(name_of(clock.target), tone, words, clock.due_at, left)


def name_of(target: str) -> str:
    """What people call a target."""
    return NAMES.get(target, target.replace("_", " "))
