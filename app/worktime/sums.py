"""Reading time: what was booked on a ticket and all that it shows, and sums over the tickets that somebody sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.audience import demand_staff
from app.tickets.shown import family
from app.tickets.ticket import Ticket
from app.worktime.row import TimeEntry
from core.actor import Actor
from core.errors import NotAllowed

By = Literal["person", "queue", "activity", "ticket", "day", "week", "month"]
PERIODS = frozenset({"day", "week", "month"})
MOST_SUMS = 1_000


@dataclass(frozen=True, slots=True)
class Sum:
    """Minutes of one person, queue, activity or ticket (`of_id` null: without an activity), or of a period."""

    of_id: UUID | None
    entries: int
    minutes: int
    billable_minutes: int
    of_date: date | None = None
    """The first day of the period, where it is by periods."""


def time_on(session: Session, actor: Actor, ticket: Ticket) -> Sequence[TimeEntry]:
    """What was booked on a ticket that the actor sees, the oldest first."""
    if not policy.visible(actor).internal:
        raise NotAllowed("Only colleagues see booked time.")
    query = sa.select(TimeEntry).where(col(TimeEntry.ticket_id).in_(family(ticket.id)))
    return session.execute(query.order_by(col(TimeEntry.worked_at), col(TimeEntry.id))).scalars().all()


def total_of(entries: Sequence[TimeEntry]) -> Sum:
    """Their sum."""
    billable = sum(entry.minutes for entry in entries if entry.is_billable)
    return Sum(None, len(entries), sum(entry.minutes for entry in entries), billable)


def sums(
    session: Session, actor: Actor, *, by: By, since: datetime | None = None, until: datetime | None = None,
    queue_id: UUID | None = None, person_id: UUID | None = None,
) -> list[Sum]:  # fmt: skip
    """Sums over the tickets that the actor sees, the largest first, or by periods of the actor's own time zone, the
    earliest first. `until` is no longer part of it.
    """
    demand_staff(actor)
    keys: dict[str, Any] = {
        "person": col(TimeEntry.person_id), "queue": col(Ticket.queue_id), "activity": col(TimeEntry.activity_id),
        "ticket": col(TimeEntry.ticket_id),
    }  # fmt: skip
    is_of_periods = by in PERIODS
    key = _period(by, actor.timezone) if is_of_periods else keys[by]
    minutes = sa.func.sum(col(TimeEntry.minutes))
    billable = sa.func.coalesce(minutes.filter(col(TimeEntry.is_billable)), 0)
    query = (
        sa.select(key, sa.func.count(), minutes, billable)
        .join(Ticket, col(Ticket.id) == col(TimeEntry.ticket_id))
        .where(policy.scope_filter(policy.visible(actor)))
        .group_by(key)
        .order_by(*((key,) if is_of_periods else (minutes.desc(), key)))
        .limit(MOST_SUMS)
    )
    for clause in _clauses(since, until, queue_id, person_id):
        query = query.where(clause)
    rows = session.execute(query).all()
    return [
        Sum(None if is_of_periods else of, entries, spent, billed, of if is_of_periods else None)
        for of, entries, spent, billed in rows
    ]


def _period(by: str, timezone: str) -> sa.Label[Any]:
    """The first day of the period in which it was worked, by the asker's clock."""
    local = sa.func.timezone(timezone, col(TimeEntry.worked_at))
    return sa.cast(sa.func.date_trunc(by, local), sa.Date).label("period")


def _clauses(
    since: datetime | None, until: datetime | None, queue_id: UUID | None, person_id: UUID | None
) -> list[sa.ColumnElement[bool]]:
    clauses: list[sa.ColumnElement[bool] | None] = [
        col(TimeEntry.worked_at) >= since if since else None,
        col(TimeEntry.worked_at) < until if until else None,
        col(Ticket.queue_id) == queue_id if queue_id else None,
        col(TimeEntry.person_id) == person_id if person_id else None,
    ]
    return [clause for clause in clauses if clause is not None]
