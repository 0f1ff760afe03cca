"""The row of a reply that is to go out later."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import ids, instant, maybe_instant
from core.ids import new_id


class ScheduledReply(SQLModel, table=True):
    """Words that wait for their time (`held_at` null, and a timer is set) or, held back, for their author."""

    __tablename__ = "scheduled_reply"
    __table_args__ = (
        sa.Index("scheduled_reply_of_ticket", "ticket_id"),
        sa.Index("scheduled_reply_of_author", "author_id", "send_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: UUID = Field(
        sa_column=sa.Column(sa.Uuid, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False)
    )
    author_id: UUID
    body: str = Field(sa_type=sa.Text)
    attachment_ids: list[UUID] = ids()
    """Uploads of the author's; they belong to no message until it is one."""
    channel: str | None = Field(default=None, max_length=20)
    state_id: UUID | None = None
    canned_reply_id: UUID | None = None
    """What it was begun with; no foreign key: it may be gone by then."""
    confirm: bool = False
    unless_customer_writes: bool = True
    asked_at: datetime = instant()
    send_at: datetime = instant()
    held_at: datetime | None = maybe_instant()
    held_code: str = Field(default="", max_length=50)
    """Why it did not go out, for programs."""
    held_words: str = Field(default="", max_length=1000)
    """The same, for its author."""
