"""/macros: setting up macros and canned replies; on a ticket, a macro's preview and its doing, and a text inserted."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.audience import demand_staff
from app.macros.apply import Preview, apply_actions, preview
from app.macros.macro import CannedReply, Macro
from app.macros.placeholders import PLACEHOLDERS, filled
from app.macros.routes import MacroWish, ReplyWish
from app.macros.setup import actions_of, all_of, define_macro, define_reply, one_of, remove
from app.people.person import Person
from app.queues.house import House, house_of
from app.web import action_form
from app.web.composer import retyped
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.sentences import PRIORITIES
from app.web.ticket_forms import words_of
from app.web.ticket_page import find, ticket_values
from app.web.uploads import MOST_BYTES, texts
from app.web.views import audience_choices, audience_of
from core.errors import Invalid, Refusal

MOST_FIELDS = 40
BLANK = dict.fromkeys((*action_form.FIELDS, "name", "body", "for", "id", "what"), "")
FIELD_WORDS = {"state_id": "State", "agent_id": "Assignee", "queue_id": "Queue", "priority": "Priority",
               "tags": "Tags", "custom": "Fields"}  # fmt: skip


def routes(face: Face) -> APIRouter:
    """The page of macros and texts, and what a ticket's page does with them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/macros")
    def page(request: Request) -> Response:
        return _page(face, request, BLANK)

    @router.get("/canned-replies/{reply_id}")
    def change(request: Request, reply_id: UUID) -> Response:
        with face.database.reading() as session:
            reply = one_of(session, demand_actor(request), CannedReply, reply_id)
        typed = {"name": reply.name, "body": reply.body, "for": str(reply.queue_id or reply.audience)}
        return _page(face, request, BLANK | typed | {"id": str(reply.id), "what": "reply"})

    @router.post("/macros")
    async def create_macro(request: Request) -> Response:
        return await run_in_threadpool(_save, face, request, await _typed(request) | {"what": "macro"})

    @router.post("/canned-replies")
    async def create_reply(request: Request) -> Response:
        return await run_in_threadpool(_save, face, request, await _typed(request) | {"what": "reply"})

    @router.post("/macros/{row_id}/remove")
    def remove_macro(request: Request, row_id: UUID) -> Response:
        with face.database.transaction() as session:
            remove(session, demand_actor(request), Macro, row_id, source="web")
        return done("/macros", "The macro is removed.")

    @router.post("/canned-replies/{row_id}/remove")
    def remove_reply(request: Request, row_id: UUID) -> Response:
        with face.database.transaction() as session:
            remove(session, demand_actor(request), CannedReply, row_id, source="web")
        return done("/macros", "The canned reply is removed.")

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


def _page(face: Face, request: Request, typed: dict[str, str], refusal: Refusal | None = None) -> Response:
    actor = demand_actor(request)
    demand_staff(actor)
    with face.database.reading() as session:
        macros = [(macro, action_form.sentences(session, actions_of(macro))) for macro in all_of(session, actor, Macro)]
        replies = all_of(session, actor, CannedReply)
        offered, audiences = action_form.choices(session), audience_choices(session, actor)
    return face.pages.page(
        request, "macros.html", status=refusal.status if refusal else 200, here="tickets", typed=typed, macros=macros,
        replies=replies, choices=offered, audiences=audiences, wrong=refusal.sentence if refusal else "",
        placeholders=list(PLACEHOLDERS),
    )  # fmt: skip


def _save(face: Face, request: Request, typed: dict[str, str]) -> Response:
    actor, name = demand_actor(request), typed["name"].strip()
    try:
        audience = audience_of(typed["for"])
        with face.database.transaction() as session:
            if typed["what"] == "macro":
                wish = MacroWish(name=name, actions=action_form.actions_of(typed), **audience)
                define_macro(session, actor, name=wish.name, actions=wish.actions, source="web", **audience)
            else:
                text = ReplyWish(name=name, body=typed["body"], **audience)
                reply_id = UUID(typed["id"]) if typed["id"] else None
                define_reply(session, actor, canned_reply_id=reply_id, source="web", **text.model_dump())
    except ValidationError as error:
        return _page(face, request, typed, Invalid(words_of(error)))
    except Refusal as refusal:
        return _page(face, request, typed, refusal)
    return done("/macros", f"{name} is saved.")


def _insert(face: Face, request: Request, number: int, typed: dict[str, str]) -> Response:
    """The ticket's page again, with the text behind what was typed: what the button does without JavaScript."""
    actor = demand_actor(request)
    with face.database.reading() as session:
        values = ticket_values(session, actor, number)
        if typed.get("canned"):
            reply = one_of(session, actor, CannedReply, _id(typed["canned"]))
            text = filled(session, actor, find(session, actor, number), reply.body)
            typed["body"] = f"{typed['body']}\n\n{text}".strip()
        values["composer"] = retyped(session, actor, values["composer"], typed)
    return face.pages.page(request, "ticket.html", **values)


def _look(face: Face, request: Request, number: int, macro_id: UUID) -> Response:
    actor = demand_actor(request)
    with face.database.transaction() as session:  # the preview undoes what it tries
        ticket = find(session, actor, number)
        version, title = ticket.version, ticket.title
        macro = one_of(session, actor, Macro, macro_id)
        name, actions = macro.name, actions_of(macro)
        try:
            seen, wrong = preview(session, actor, ticket.id, actions), ""
        except Refusal as refusal:
            seen, wrong = Preview({}, []), refusal.sentence
        changes = [
            (FIELD_WORDS[field], _words(session, field, before), _words(session, field, after))
            for field, (before, after) in seen.changes.items()
        ]
    return face.pages.page(
        request, "macro_preview.html", status=409 if wrong else 200, here="tickets", number=number, title=title,
        version=version, macro_id=macro_id, name=name, changes=changes, messages=seen.messages, wrong=wrong,
    )  # fmt: skip


def _apply(face: Face, request: Request, number: int, typed: dict[str, str]) -> Response:
    actor = demand_actor(request)
    with face.database.transaction() as session:
        ticket = find(session, actor, number)
        macro = one_of(session, actor, Macro, _id(typed.get("macro", "")))
        if not typed.get("version", "").isdecimal():
            raise Invalid("This form was not filled in by our page; open the ticket again.")
        apply_actions(
            session, actor, ticket.id, actions_of(macro), expected_version=int(typed["version"]), source="web"
        )
        words = f"{macro.name}: done."
    return done(f"/tickets/{number}", words)


def _words(session: Session, field: str, value: Any) -> str:
    house: House = house_of(session)
    match field:
        case "state_id":
            return house.states[value].name
        case "queue_id":
            return house.queues[value].name
        case "priority":
            return PRIORITIES[value]
        case "agent_id":
            person = session.get(Person, value) if value else None
            return person.name if person else "nobody"
        case "tags":
            return ", ".join(value) or "none"
        case _:
            return ", ".join(f"{name}: {one}" for name, one in sorted(value.items())) or "none"


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Choose one from the list.") from None
