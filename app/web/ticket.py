"""A ticket's page and its forms. Whoever saw an older version is told what happened meanwhile and keeps their words."""

from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.outgoing.schedule import Wish, schedule
from app.queues.house import house_of
from app.tickets.refusals import CannotBeMentioned, ChildrenAreOpen, MustBeConfirmed
from app.tickets.ticket import Ticket
from app.web.composer import NOTES, later, let_go
from app.web.face import Face
from app.web.field_inputs import PREFIX
from app.web.pages import demand_actor, done
from app.web.thread import thread
from app.web.ticket_forms import FIELDS, asked, do_all, words_of
from app.web.ticket_page import find, sheet, ticket_values
from app.web.times import minute, zone
from app.web.uploads import Sent, sent_form
from app.web.worktime import book_with_message
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotFound, VersionMismatch

SAID = {
    "state": "The state is set.",
    "assignee": "The assignee is set.",
    "queue": "It is in its new queue.",
    "priority": "The priority is set.",
    "title": "The title is changed.",
    "fields": "The fields are set.",
    "tags": "The tags are changed.",
    "snooze": "It sleeps until then.",
    "due": "The due time is set.",
    "messages": "Sent.",
    "watching": "Whether you watch it is set.",
}
ATTEMPTS = {
    "state": "You wanted to set the state",
    "assignee": "You wanted to change the assignee",
    "queue": "You wanted to move it",
    "priority": "You wanted to change the priority",
    "title": "You wanted to change the title",
    "fields": "You wanted to set fields",
    "tags": "You wanted to change the tags",
    "snooze": "You wanted to let it sleep",
    "due": "You wanted to set a due time",
    "messages": "What you wrote",
    "watching": "You wanted to change whether you watch it",
}


def routes(face: Face) -> APIRouter:
    """`GET /tickets/{number}` and one POST for each form on it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets/{number}")
    def ticket_page(request: Request, number: int, draft: str = "") -> HTMLResponse:
        actor = demand_actor(request)
        with face.database.reading() as session:
            values = ticket_values(session, actor, number, _tried(request), draft)
        return face.pages.page(request, "ticket.html", **values)

    @router.post("/tickets/{number}/{form}")
    async def ticket_form(request: Request, number: int, form: str) -> Response:
        actor = demand_actor(request)
        if form not in FIELDS:
            raise NotFound("There is no such form.")
        async with sent_form(request, takes_files=form == "messages") as came:
            return await run_in_threadpool(_submit, face, request, Submission(actor, number, form, came.typed), came)

    return router


def _tried(request: Request) -> dict[str, str]:
    """Values of fields in the address: the form is shown as if the ticket had them (static/desk.js asks so)."""
    return {name: text for name, text in request.query_params.items() if name.startswith(PREFIX)}


@dataclass(frozen=True, slots=True)
class Submission:
    """A form as it came: who sent it, about which ticket, what they typed."""

    actor: Actor
    number: int
    form: str
    typed: dict[str, str]

    @property
    def version(self) -> int:
        """The version of the ticket that the sender saw."""
        try:
            return int(self.typed.get("version", ""))
        except ValueError:
            raise Invalid("This form was not filled in by our page; open the ticket again.") from None

    @property
    def words(self) -> str:
        """What to say when it is done."""
        is_note = self.form == "messages" and self.typed.get("visibility") in NOTES
        return "The note is kept." if is_note else SAID[self.form]


def _submit(face: Face, request: Request, sent: Submission, came: Sent) -> Response:
    sent = replace(sent, typed=came.with_files(face, sent.actor))
    try:
        with face.database.transaction() as session:
            ticket, words = _done(face, session, sent)
    except VersionMismatch:
        return _meanwhile(face, request, sent)
    except (MustBeConfirmed, ChildrenAreOpen, CannotBeMentioned) as refusal:
        question = refusal.details.get("question") or refusal.sentence.partition(";")[0] + "."
        return face.pages.page(
            request, "confirm.html", status=409, here="tickets", number=sent.number, question=question,
            typed=sent.typed, action=f"/tickets/{sent.number}/{sent.form}",
            yes="Keep the note without calling them" if isinstance(refusal, CannotBeMentioned) else "Yes, do it",
        )  # fmt: skip
    draft = f"draft:{sent.actor.person_id}:{ticket.id}" if sent.form == "messages" else ""
    return done(f"/tickets/{ticket.number}", words, sent=draft)


def _done(face: Face, session: Session, sent: Submission) -> tuple[Ticket, str]:
    """What the form asks, and the words for it."""
    wish = _later(face, session, sent) if sent.form == "messages" else None
    if wish:
        asked_of = find(session, sent.actor, sent.number)
        ticket, reply = schedule(session, sent.actor, asked_of.id, wish, expected_version=sent.version, source="web")
        at = minute(reply.send_at, zone(sent.actor.timezone), clock.now())
        words = f"It goes out {at}; until then you can take it back."
    else:
        wanted = asked(session, sent.actor, sent.number, sent.form, sent.typed)
        ticket, words = do_all(session, sent.actor, sent.number, wanted, sent.version), sent.words
    if sent.form == "messages":
        book_with_message(session, sent.actor, sent.number, sent.typed, is_said=wish is None)
        let_go(session, sent.actor, find(session, sent.actor, sent.number), sent.typed)
    return ticket, words


def _later(face: Face, session: Session, sent: Submission) -> Wish | None:
    try:
        return later(session, face.settings, sent.actor, sent.typed)
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError as error:
        raise Invalid("Say when it is to go out, as in 2031-01-31T09:00.") from error


def _meanwhile(face: Face, request: Request, sent: Submission) -> HTMLResponse:
    with face.database.reading() as session:
        ticket = find(session, sent.actor, sent.number)
        entries = thread(session, ticket, house_of(session), sent.actor.scope)
        return face.pages.page(
            request, "meanwhile.html", status=412, here="tickets", ticket=sheet(session, ticket),
            entries=[entry for entry in entries if entry.version > sent.version],
            attempt={name: text for name, text in sent.typed.items() if name != "version"},
            attempt_words=ATTEMPTS[sent.form], action=f"/tickets/{sent.number}/{sent.form}",
        )  # fmt: skip
