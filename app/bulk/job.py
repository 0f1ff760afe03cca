"""Rows: a bulk edit, and what became of each of its tickets."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping, maybe_instant
from core.ids import new_id


class BulkJob(SQLModel, table=True):
    """What somebody asked of many tickets. It is at work until `finished_at`."""

    __tablename__ = "bulk_job"
    __table_args__ = (
        sa.Index("bulk_job_open", "created_at", postgresql_where=sa.text("finished_at is null")),
        sa.Index("bulk_job_of_person", "person_id", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    query: str | None = Field(default=None, max_length=1000)
    actions: dict[str, Any] = mapping()
    """`{"steps": […]}`, as macros have them."""
    cause_id: UUID
    """The event that began it: the cause of all that happens to the tickets."""
    total: int
    done: int = 0
    unchanged: int = 0
    refused: int = 0
    is_cancelled: bool = False
    created_at: datetime = instant()
    finished_at: datetime | None = maybe_instant()


class BulkTicket(SQLModel, table=True):
    """One ticket of a bulk edit; `outcome` is empty until its turn came."""

    __tablename__ = "bulk_ticket"
    __table_args__ = (
        sa.Index("bulk_ticket_waiting", "job_id", "attempts", "number", postgresql_where=sa.text("outcome is null")),
    )

    job_id: UUID = Field(foreign_key="bulk_job.id", primary_key=True)
    number: int = Field(sa_type=sa.BigInteger, primary_key=True)
    ticket_id: UUID
    expected_version: int | None = None
    outcome: str | None = Field(default=None, max_length=10)
    """`done`, `unchanged` or `refused`."""
    code: str | None = Field(default=None, max_length=100)
    reason: str | None = Field(default=None, max_length=1000)
    attempts: int = Field(default=0, sa_type=sa.SmallInteger)
