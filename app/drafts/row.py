"""The row of a draft."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import ids, instant, maybe_instant

DraftKind = Literal["reply", "note"]


class Draft(SQLModel, table=True):
    """What one person has begun to write. No foreign keys: saving must not wait for who works the ticket (ADR 0012)."""

    __table_args__ = (sa.Index("draft_of_person", "person_id", "updated_at"),)

    ticket_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=5)
    body: str = Field(sa_type=sa.Text)
    visibility: str = Field(max_length=10)
    attachment_ids: list[UUID] = ids()
    canned_reply_id: UUID | None = None
    """What it was begun with."""
    version: int = Field(sa_type=sa.BigInteger)
    """Milliseconds since 1970 and rising: a draft begun anew is never at a version that an older one had."""
    updated_at: datetime = instant()
    told_at: datetime | None = maybe_instant()
    """When colleagues were last told that somebody writes here."""
