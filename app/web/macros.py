"""On a ticket: a macro's preview and its doing, and a canned reply inserted."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from app.macros.apply import apply_actions
from app.macros.macro import CannedReply, Macro
from app.macros.placeholders import filled
from app.macros.setup import actions_of, one_of
from app.web.composer import retyped
from app.web.face import Face
from app.web.macro_words import seen_on
from app.web.pages import demand_actor, done
from app.web.ticket_page import find, ticket_values
from app.web.uploads import MOST_BYTES, texts
from core.errors import Invalid

MOST_FIELDS = 40
BLANK = dict.fromkeys(("body", "canned", "macro", "version"), "")


def routes(face: Face) -> APIRouter:
    """What a ticket's page does with macros and canned replies."""
    router = APIRouter(include_in_schema=False)

    @router.post("/tickets/{number}/insert")
    async def insert(request: Request, number: int) -> Response:
        return await run_in_threadpool(_insert, face, request, number, await _typed(request))

    @router.get("/tickets/{number}/macro")
    def look(request: Request, number: int, macro: UUID) -> Response:
        return _look(face, request, number, macro)

    @router.post("/tickets/{number}/macro")
    async def apply(request: Request, number: int) -> Response:
        return await run_in_threadpool(_apply, face, request, number, await _typed(request))

    return router


async def _typed(request: Request) -> dict[str, str]:
    return BLANK | texts(await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES))


def _insert(face: Face, request: Request, number: int, typed: dict[str, str]) -> Response:
    """The ticket's page again, with the text behind what was typed: what the button does without JavaScript."""
    actor = demand_actor(request)
    with face.database.reading() as session:
        values = ticket_values(session, actor, number)
        if typed.get("canned"):
            reply = one_of(session, actor, CannedReply, _id(typed["canned"]))
            text = filled(session, actor, find(session, actor, number), reply.body)
            typed["body"] = f"{typed['body']}\n\n{text}".strip()
            typed["begun_with"] = str(reply.id)
        values["composer"] = retyped(session, actor, values["composer"], typed)
    return face.pages.page(request, "ticket.html", **values)


def _look(face: Face, request: Request, number: int, macro_id: UUID) -> Response:
    actor = demand_actor(request)
    with face.database.transaction() as session:  # the preview undoes what it tries
        ticket = find(session, actor, number)
        version, title = ticket.version, ticket.title
        macro = one_of(session, actor, Macro, macro_id)
        name, actions = macro.name, actions_of(macro)
        seen = seen_on(session, actor, ticket, actions)
    return face.pages.page(
        request, "macro_preview.html", status=409 if seen.wrong else 200, here="tickets", number=number, title=title,
        version=version, macro_id=macro_id, name=name, changes=seen.changes, messages=seen.messages, wrong=seen.wrong,
    )  # fmt: skip


def _apply(face: Face, request: Request, number: int, typed: dict[str, str]) -> Response:
    actor = demand_actor(request)
    with face.database.transaction() as session:
        ticket = find(session, actor, number)
        macro = one_of(session, actor, Macro, _id(typed.get("macro", "")))
        if not typed.get("version", "").isdecimal():
            raise Invalid("This form was not filled in by our page; open the ticket again.")
        apply_actions(
            session, actor, ticket.id, actions_of(macro), expected_version=int(typed["version"]), source="web",
            macro_id=macro.id,
        )  # fmt: skip
        words = f"{macro.name}: done."
    return done(f"/tickets/{number}", words)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose one from the list.") from None
