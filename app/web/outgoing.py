"""Replies that wait, on pages: one's own list, and what one does with them. Saving a draft by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy.orm import Session
from sqlmodel import col

from app.drafts.keep import Words, keep_draft
from app.outgoing import mine
from app.outgoing.row import ScheduledReply
from app.tickets.ticket import Ticket
from app.web.composer import begun_with, kind_of, retyped, version_of
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_page import find, ticket_values
from app.web.uploads import Sent, attachments, sent_form, texts
from core.actor import Actor
from core.errors import NotFound, VersionMismatch

DEEDS = {
    "send": (mine.send_now, "Sent."),
    "take-back": (mine.take_back, "It is your draft again."),
    "cancel": (mine.cancel, "It is dropped and will not be sent."),
    "hold": (mine.hold, "It is held back; its author decides."),
}


def routes(face: Face) -> APIRouter:
    """`/outgoing`, its buttons, and "Save draft"."""
    router = APIRouter(include_in_schema=False)

    @router.get("/outgoing")
    def page(request: Request) -> Response:
        actor = demand_actor(request)
        with face.database.reading() as session:
            rows = _with_tickets(session, actor, mine.of_author(session, actor))
        return face.pages.page(request, "outgoing_page.html", here="outgoing", rows=rows)

    @router.post("/outgoing/{reply_id}")
    async def deed(request: Request, reply_id: UUID) -> Response:
        typed = texts(await request.form(max_fields=10, max_files=0))
        return await run_in_threadpool(_do, face, demand_actor(request), reply_id, typed)

    @router.post("/tickets/{number}/draft")
    async def draft(request: Request, number: int) -> Response:
        async with sent_form(request, takes_files=True) as came:
            return await run_in_threadpool(_save, face, request, number, came)

    return router


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply of one's own with its ticket, if that can still be seen."""

    reply: ScheduledReply
    number: int | None
    title: str


def _with_tickets(session: Session, actor: Actor, replies: Sequence[ScheduledReply]) -> list[Outgoing]:
    ids = {one.ticket_id for one in replies}
    tickets = {one.id: one for one in session.execute(sa.select(Ticket).where(col(Ticket.id).in_(ids))).scalars()}
    seen = {ticket_id: one for ticket_id, one in tickets.items() if actor.scope.covers(one)}
    return [
        Outgoing(one, seen[one.ticket_id].number, seen[one.ticket_id].title)
        if one.ticket_id in seen
        else Outgoing(one, None, "A ticket that you can no longer see")
        for one in replies
    ]


def _do(face: Face, actor: Actor, reply_id: UUID, typed: dict[str, str]) -> Response:
    if typed.get("deed") not in DEEDS:
        raise NotFound("There is no such form.")
    deed, words = DEEDS[typed["deed"]]
    with face.database.transaction() as session:
        ticket = deed(session, actor, reply_id, source="web")
        number = ticket.number if actor.scope.covers(ticket) else None
    return done(f"/tickets/{number}" if number and typed.get("back") != "list" else "/outgoing", words)


def _save(face: Face, request: Request, number: int, came: Sent) -> Response:
    actor = demand_actor(request)
    typed = came.with_files(face, actor)
    words = Words(
        body=typed.get("body", ""),
        restricted=typed.get("visibility") == "restricted",
        attachments=attachments(typed),
        canned_reply_id=begun_with(typed),
    )
    try:
        with face.database.transaction() as session:
            ticket = find(session, actor, number)
            same = typed.get("draft_kind", "") in ("", kind_of(typed))
            keep_draft(session, actor, ticket.id, kind_of(typed), words, version_of(typed) if same else None)
    except VersionMismatch as refusal:
        return _both(face, request, number, typed, refusal)
    return done(f"/tickets/{number}", "Your draft is kept.")


def _both(face: Face, request: Request, number: int, typed: dict[str, str], refusal: VersionMismatch) -> Response:
    """The other window's text above, one's own in the box: saving again keeps one's own."""
    actor = demand_actor(request)
    with face.database.reading() as session:
        values = ticket_values(session, actor, number)
        other = values["composer"]
        values["composer"] = retyped(session, actor, other, typed)
    values |= {"draft_trouble": refusal.sentence, "draft_elsewhere": other.body}
    return face.pages.page(request, "ticket.html", status=412, **values)
