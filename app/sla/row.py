"""Rows: the versions of SLA policies, which are never changed, and a ticket's clocks as they stand."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping, maybe_instant
from app.sla.clock import FIELDS


class SlaPolicy(SQLModel, table=True):
    """One version of a policy. `shape` is app.sla.policy.Shape, `conditions` its filter as a tree (app/filters)."""

    __tablename__ = "sla_policy"

    policy_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    sort: int
    shape: dict[str, Any] = mapping()
    conditions: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.dialects.postgresql.JSONB, nullable=False)
    effective_from: datetime = instant()
    defined_at: datetime = instant()
    defined_by: UUID | None = None


class SlaClock(SQLModel, table=True):
    """A clock of a ticket: the newest of its events (core.events.ClockTold), kept for the desk and for timers."""

    __tablename__ = "sla_clock"
    __table_args__ = (sa.Index("sla_clock_of_ticket", "ticket_id", "target", "cycle"),)

    clock_id: UUID = Field(primary_key=True)
    ticket_id: UUID
    target: str = Field(max_length=30)
    metric: str = Field(max_length=20)
    cycle: int
    state: str = Field(max_length=10)
    policy_id: UUID
    policy_version: int
    basis: str = Field(max_length=10)
    calendar_id: UUID | None = None
    calendar_version: int | None = None
    target_seconds: int
    started_at: datetime = instant()
    counted_at: datetime = instant()
    elapsed_business_us: int | None = Field(default=None, sa_type=sa.BigInteger, nullable=True)
    elapsed_calendar_us: int = Field(sa_type=sa.BigInteger)
    due_at: datetime | None = maybe_instant()
    breached_at: datetime | None = maybe_instant()
    is_born_breached: bool = False
    stopped_at: datetime | None = maybe_instant()
    reason: str | None = Field(default=None, max_length=10)
    warned: int = 0
    escalated: int = 0
    is_due_by_hand: bool = False
    derived_due_at: datetime | None = maybe_instant()


COLUMNS = ("ticket_id", *FIELDS)
