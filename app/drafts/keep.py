"""Keeping drafts: each save names the version that it saw, so that two tabs do not overwrite each other silently."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.drafts.presence import tell_over, tell_writing
from app.drafts.row import Draft, DraftKind
from app.files.attaching import NoSuchUpload
from app.files.file import Attachment
from app.rest.fields import STORABLE, Storable
from app.tickets.command import MOST_ATTACHMENTS, MOST_CHARS
from app.tickets.queries import seen_ticket
from app.tickets.shown import family
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor
from core.errors import VersionMismatch
from search.document import milliseconds

KINDS: tuple[DraftKind, ...] = get_args(DraftKind)
Visibility = Literal["public", "internal", "restricted"]


class Words(BaseModel):
    """What a draft holds. Without text and files there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: Annotated[str, Field(max_length=MOST_CHARS, json_schema_extra=STORABLE), Storable] = Field(
        description="What was written so far.", examples=["We have corr"]
    )
    restricted: bool = Field(False, description="Of a note: it is to be a restricted one.")
    attachments: list[UUID] = Field(default=[], max_length=MOST_ATTACHMENTS, description="Files of your own.")
    canned_reply_id: UUID | None = Field(None, description="Of a reply: the canned reply that it was begun with.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as its person sees it on a ticket: what they wrote there and on tickets that were merged into it."""

    kind: DraftKind
    body: str = ""
    visibility: Visibility = "internal"
    attachment_ids: tuple[UUID, ...] = ()
    canned_reply_id: UUID | None = None
    version: int = 0
    """0: there is none."""
    rows: tuple[Draft, ...] = ()


def drafts_of(session: Session, actor: Actor, ticket: Ticket) -> list[Kept]:
    """One's own drafts on a ticket that one sees, the newest first."""
    rows = session.execute(_mine(actor, ticket)).scalars().all()
    kept = [_joined(kind, [row for row in rows if row.kind == kind]) for kind in KINDS]
    return sorted((one for one in kept if one.rows), key=lambda one: one.rows[-1].updated_at, reverse=True)


def draft_of(session: Session, actor: Actor, ticket: Ticket, kind: DraftKind, *, to_change: bool = False) -> Kept:
    """One of them, as version 0 if there is none."""
    query = _mine(actor, ticket).where(col(Draft.kind) == kind)
    rows = session.execute(query.with_for_update() if to_change else query).scalars().all()
    return _joined(kind, rows)


def keep_draft(  # noqa: PLR0917 — who, where, what, seen
    session: Session, actor: Actor, ticket_id: UUID, kind: DraftKind, words: Words, expected_version: int | None = None
) -> Kept:
    """Save it. `VersionMismatch` if it is no longer at `expected_version` (0: there was none)."""
    ticket = seen_ticket(session, actor, ticket_id)
    policy.demand_full_agent(actor, is_for_light_agents=kind == "note")
    policy.demand(actor, [(kind, ticket.queue_id)], ticket)
    _must_be_own(session, actor, words.attachments)
    before = draft_of(session, actor, ticket, kind, to_change=True)
    if expected_version not in (None, before.version):
        raise _changed_elsewhere(before)
    if not words.body.strip() and not words.attachments:
        _drop(session, actor, before)
        return Kept(kind)
    return _written(session, actor, ticket, before, words)


def drop_draft(
    session: Session, actor: Actor, ticket: Ticket, kind: DraftKind, expected_version: int | None = None
) -> None:
    """Let go of it: it was sent, or is not wanted."""
    before = draft_of(session, actor, ticket, kind, to_change=True)
    if expected_version not in (None, before.version):
        raise _changed_elsewhere(before)
    _drop(session, actor, before)


def add_to_draft(  # noqa: PLR0917 — who, where, what
    session: Session, actor: Actor, ticket_id: UUID, body: str, attachment_ids: Sequence[UUID],
    canned_reply_id: UUID | None = None,
) -> None:  # fmt: skip
    """Put a reply that was taken back behind what its author has begun meanwhile."""
    mine = (col(Draft.ticket_id) == ticket_id, col(Draft.person_id) == actor.person_id, col(Draft.kind) == "reply")
    row = session.execute(sa.select(Draft).where(*mine).with_for_update()).scalar_one_or_none()
    if row is None:
        assert actor.person_id is not None
        row = Draft(
            ticket_id=ticket_id, person_id=actor.person_id, kind="reply", body="", visibility="public", version=0,
            updated_at=clock.now(),
        )  # fmt: skip
        session.add(row)
    row.body = _both(row.body, body)
    row.attachment_ids = [*dict.fromkeys([*row.attachment_ids, *attachment_ids])]
    row.canned_reply_id = canned_reply_id or row.canned_reply_id
    row.version, row.updated_at = next_version(row.version), clock.now()
    session.flush()


def next_version(before: int) -> int:
    """Behind the one before, and behind that of any draft which was dropped."""
    return max(before + 1, milliseconds(clock.now()))


def _mine(actor: Actor, ticket: Ticket) -> sa.Select[Draft]:
    """Who looks with another person's eyes does not see what that person has begun to write."""
    is_theirs = sa.false() if actor.viewer else col(Draft.person_id) == actor.person_id
    mine = sa.select(Draft).where(col(Draft.ticket_id).in_(family(ticket.id)), is_theirs)
    return mine.order_by(col(Draft.updated_at), col(Draft.ticket_id)).execution_options(populate_existing=True)


def _joined(kind: DraftKind, rows: Sequence[Draft]) -> Kept:
    if not rows:
        return Kept(kind)
    body = ""
    for row in rows:
        body = _both(body, row.body)
    files = dict.fromkeys(one for row in rows for one in row.attachment_ids)
    visibility: Visibility = "public" if kind == "reply" else "internal"
    if any(row.visibility == "restricted" for row in rows):
        visibility = "restricted"
    begun = next((row.canned_reply_id for row in reversed(rows) if row.canned_reply_id), None)
    return Kept(kind, body, visibility, tuple(files), begun, max(row.version for row in rows), tuple(rows))


def _both(one: str, other: str) -> str:
    return f"{one}\n\n{other}" if one and other else one or other


def _written(session: Session, actor: Actor, ticket: Ticket, before: Kept, words: Words) -> Kept:
    """The row on this ticket; what followed it from merged ones is in it now."""
    now = _after_all(session, actor, ticket)
    told_before = max((row.told_at for row in before.rows if row.told_at), default=None)
    told_at = tell_writing(session, actor, ticket, before.kind, told_before)
    values = {
        "body": words.body, "visibility": _visibility(before.kind, words), "attachment_ids": words.attachments,
        "canned_reply_id": words.canned_reply_id if before.kind == "reply" else None,
        "version": next_version(before.version), "updated_at": now, "told_at": told_at,
    }  # fmt: skip
    for row in before.rows:
        session.delete(row)
    session.flush()
    new = insert(Draft).values(ticket_id=ticket.id, person_id=actor.person_id, kind=before.kind, **values)
    made = session.execute(new.on_conflict_do_nothing().returning(col(Draft.version))).scalar()
    if made is None:  # another tab was faster
        raise _changed_elsewhere(draft_of(session, actor, ticket, before.kind))
    return draft_of(session, actor, ticket, before.kind)


def _after_all(session: Session, actor: Actor, ticket: Ticket) -> datetime:
    """Now, and behind one's other drafts here: the one saved last is the newest even if the clock was set back."""
    last = max((row.updated_at for row in session.execute(_mine(actor, ticket)).scalars()), default=None)
    return max(clock.now(), last + timedelta(microseconds=1)) if last else clock.now()


def _drop(session: Session, actor: Actor, before: Kept) -> None:
    for row in before.rows:
        tell_over(session, actor, row)
        session.delete(row)
    session.flush()


def _visibility(kind: DraftKind, words: Words) -> Visibility:
    if kind == "reply":
        return "public"
    return "restricted" if words.restricted else "internal"


def _must_be_own(session: Session, actor: Actor, attachment_ids: Iterable[UUID]) -> None:
    wanted = set(attachment_ids)
    if not wanted:
        return
    own = sa.select(sa.func.count()).where(
        col(Attachment.id).in_(wanted),
        col(Attachment.message_id).is_(None),
        col(Attachment.uploaded_by) == actor.person_id,
    )
    if session.execute(own).scalar_one() != len(wanted):
        raise NoSuchUpload


def _changed_elsewhere(now: Kept) -> VersionMismatch:
    what = "was changed" if now.version else "was sent or dropped"
    return VersionMismatch(f"This draft {what} in another window; read it again, then decide.", version=now.version)
