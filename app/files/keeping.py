"""Keeping an upload: first the content, then the row that tells of it. Never a row without content.

Upkeep removes contents that no row tells of. Both hold an advisory lock on the hash while they look and act, so that a
content cannot go between being found and being told of. A crash in between leaves a content without a row: garbage.
"""

import unicodedata
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlmodel import col

from app.files.file import Attachment, File
from app.files.spool import Spool
from app.files.store import Store
from app.rest.fields import storable
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.ids import new_id
from etl.failpoint import failpoint

LONGEST_NAME = 255
NAMELESS = "file"
LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 7))"
"""Held on a hash by whoever tells of a content or removes it."""


def keep(session: Session, store: Store, actor: Actor, came: Spool, name: str, *, is_scanned: bool) -> Attachment:
    """The upload as an attachment that belongs to no message yet. The content is in the store already (`put`)."""
    session.connection().exec_driver_sql(LOCK, (came.sha256,))
    if not store.has(came.sha256):  # upkeep was faster, between `put` and the lock
        store.put(came.sha256, came.path)
    failpoint("files.before_row")
    session.execute(_new_content(came, "pending" if is_scanned else "kept"))
    attachment = Attachment(
        id=new_id(), sha256=came.sha256, name=name, uploaded_by=actor.person_id, created_at=clock.now()
    )
    session.add(attachment)
    session.flush()
    return attachment


def put(store: Store, came: Spool) -> None:
    """The content, before any transaction: this is the slow part."""
    came.finish()
    store.put(came.sha256, came.path)


def checked_name(name: str | None) -> str:
    """A name as it was sent, if it can be kept at all. It is data: nothing is cut out of it, nothing is made of it."""
    if not name:
        return NAMELESS
    if len(name) > LONGEST_NAME:
        raise Invalid(f"The file's name is too long; at most {LONGEST_NAME} characters can be kept.")
    if any(unicodedata.category(letter) == "Cs" for letter in name):
        raise Invalid("The file's name is not valid Unicode; rename the file.")
    try:
        return storable(name)
    except ValueError as error:
        raise Invalid(str(error)) from error


def content_of(session: Session, sha256: str) -> File:
    """The row of a content that is there."""
    return session.execute(sa.select(File).where(col(File.sha256) == sha256)).scalar_one()


def unattached(session: Session, actor: Actor, ids: list[UUID]) -> list[tuple[Attachment, File]]:
    """The actor's own uploads among these ids that belong to no message yet, locked until the transaction ends."""
    rows = session.execute(own_uploads(actor, ids).order_by(col(Attachment.id)).with_for_update(of=Attachment))
    return [(attachment, content) for attachment, content in rows]


def own_uploads(actor: Actor, ids: Sequence[UUID]) -> sa.Select[Attachment, File]:
    """The actor's own uploads among these ids that belong to no message yet, with their contents."""
    return (
        sa.select(Attachment, File)
        .join(File, col(File.sha256) == col(Attachment.sha256))
        .where(
            col(Attachment.id).in_(ids),
            col(Attachment.message_id).is_(None),
            col(Attachment.uploaded_by) == actor.person_id,
        )
    )


def _new_content(came: Spool, state: str) -> sa.Insert:
    """A content that is known already only becomes used again."""
    row = insert(File).values(
        sha256=came.sha256, size_bytes=came.size_bytes, media_type=came.media_type, state=state, finding="",
        created_at=clock.now(),
    )  # fmt: skip
    return row.on_conflict_do_update(index_elements=["sha256"], set_={"unused_since": None})
