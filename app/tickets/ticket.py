"""Rows: a ticket and its messages. Only `evolve` changes a ticket's fields, and only after an event."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, mapping, maybe_instant, people, words
from core.ids import new_id

ticket_number = sa.Sequence("ticket_number", start=1001, metadata=SQLModel.metadata)


class Ticket(SQLModel, table=True):
    """A ticket as it stands: the fold of its events, kept beside them for lists and rules.

    Queues, states, people and organisations are never deleted, and a decision has looked at them; foreign keys to them
    would make every command lock rows that all commands share (docs/decisions/0012).
    """

    __table_args__ = (
        sa.Index(
            "ticket_open",
            "queue_id",
            "created_at",
            postgresql_where=sa.text("category in ('NEW', 'OPEN', 'PENDING', 'HOLD')"),
        ),
        sa.Index(
            "ticket_mine",
            "agent_id",
            "created_at",
            postgresql_where=sa.text("category in ('NEW', 'OPEN', 'PENDING', 'HOLD')"),
        ),
        sa.Index("ticket_newest", "created_at", "id"),
        sa.Index("ticket_touched", "updated_at", "id"),
        sa.Index("ticket_due", "due_at", "id", postgresql_where=sa.text("due_at is not null")),
        *(
            sa.Index(
                f"ticket_{relation}", column, postgresql_using="gin", postgresql_where=sa.text(f"{column} <> '{{}}'")
            )
            for relation, column in (("involved", "involved_ids"), ("watched", "watcher_ids"))
        ),
        sa.Index(
            "ticket_merged_into",
            "merged_into_id",
            postgresql_where=sa.text("merged_into_id is not null"),
        ),
        sa.Index(
            "ticket_external",
            "external_ref",
            unique=True,
            postgresql_where=sa.text("external_ref is not null"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: int = Field(sa_type=sa.BigInteger, unique=True)
    title: str = Field(max_length=500)
    queue_id: UUID
    state_id: UUID
    category: str = Field(max_length=10)
    priority: int = Field(default=2, sa_type=sa.SmallInteger)
    agent_id: UUID | None = None
    requester_id: UUID | None = Field(default=None, index=True)
    organisation_id: UUID | None = Field(default=None, index=True)
    channel: str = Field(max_length=20)
    language: str | None = Field(default=None, max_length=16)
    tags: list[str] = words()
    custom: dict[str, Any] = mapping()
    version: int = 0
    external_ref: str | None = Field(default=None, max_length=255)
    history_complete: bool = True
    created_at: datetime = instant()
    updated_at: datetime = instant()
    first_replied_at: datetime | None = maybe_instant()
    solved_at: datetime | None = maybe_instant()
    closed_at: datetime | None = maybe_instant()
    awaiting_reply_since: datetime | None = maybe_instant()
    """When the oldest public customer message that nobody answered came in."""
    message_count: int = 0
    wakes_at: datetime | None = maybe_instant()
    """When a timer takes it on, if somebody said when; not what its state does by itself after some time."""
    creator_id: UUID | None = None
    """Who opened it."""
    involved_ids: list[UUID] = people()
    """Who of the house ever wrote on it or owned it."""
    watcher_ids: list[UUID] = people()
    merged_into_id: UUID | None = None
    """The ticket that shows its thread."""
    merged_from_state_id: UUID | None = None
    """The state that it had when it was merged."""
    sla_policy_id: UUID | None = None
    sla_policy_version: int | None = None
    """The SLA policy that it is under, as it was when it came under it (app/sla)."""
    due_at: datetime | None = maybe_instant()
    """The earliest due time of its clocks that are not stopped."""
    touched_version: int = 0
    """The version since when only clocks told something: whoever read it then has seen all there is to see."""


class Message(SQLModel, table=True):
    """What somebody wrote. Text lives here, never in events; erasing it leaves every number as it was."""

    __table_args__ = (sa.Index("message_of_ticket", "ticket_id", "created_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: UUID = Field(foreign_key="ticket.id")
    direction: str = Field(max_length=3)
    visibility: str = Field(max_length=10)
    author_id: UUID | None = None
    author_kind: str = Field(max_length=10)
    channel: str = Field(max_length=20)
    is_first: bool = False
    is_auto: bool = False
    body: str = Field(sa_type=sa.Text)
    created_at: datetime = instant()
