"""GET /audit: what happened to the house, and the proof of it. GET /tickets/{number}/history: all about one ticket."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app import policy
from app.audit.entries import Entry, Wanted, read_entries
from app.audit.proof import ask_for_proof, recent_proofs
from app.audit.routes import Subject
from app.fields.masks import told_payload
from app.tickets.ticket import Ticket
from app.web.audit_lines import lines_of, name_of
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_page import find, sheet
from core.actor import Actor
from core.errors import NotAllowed

PAGE = 50
LONGEST = 500
TOPICS = {
    "": "Everything",
    "session": "Sign-ins",
    "password": "Passwords",
    "export": "Exports",
    "rights": "Rights",
    "person": "People",
    "queue": "Queues",
    "state": "States",
    "organisation": "Organisations",
    "sla": "SLA policies",
    "calendar": "Calendars",
    "activity": "Activities",
    "denominator": "Customers and orders",
    "view_as": "Others' eyes",
    "preferences": "Preferences",
    "agent": "Presence",
    "token": "API tokens",
    "field": "Custom fields",
    "macro": "Macros",
    "canned_reply": "Canned replies",
    "view": "Views",
    "alert": "Alerts",
    "bulk": "Bulk edits",
    "timer": "Timers",
    "import": "Imports",
}


def routes(face: Face) -> APIRouter:
    """For administrators; a ticket's history for everybody inside who can read it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/audit")
    def audit_page(
        request: Request,
        topic: str = "",
        subject: Subject = "",
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    ) -> Response:
        actor = demand_actor(request)
        policy.demand_admin(actor, reading=True)
        with face.database.reading() as session:
            wanted = Wanted(subject=subject, kind=topic if topic in TOPICS else "", before=before, limit=PAGE)
            entries = read_entries(session, wanted)
            lines = lines_of(session, actor, entries[:PAGE])
            proofs = recent_proofs(session)
            name = name_of(session, subject)
        return face.pages.page(
            request, "audit.html", here="audit", lines=lines, proofs=proofs[:5], topic=wanted.kind, topics=TOPICS,
            subject=subject, subject_name=name, older=lines[-1].entry.position if len(entries) > PAGE else None,
            goes_on=any(proof.finished_at is None for proof in proofs),
        )  # fmt: skip

    @router.post("/audit/proofs")
    def prove(request: Request) -> Response:
        actor = demand_actor(request)
        policy.demand_admin(actor)
        with face.database.transaction() as session:
            ask_for_proof(session, actor)
        return done("/audit")

    @router.get("/tickets/{number}/history")
    def history_page(
        request: Request, number: int, before: Annotated[int | None, Query(ge=1, le=2**62)] = None
    ) -> Response:
        actor = demand_actor(request)
        if not actor.scope.internal:
            raise NotAllowed("The history of a ticket is for colleagues.")
        with face.database.reading() as session:
            ticket = find(session, actor, number)
            entries = read_entries(session, Wanted(ticket_id=ticket.id, before=before, limit=LONGEST))
            lines = lines_of(session, actor, _unmasked(actor, ticket, entries[:LONGEST]))
            shown = sheet(session, ticket)
        older = lines[-1].entry.position if len(entries) > LONGEST else None
        return face.pages.page(request, "history.html", here="tickets", ticket=shown, lines=lines, older=older)

    return router


def _unmasked(actor: Actor, ticket: Ticket, entries: Sequence[Entry]) -> list[Entry]:
    """Without custom fields that the actor may not see, and without what tells of notes that they may not read."""
    heard = [one for one in entries if _may_hear(actor, ticket, one)]
    told = [(one, told_payload(actor.scope, ticket.queue_id, one.kind, one.payload)) for one in heard]
    return [replace(one, payload=payload) for one, payload in told if payload is not None]


def _may_hear(actor: Actor, ticket: Ticket, entry: Entry) -> bool:
    """As the API's list of events: length, hash and names of a restricted note are for those who may read it."""
    return actor.scope.reads(entry.payload.get("visibility", "public"), entry.actor_id, ticket)
