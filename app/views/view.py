"""Rows: a saved view, what a count is kept for, and what a trigger notes of each change of a ticket."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.audience import Shared
from app.columns import instant, mapping, maybe_instant, words
from core.ids import new_id


class SavedView(Shared, table=True):
    """A filter with a name, an order and columns."""

    __tablename__ = "saved_view"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=100)
    query: str = Field(max_length=1000)
    sort: str = Field(max_length=20)
    columns: list[str] = words()
    created_at: datetime = instant()


class Tally(SQLModel, table=True):
    """How many tickets a filter finds inside a scope; views with the same question share it (docs/decisions/0065)."""

    key: bytes = Field(primary_key=True)
    """SHA-256 of question and scope."""
    tree: dict[str, Any] = mapping()
    scope: dict[str, Any] = mapping()
    is_moving: bool = False
    """Time alone changes it: it is counted anew now and then."""
    number: int | None = None
    """None: not counted yet."""
    counted_at: datetime | None = maybe_instant()
    asked_at: datetime = instant()


class TicketTouch(SQLModel, table=True):
    """A ticket's row as the counts know it and as it is now, until they know that, too. A trigger writes it.

    One row a ticket, however often it changes: while nobody follows, it cannot grow beyond the tickets there are.
    """

    __tablename__ = "ticket_touch"

    ticket_id: UUID = Field(primary_key=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=sa.dialects.postgresql.JSONB)
    after: dict[str, Any] = mapping()
