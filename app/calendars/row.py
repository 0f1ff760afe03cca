"""Rows: the versions of calendars, which are never changed, and where holidays come from."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping, maybe_instant
from core.ids import new_id


class CalendarVersion(SQLModel, table=True):
    """A calendar as it was set up at one time. `definition` is a core.calendar.Calendar."""

    __tablename__ = "calendar_version"

    calendar_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    name: str = Field(max_length=200)
    is_active: bool = True
    definition: dict[str, Any] = mapping()
    effective_from: datetime = instant()
    is_restatement: bool = False
    defined_at: datetime = instant()
    defined_by: UUID | None = None
    accepted_at: datetime | None = maybe_instant()
    """When it began to count; null: a restatement that nobody has accepted."""
    accepted_by: UUID | None = None
    withdrawn_at: datetime | None = maybe_instant()

    @property
    def is_proposed(self) -> bool:
        """It waits for somebody to accept or withdraw it."""
        return self.accepted_at is None and self.withdrawn_at is None


class HolidaySource(SQLModel, table=True):
    """A country's holidays, or a feed, that a calendar follows.

    No law holds it to its events, which do not tell addresses: what it gave stands in the calendar's versions.
    """

    __tablename__ = "holiday_source"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    calendar_id: UUID = Field(index=True)
    kind: str = Field(max_length=10)
    """`country`, `feed` or `file`."""
    name: str = Field(max_length=80)
    country: str | None = Field(default=None, max_length=2)
    subdivision: str | None = Field(default=None, max_length=80)
    address: str | None = Field(default=None, max_length=2000)
    """A feed's URL; null: it was uploaded."""
    years_ahead: int = 3
    without: list[str] = Field(default_factory=list, sa_type=sa.dialects.postgresql.ARRAY(sa.Text), nullable=False)
    """Dates (ISO) that are no holidays here although the source has them."""
    is_active: bool = True
    created_at: datetime = instant()
    read_at: datetime | None = maybe_instant()
    due_at: datetime | None = maybe_instant(index=True)
    """When it is read again; null: never."""
    note: str = Field(default="", max_length=300)
    """Why it could not be read the last time."""
