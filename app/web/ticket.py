"""A ticket's page and its forms. Whoever saw an older version is told what happened meanwhile and keeps their words."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from app.queues.house import house_of
from app.web.desk import Desk
from app.web.pages import demand_actor, done
from app.web.ticket_forms import FIELDS, asked, do_all
from app.web.ticket_page import find, sheet, ticket_values
from app.web.thread import thread
from core.actor import Actor
from core.errors import Invalid, NotFound, VersionMismatch

MOST_FIELDS = 20
MOST_BYTES = 2_000_000

SAID = {
    "state": "The state is set.",
    "assignee": "The assignee is set.",
    "queue": "It is in its new queue.",
    "priority": "The priority is set.",
    "title": "The title is changed.",
    "tags": "The tags are changed.",
    "messages": "Sent.",
}
ATTEMPTS = {
    "state": "You wanted to set the state",
    "assignee": "You wanted to change the assignee",
    "queue": "You wanted to move it",
    "priority": "You wanted to change the priority",
    "title": "You wanted to change the title",
    "tags": "You wanted to change the tags",
    "messages": "What you wrote",
}


def routes(desk: Desk) -> APIRouter:
    """`GET /tickets/{number}` and one POST for each form on it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets/{number}")
    def ticket_page(request: Request, number: int) -> HTMLResponse:
        actor = demand_actor(request)
        with desk.database.reading() as session:
            values = ticket_values(session, actor, number)
        return desk.pages.page(request, "ticket.html", **values)

    @router.post("/tickets/{number}/{form}")
    async def ticket_form(request: Request, number: int, form: str) -> Response:
        actor = demand_actor(request)
        if form not in FIELDS:
            raise NotFound("There is no such form.")
        typed = texts(await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES))
        return await run_in_threadpool(_submit, desk, request, actor, number, form, typed)

    return router


def _submit(
    desk: Desk, request: Request, actor: Actor, number: int, form: str, typed: dict[str, str]
) -> Response:
    version = _version(typed)
    try:
        with desk.database.transaction() as session:
            wanted = asked(session, actor, number, form, typed)
            ticket = do_all(session, actor, number, wanted, version)
    except VersionMismatch:
        return _meanwhile(desk, request, actor, number, form, typed, version)
    is_note = typed.get("visibility") == "internal"
    words = "The note is kept." if form == "messages" and is_note else SAID[form]
    sent = f"draft:{actor.person_id}:{ticket.id}" if form == "messages" else ""
    return done(f"/tickets/{number}", words, sent=sent)


def _meanwhile(
    desk: Desk, request: Request, actor: Actor, number: int, form: str, typed: dict[str, str], version: int
) -> HTMLResponse:
    with desk.database.reading() as session:
        ticket = find(session, actor, number)
        since = [entry for entry in thread(session, ticket.id, house_of(session), actor.scope) if entry.version > version]
        return desk.pages.page(
            request, "meanwhile.html", status=412, here="tickets", ticket=sheet(session, ticket), entries=since,
            attempt={name: text for name, text in typed.items() if name != "version"},
            attempt_words=ATTEMPTS[form], action=f"/tickets/{number}/{form}",
        )  # fmt: skip


def texts(form: FormData) -> dict[str, str]:
    """The text fields of a form; line ends as everybody else writes them."""
    return {name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


def _version(typed: dict[str, str]) -> int:
    try:
        return int(typed.get("version", ""))
    except ValueError:
        raise Invalid("This form was not filled in by our page; open the ticket again.") from None
