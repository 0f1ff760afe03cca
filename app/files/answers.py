"""What is told of a file."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from app.files.file import Attachment, File, State


class FileAnswer(BaseModel):
    """A file that somebody sent along."""

    id: UUID
    name: str = Field(description="As it was sent.", examples=["invoice.pdf"])
    size_bytes: int
    media_type: str = Field(description="As we see it, whatever its name says.", examples=["application/pdf"])
    sha256: str
    state: State = Field(
        description="pending: waits for the virus scanner. quarantined: it found something; nobody gets it. "
        "unscanned: too large for the scanner; held back."
    )
    created_at: datetime

    @classmethod
    def of(cls, attachment: Attachment, content: File) -> Self:
        """What is told of an attachment and its content."""
        return cls(
            id=attachment.id,
            name=attachment.name,
            size_bytes=content.size_bytes,
            media_type=content.media_type,
            sha256=content.sha256,
            state=content.state,
            created_at=attachment.created_at,
        )


class TextAnswer(BaseModel):
    """The text inside a file."""

    text: str
