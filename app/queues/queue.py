"""Rows: a queue, a right held in it, and a ticket state."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.columns import instant, words
from core.ids import new_id


class Queue(SQLModel, table=True):
    """Where tickets wait for a team. Rights in a queue hold in its children too."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=200)
    parent_id: UUID | None = Field(default=None, foreign_key="queue.id")
    is_active: bool = True
    follow_up: str = Field(default="reopen", max_length=10)
    """What a customer's reply does to a closed ticket (core.events.FollowUp)."""
    reopen_days: int | None = None
    calendar_id: UUID | None = None
    """When its team is at work, unless something says otherwise (app/calendars)."""
    transitions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB, nullable=False)
    """The ways from state to state that are allowed here (queues/transitions.py); none: all."""
    created_at: datetime = instant()


class QueueRight(SQLModel, table=True):
    """What a person, everybody of a role, or whoever stands so to a ticket may do in a queue (SEMANTICS.md 2.6)."""

    __tablename__ = "queue_right"
    __table_args__ = (UniqueConstraint("queue_id", "holder_kind", "holder"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    queue_id: UUID = Field(foreign_key="queue.id", index=True)
    holder_kind: str = Field(max_length=10)
    """`person`, `role` or `relation`."""
    holder: str = Field(max_length=64)
    """A person's id, a role's name or a core.relation.Relation."""
    rights: list[str] = words()


class TicketState(SQLModel, table=True):
    """A state by its local name, and the category that it means (core.events.Category)."""

    __tablename__ = "ticket_state"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=100)
    category: str = Field(max_length=10)
    is_default: bool = False
    """The state that its category falls back to: at most one a category."""
    sort: int = 0
    sla_pause: list[str] = words()
    auto_next_state_id: UUID | None = Field(default=None, foreign_key="ticket_state.id")
    auto_after_seconds: int | None = Field(default=None, sa_type=sa.BigInteger)
    reopen_to_id: UUID | None = Field(default=None, foreign_key="ticket_state.id")
    is_active: bool = True
    created_at: datetime = instant()
