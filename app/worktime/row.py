"""Rows: booked time, and a kind of work."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant
from core.ids import new_id


class Activity(SQLModel, table=True):
    """A kind of work that time is booked on. It is switched off, never deleted: entries name it."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=50)
    is_billable: bool
    is_active: bool = True


class TimeEntry(SQLModel, table=True):
    """The fold of an entry's events (app/worktime/law.py), and its author's words about it."""

    __tablename__ = "time_entry"
    __table_args__ = (
        sa.Index("time_entry_of_ticket", "ticket_id", "worked_at"),
        sa.Index("time_entry_of_person", "person_id", "worked_at"),
        sa.Index("time_entry_worked", "worked_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: UUID
    person_id: UUID
    minutes: int
    is_billable: bool
    activity_id: UUID | None = None
    message_id: UUID | None = None
    note: str = Field(default="", max_length=500)
    worked_at: datetime = instant()
    logged_at: datetime = instant()
