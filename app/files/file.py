"""Rows: a content, what was attached to which message, and what we made of a content."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, maybe_instant
from core.ids import new_id

State = Literal["kept", "pending", "quarantined", "unscanned"]
"""kept: handed out. pending: the virus scanner has not looked yet. quarantined: it found something; nobody gets it.
unscanned: it is too large for the scanner, and the house holds such files back.
"""


class File(SQLModel, table=True):
    """A content, once, however often it was sent. While this row is there, the store has the content."""

    __table_args__ = (
        sa.Index("file_due", "created_at", postgresql_where=sa.text("state = 'pending' or read_at is null")),
    )

    sha256: str = Field(primary_key=True, max_length=64)
    size_bytes: int = Field(sa_type=sa.BigInteger)
    media_type: str = Field(max_length=100)
    state: str = Field(max_length=12)
    finding: str = Field(default="", max_length=255)
    """What the scanner called it, or why it was not scanned."""
    read_at: datetime | None = maybe_instant()
    """When its text was taken out, or was found not to be there."""
    scanned_with: str | None = Field(default=None, max_length=100)
    """What the scanner said that it knew when it last looked; null: it never did."""
    scanned_at: datetime | None = maybe_instant()
    unused_since: datetime | None = maybe_instant()
    """Since when no message and no upload of the last days needs it; then it has its days of grace."""
    created_at: datetime = instant()


class Attachment(SQLModel, table=True):
    """A file as somebody sent it. Until it belongs to a message, only the one who uploaded it knows of it.

    Which ticket it belongs to is the message's to say: messages may move between tickets.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sha256: str = Field(foreign_key="file.sha256", max_length=64, index=True)
    message_id: UUID | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.Uuid,
            # checked at the end: the message is written last, in one batch with all else of its request
            sa.ForeignKey("message.id", deferrable=True, initially="DEFERRED"),
            index=True,
        ),
    )
    name: str = Field(max_length=255)
    """As it was sent: data to show, never a path."""
    uploaded_by: UUID | None = None
    created_at: datetime = instant()


class FileView(SQLModel, table=True):
    """A picture that we made of a content, kept in the store as well. `view_sha256` null: none could be made."""

    __tablename__ = "file_view"

    sha256: str = Field(primary_key=True, foreign_key="file.sha256", max_length=64)
    kind: str = Field(primary_key=True, max_length=12)
    view_sha256: str | None = Field(default=None, max_length=64, index=True)
    size_bytes: int = Field(default=0, sa_type=sa.BigInteger)
    created_at: datetime = instant()


class FileText(SQLModel, table=True):
    """The text inside a content, for search and preview."""

    __tablename__ = "file_text"

    sha256: str = Field(primary_key=True, foreign_key="file.sha256", max_length=64)
    text: str = Field(sa_type=sa.Text)
