"""Who gets a file: whoever may read its message; before it belongs to one, the person who uploaded it."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.files.file import Attachment, File
from app.files.keeping import own_uploads
from app.tickets.shown import may_read
from core.actor import Actor
from core.errors import Conflict, NotFound, Refusal

Seen = tuple[Attachment, File]


class BeingScanned(Conflict):
    """The virus scanner has not looked at it yet."""

    code = "file_is_being_scanned"


class Quarantined(Refusal):
    """The virus scanner found something in it."""

    status = 423
    code = "file_is_quarantined"


class Unscanned(Refusal):
    """It is too large for the virus scanner."""

    status = 423
    code = "file_was_not_scanned"


def seen_file(session: Session, actor: Actor, file_id: UUID) -> Seen:
    """The file, if it exists for this actor."""
    found = session.execute(
        sa.select(Attachment, File)
        .join(File, col(File.sha256) == col(Attachment.sha256))
        .where(col(Attachment.id) == file_id)
    ).one_or_none()
    if found is None or not _exists_for(session, actor, found[0]):
        raise NotFound("There is no such file, or you may not see it.")
    return found[0], found[1]


def _exists_for(session: Session, actor: Actor, attachment: Attachment) -> bool:
    if attachment.message_id is None:
        return attachment.uploaded_by is not None and attachment.uploaded_by == actor.person_id
    return may_read(session, policy.visible(actor), attachment.message_id)


def must_be_clean(content: File) -> None:
    """Refuse what was not scanned yet, and what must never leave."""
    if content.state == "pending":
        raise BeingScanned("The virus scanner has not looked at this file yet; try again in a moment.")
    if content.state == "quarantined":
        raise Quarantined("The virus scanner found something in this file; it is locked away and cannot be opened.")
    if content.state == "unscanned":
        raise Unscanned("This file is too large for the virus scanner; it is held back. Send it in smaller parts.")


def files_of(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, list[Seen]]:
    """What came with messages that the asker may read."""
    files: dict[UUID, list[Seen]] = {}
    if not message_ids:
        return files
    rows = session.execute(
        sa.select(Attachment, File)
        .join(File, col(File.sha256) == col(Attachment.sha256))
        .where(col(Attachment.message_id).in_(message_ids))
        .order_by(col(Attachment.created_at), col(Attachment.id))
    )
    for attachment, content in rows:
        assert attachment.message_id is not None
        files.setdefault(attachment.message_id, []).append((attachment, content))
    return files


def uploads_of(session: Session, actor: Actor, ids: Sequence[UUID]) -> list[Seen]:
    """One's own uploads among these that belong to no message yet, in their order."""
    if not ids:
        return []
    rows = session.execute(own_uploads(actor, ids))
    found = {attachment.id: (attachment, content) for attachment, content in rows}
    return [found[one] for one in dict.fromkeys(ids) if one in found]
