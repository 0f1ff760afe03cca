"""The box in which somebody writes on a ticket: what it begins with, and whether it is sent now or later."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.drafts.keep import Kept, drafts_of, drop_draft
from app.drafts.row import DraftKind
from app.files.seeing import Seen, uploads_of
from app.mentions.naming import named_in
from app.outgoing.schedule import Wish
from app.people.facts import somebodies
from app.preferences.choose import undo_send_seconds
from app.queues.house import house_of
from app.tickets.ticket import Ticket
from app.web.times import local_instant
from app.web.uploads import attachments
from core.actor import Actor
from core.errors import Invalid
from core.settings import Settings

NOTES = ("internal", "restricted")
"""Who reads a note: all colleagues, or few."""
NOT_OURS = "This form was not filled in by our page; open the ticket again."


@dataclass(frozen=True, slots=True)
class Composer:
    """What stands in the box when the page opens: the newest draft, or what was just typed."""

    body: str = ""
    visibility: str = ""
    kind: str = ""
    """Of the draft that is in the box; empty: none."""
    files: tuple[Seen, ...] = ()
    versions: dict[str, int] | None = None
    others: tuple[Kept, ...] = ()
    """Drafts that are not in the box."""
    begun_with: str = ""
    """The canned reply that was put into the reply, be it in the box or not."""

    @property
    def attachments(self) -> str:
        """The ids of its files, as the form carries them."""
        return ",".join(str(attachment.id) for attachment, _ in self.files)

    @property
    def drafts(self) -> dict[str, dict[str, Any]]:
        """Each kind's version, and the text of those that are not in the box: for desk.js."""
        texts = {one.kind: one.body for one in self.others}
        versions = self.versions or {}
        return {kind: {"version": versions.get(kind, 0), "text": texts.get(kind, "")} for kind in ("reply", "note")}


def composer(session: Session, actor: Actor, ticket: Ticket, wanted: str = "") -> Composer:
    """The box with one's newest draft, or the one of the kind that is asked for."""
    kept = drafts_of(session, actor, ticket)
    shown = next((one for one in kept if one.kind == wanted), kept[0] if kept else None)
    if shown is None:
        return Composer()
    return Composer(
        body=shown.body,
        visibility=shown.visibility,
        kind=shown.kind,
        files=tuple(uploads_of(session, actor, shown.attachment_ids)),
        versions={one.kind: one.version for one in kept},
        others=tuple(one for one in kept if one is not shown),
        begun_with=next((str(one.canned_reply_id) for one in kept if one.canned_reply_id), ""),
    )


def retyped(session: Session, actor: Actor, before: Composer, typed: dict[str, str]) -> Composer:
    """The box as somebody left it; versions are those that they saw."""
    return Composer(
        body=typed.get("body", ""), visibility=typed.get("visibility", ""), kind=typed.get("draft_kind", ""),
        files=tuple(uploads_of(session, actor, attachments(typed))), versions=before.versions, others=before.others,
        begun_with=typed.get("begun_with", ""),
    )  # fmt: skip


def kind_of(typed: dict[str, str]) -> DraftKind:
    """What is being written."""
    return "note" if typed.get("visibility") in NOTES else "reply"


def version_of(typed: dict[str, str]) -> int:
    """The version of the draft that was in the box; 0: there was none."""
    text = typed.get("draft_version", "")
    if not text.isdecimal() or len(text) > 15:
        raise Invalid(NOT_OURS)
    return int(text)


def called(session: Session, actor: Actor, ticket: Ticket, typed: dict[str, str]) -> list[UUID]:
    """The colleagues whom a note calls by name. Whoever confirmed it leaves those out who may not read it."""
    visibility, me = typed.get("visibility", "internal"), actor.person_id
    named = named_in(session, ticket, typed.get("body", ""), visibility=visibility, author_id=me)
    if not typed.get("confirm"):
        return named
    known = somebodies(session, house_of(session), set(named))
    return [one for one in named if known[one].reads(ticket, visibility, me)]


def begun_with(typed: dict[str, str]) -> UUID | None:
    """The canned reply that was put in."""
    try:
        return UUID(typed["begun_with"]) if typed.get("begun_with") else None
    except ValueError:
        raise Invalid(NOT_OURS) from None


def let_go(session: Session, actor: Actor, ticket: Ticket, typed: dict[str, str]) -> None:
    """What was in the box is sent: its draft goes."""
    kind = typed.get("draft_kind")
    if kind in ("reply", "note"):
        drop_draft(session, actor, ticket, "note" if kind == "note" else "reply")


def later(session: Session, settings: Settings, actor: Actor, typed: dict[str, str]) -> Wish | None:
    """How a reply is to go out if not at once: at the time that was chosen, or after the time for second thoughts."""
    if kind_of(typed) == "note" or not actor.role.is_staff:
        return None
    when: dict[str, Any] = {}
    if typed.get("send_at"):
        when["send_at"] = local_instant(typed["send_at"], actor.timezone)
    elif seconds := undo_send_seconds(session, settings, actor):
        when["delay_seconds"] = seconds
    else:
        return None
    state = typed.get("state")
    return Wish(
        body=typed.get("body", ""),
        state_id=UUID(state) if state else None,
        canned_reply_id=begun_with(typed),
        attachments=attachments(typed),
        unless_customer_writes=not typed.get("even_if_written"),
        confirm=bool(typed.get("confirm")),
        **when,
    )
