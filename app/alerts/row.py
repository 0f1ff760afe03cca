"""Rows: what somebody wants to be told of, when it was so, and what they were told."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping, maybe_instant
from core.ids import new_id


class Alert(SQLModel, table=True):
    """A number, which tickets, and the condition. It sees what its owner sees, and tells nobody else."""

    __tablename__ = "alert"
    __table_args__ = (sa.Index("alert_of_owner", "owner_id", "name"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    owner_id: UUID = Field(foreign_key="person.id")
    name: str = Field(max_length=100)
    metric: str = Field(max_length=100)
    where: dict[str, Any] = mapping()
    """{dimension: [ids or values, null for none]}, so that another name changes nothing."""
    grain: str = Field(max_length=10)
    condition: dict[str, Any] = mapping()
    """analytics.alerting.condition.Condition."""
    quiet_from: str | None = Field(default=None, max_length=5)
    quiet_until: str | None = Field(default=None, max_length=5)
    """`22:00` and `07:00`, local time of the owner: no mail in between."""
    is_on: bool = True
    created_at: datetime = instant()
    looked_at: datetime | None = maybe_instant()
    value: float | None = None
    """What the newest look saw."""
    trouble: str = Field(default="", max_length=500)
    """Why the newest look saw nothing; empty while all is well."""


class AlertFiring(SQLModel, table=True):
    """A time in which a condition was met; without an end it still is. There is one such at most."""

    __tablename__ = "alert_firing"
    __table_args__ = (
        sa.Index("alert_firing_open", "alert_id", unique=True, postgresql_where=sa.text("ended_at is null")),
        sa.Index("alert_firing_of_alert", "alert_id", "began_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    alert_id: UUID = Field(foreign_key="alert.id", ondelete="CASCADE")
    owner_id: UUID
    point_at: datetime = instant()
    """The start of the hour, day or week whose number it was."""
    began_at: datetime = instant()
    ended_at: datetime | None = maybe_instant()
    value: float | None = None
    low: float | None = None
    high: float | None = None


class AlertNotice(SQLModel, table=True):
    """Its owner is told that an alert began, is over, or cannot be looked at."""

    __tablename__ = "alert_notice"
    __table_args__ = (
        sa.Index("alert_notice_unseen", "person_id", "created_at", postgresql_where=sa.text("seen_at is null")),
        sa.Index("alert_notice_to_mail", "mail_at", postgresql_where=sa.text("mail_at is not null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID
    alert_id: UUID = Field(foreign_key="alert.id", ondelete="CASCADE")
    firing_id: UUID | None = None
    what: str = Field(max_length=10)
    """fired, recovered, or troubled."""
    words: str = Field(max_length=500)
    created_at: datetime = instant()
    seen_at: datetime | None = maybe_instant()
    mail_at: datetime | None = maybe_instant()
    """When a mail is to be tried (app/mail); None: no more."""
    mail_tries: int = 0
    mailed_at: datetime | None = maybe_instant()
