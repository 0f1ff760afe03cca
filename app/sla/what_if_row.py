"""Rows: a draft that history is replayed under, how far that is, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping, maybe_instant
from core.ids import new_id


class WhatIf(SQLModel, table=True):
    """A question. It is at work until `finished_at`; its answer is kept until somebody deletes it."""

    __tablename__ = "what_if"
    __table_args__ = (sa.Index("what_if_open", "created_at", postgresql_where=sa.text("finished_at is null")),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    name: str = Field(max_length=200)
    draft: dict[str, Any] = mapping()
    """app.sla.drafts.Draft, as it was asked."""
    since: datetime = instant()
    until: datetime = instant()
    created_at: datetime = instant()
    total: int = 0
    done: int = 0
    is_cancelled: bool = False
    finished_at: datetime | None = maybe_instant()
    failure: str = Field(default="", max_length=1000)
    """Empty, or why there is no answer."""
    answer: dict[str, Any] = mapping()
    """app.sla.comparing.Comparison, once it is finished."""


class WhatIfTicket(SQLModel, table=True):
    """A ticket that would have fared otherwise."""

    __tablename__ = "what_if_ticket"

    what_if_id: UUID = Field(foreign_key="what_if.id", ondelete="CASCADE", primary_key=True)
    ticket_id: UUID = Field(primary_key=True)
    clocks: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.dialects.postgresql.JSONB, nullable=False)
    """app.sla.comparing.Difference, each."""
