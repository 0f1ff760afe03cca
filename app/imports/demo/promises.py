"""What the demo company promises its customers: its hours, and two SLA policies."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.setup import define_calendar
from app.imports.demo.company import KEY_ACCOUNTS
from app.sla.policy import Shape
from app.sla.row import SlaPolicy
from app.sla.setup import define_policy
from app.tickets.ticket import Ticket
from core.actor import SYSTEM
from core.calendar import Calendar, Holiday, Hours
from core.ids import id_from

HOUR = 3_600
PRIORITIES = ("low", "normal", "high", "urgent")
DAYS = ("mon", "tue", "wed", "thu", "fri")
HOLIDAYS = ((1, 1, "New Year"), (5, 1, "Labour Day"), (12, 25, "Christmas Day"), (12, 26, "Second day of Christmas"))

KEY = {"first_reply": (8, 4, 2, 1), "next_reply": (8, 6, 4, 2), "total_resolution": (40, 30, 16, 8)}
REST = {"first_reply": (24, 12, 8, 4), "next_reply": (24, 16, 8, 6), "total_resolution": (80, 60, 40, 24)}
"""Hours by priority, from low to urgent."""


def promise(session: Session) -> None:
    """The calendar and the policies, in force since the company began; nothing if there are policies already."""
    since = session.execute(sa.select(sa.func.min(col(Ticket.created_at)))).scalar()
    if since is None or session.execute(sa.select(col(SlaPolicy.policy_id)).limit(1)).first():
        return
    hours = define_calendar(
        session, SYSTEM, name="Support hours", calendar=_hours(), effective_from=since, source="setup"
    )
    for name, conditions, lengths in (
        ("Key accounts", f'queue:"{KEY_ACCOUNTS}"', KEY),
        ("All customers", "", REST),
    ):
        shape = _policy(name, conditions, lengths, str(hours.calendar_id))
        define_policy(
            session, SYSTEM, shape, effective_from=since, new_policy_id=id_from("sla.policy", name), source="setup"
        )


def _hours() -> Calendar:
    weekly = tuple(Hours(day=day, starts=8 * 60, ends=20 * 60) for day in DAYS)  # type: ignore[arg-type]
    off = tuple(Holiday(date=date(2024, month, day), name=name, yearly=True) for month, day, name in HOLIDAYS)
    return Calendar(zone="Europe/Berlin", weekly=weekly, holidays=off)


def _policy(name: str, conditions: str, lengths: Mapping[str, tuple[int, ...]], calendar_id: str) -> Shape:
    targets: list[dict[str, Any]] = [
        {
            "metric": metric, "calendar_id": calendar_id, "warnings": [{"percent": 80}],
            "seconds": {name: hours * HOUR for name, hours in zip(PRIORITIES, each, strict=True)},
            "pause": ["PENDING"] if metric == "total_resolution" else None,
            "levels": [{"notify": ["queue"]}] if metric != "next_reply" else [],
        }
        for metric, each in lengths.items()
    ]  # fmt: skip
    return Shape.model_validate({"name": name, "conditions": conditions, "targets": targets})
