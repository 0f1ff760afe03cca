"""The row of a mention."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, maybe_instant


class Mention(SQLModel, table=True):
    """One person, called in one message. `seen_at` is theirs alone: no event tells of it."""

    __table_args__ = (
        sa.Index("mention_of_person", "person_id", "mentioned_at", "message_id"),
        sa.Index("mention_unseen", "person_id", postgresql_where=sa.text("seen_at is null")),
        sa.Index("mention_on_ticket", "ticket_id", "person_id"),
    )

    message_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    ticket_id: UUID
    """Where it was written."""
    by_id: UUID | None = None
    mentioned_at: datetime = instant()
    seen_at: datetime | None = maybe_instant()
