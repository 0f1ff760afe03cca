"""Attaching: uploads of one's own become part of a message, in the transaction of the command that says it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.files.file import Attachment, File
from app.files.keeping import unattached
from app.tickets.command import Command, Upload, WithBody
from core.actor import Actor
from core.errors import NotFound
from core.events import Event, FileAttached


class NoSuchUpload(NotFound):
    """A file that is not there, is somebody else's, or is attached already."""

    code = "no_such_upload"

    def __init__(self) -> None:
        super().__init__("One of the attachments is not there, not yours, or sent already; upload it again.")


def uploads(session: Session, actor: Actor, do: Command) -> Mapping[UUID, Upload]:
    """What a decision may know of the files that the command names. Locks them: a file is attached once."""
    if not isinstance(do, WithBody) or not do.attachments:
        return {}
    found = unattached(session, actor, do.attachments)
    if len(found) != len(set(do.attachments)):
        raise NoSuchUpload
    _wait_for_readers(session, [content.sha256 for _, content in found])
    return {
        attachment.id: Upload(content.sha256, content.size_bytes, content.media_type) for attachment, content in found
    }


def attach(session: Session, events: Sequence[Event]) -> None:
    """Have the rows say what the events say."""
    for event in events:
        if isinstance(event, FileAttached):
            session.execute(
                sa.update(Attachment)
                .where(col(Attachment.id) == event.attachment_id)
                .values(message_id=event.message_id)
            )


def _wait_for_readers(session: Session, hashes: Sequence[str]) -> None:
    """Whoever takes the text out holds the content's row: either they see this attachment, or we see their text."""
    session.execute(
        sa.select(col(File.sha256))
        .where(col(File.sha256).in_(hashes))
        .order_by(col(File.sha256))
        .with_for_update(read=True)
    )
