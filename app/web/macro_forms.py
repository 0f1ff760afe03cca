"""/macros and /canned-replies: the list, and a form for each beside which stands what it would do to a ticket."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.audience import demand_staff, may_keep
from app.macros.macro import CannedReply, Macro
from app.macros.placeholders import PLACEHOLDERS, demand_known, filled
from app.macros.routes import MacroWish, ReplyWish
from app.macros.setup import actions_of, all_of, define_macro, define_reply, one_of, remove
from app.queues.house import house_of
from app.web import action_form
from app.web.face import Face
from app.web.macro_words import seen_on, ticket_to_try
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from app.web.uploads import MOST_BYTES, texts
from app.web.views import audience_choices, audience_of
from core.actor import Actor
from core.errors import Invalid, Refusal

MOST_FIELDS = 700
BLANK = dict.fromkeys((*action_form.FIELDS, "name", "body", "for", "try", "rest"), "")
Typed = dict[str, str]
Kept = Macro | CannedReply


@dataclass(frozen=True, slots=True)
class Work:
    """A form that somebody works on. `row_id` None: it is new."""

    sort: "Sort"
    typed: Typed
    row_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """Macros or canned replies: what differs between their pages."""

    path: str
    words: str
    one: Callable[[Session, Actor, UUID], Kept]
    remove: Callable[[Session, Actor, UUID], None]
    typed: Callable[[Session, Actor, Any], Typed]
    look: Callable[[Session, Actor, Typed], dict[str, Any]]
    keep: Callable[[Session, Actor, Typed, UUID | None], Kept]


def routes(face: Face) -> APIRouter:
    """The list; new, change and remove for both sorts."""
    router = APIRouter(include_in_schema=False)

    @router.get("/macros")
    def page(request: Request) -> Response:
        actor = demand_actor(request)
        demand_staff(actor)
        with face.database.reading() as session:
            macros = [
                (macro, action_form.sentences(session, actor, actions_of(macro)))
                for macro in all_of(session, actor, Macro)
            ]
            return face.pages.page(
                request, "macros.html", here="setup", macros=macros, replies=all_of(session, actor, CannedReply),
                whose=lambda kept: _whose(session, kept),
            )  # fmt: skip

    for sort in (MACRO, REPLY):
        _add(router, face, sort)
    return router


def _add(router: APIRouter, face: Face, sort: Sort) -> None:
    @router.get(f"{sort.path}/new", name=f"new {sort.words}")
    def new(request: Request) -> Response:
        demand_staff(demand_actor(request))
        return _form(face, request, Work(sort, BLANK | {"for": "private"}))

    @router.get(f"{sort.path}/{{row_id}}", name=f"change {sort.words}")
    def change(request: Request, row_id: UUID) -> Response:
        actor = demand_actor(request)
        with face.database.reading() as session:
            kept = sort.one(session, actor, row_id)
            typed = {"name": kept.name, "for": str(kept.queue_id or kept.audience), **sort.typed(session, actor, kept)}
        return _form(face, request, Work(sort, BLANK | typed, row_id))

    @router.post(sort.path, name=f"create {sort.words}")
    async def create(request: Request) -> Response:
        return await run_in_threadpool(_submit, face, request, Work(sort, await _typed(request)))

    @router.post(f"{sort.path}/{{row_id}}", name=f"save {sort.words}")
    async def save(request: Request, row_id: UUID) -> Response:
        return await run_in_threadpool(_submit, face, request, Work(sort, await _typed(request), row_id))

    @router.post(f"{sort.path}/{{row_id}}/remove", name=f"remove {sort.words}")
    def take_away(request: Request, row_id: UUID) -> Response:
        with face.database.transaction() as session:
            sort.remove(session, demand_actor(request), row_id)
        return done("/macros", f"The {sort.words} is removed.")


async def _typed(request: Request) -> Typed:
    form = await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)
    rest = ",".join(str(one) for one in form.getlist("rest"))
    return BLANK | texts(form) | {"rest": f"[{rest}]"}


def _submit(face: Face, request: Request, work: Work) -> Response:
    refused: Refusal
    if work.typed.get("do") == "look":
        return _form(face, request, work)
    try:
        with face.database.transaction() as session:
            kept = work.sort.keep(session, demand_actor(request), work.typed, work.row_id)
            return done("/macros", f"{kept.name} is kept.")
    except ValidationError as error:
        refused = Invalid(words_of(error))
    except Refusal as refusal:
        refused = refusal
    return _form(face, request, work, refused)


def _form(face: Face, request: Request, work: Work, refused: Refusal | None = None) -> Response:
    actor, sort, typed, row_id = demand_actor(request), work.sort, work.typed, work.row_id
    demand_staff(actor)
    with face.database.transaction() as session:  # a macro is tried and undone
        kept = sort.one(session, actor, row_id) if row_id else None
        values = {
            "may_keep": kept is None or may_keep(actor, kept),
            "choices": action_form.choices(session, actor, typed),
            "audiences": _audiences(session, actor, typed["for"]),
            **_looked(session, actor, sort, typed),
        }
        return face.pages.page(
            request, "macro_form.html", status=refused.status if refused else 200, here="setup", sort=sort, typed=typed,
            row_id=row_id, wrong=refused.sentence if refused else "", placeholders=PLACEHOLDERS, **values,
        )  # fmt: skip


def _looked(session: Session, actor: Actor, sort: Sort, typed: Typed) -> dict[str, Any]:
    ticket = ticket_to_try(session, actor, typed["try"])
    values = {"ticket": ticket, "number": ticket.number if ticket else "", "title": ticket.title if ticket else ""}
    try:
        return {"lines": [], "rest": [], "seen": None, "text": "", **values, **sort.look(session, actor, typed),
                "looks_wrong": ""}  # fmt: skip
    except Refusal as refusal:
        is_blank = not any(text for name, text in typed.items() if name not in ("for", "name", "do", "try", "rest"))
        return {"lines": [], "rest": [], "seen": None, "text": "", **values,
                "looks_wrong": "" if is_blank else refusal.sentence}  # fmt: skip


def _macro_typed(session: Session, actor: Actor, macro: Macro) -> Typed:
    typed, rest = action_form.typed_of(session, actor, actions_of(macro))
    return typed | {"rest": f"[{','.join(action_form.kept(rest))}]"}


def _look_at_macro(session: Session, actor: Actor, typed: Typed) -> dict[str, Any]:
    actions = action_form.actions_of(session, actor, typed)
    for action in actions:
        if action.do in ("note", "reply"):
            demand_known(action.body)
    bare = {name: text for name, text in typed.items() if name == "rest"}
    rest = action_form.actions_of(session, actor, bare) if typed["rest"] not in ("", "[]") else []
    ticket = ticket_to_try(session, actor, typed["try"])
    return {
        "lines": action_form.sentences(session, actor, actions),
        "rest": list(zip(action_form.kept(rest), action_form.sentences(session, actor, rest), strict=True)),
        "seen": seen_on(session, actor, ticket, actions) if ticket else None,
    }


def _keep_macro(session: Session, actor: Actor, typed: Typed, row_id: UUID | None) -> Macro:
    audience = audience_of(typed["for"])
    actions = action_form.actions_of(session, actor, typed)
    wish = MacroWish(name=typed["name"].strip(), actions=actions, **audience)
    return define_macro(
        session, actor, name=wish.name, actions=wish.actions, macro_id=row_id, source="web", **audience
    )  # fmt: skip


def _look_at_reply(session: Session, actor: Actor, typed: Typed) -> dict[str, Any]:
    demand_known(typed["body"])
    ticket = ticket_to_try(session, actor, typed["try"])
    return {"text": filled(session, actor, ticket, typed["body"]) if ticket else typed["body"]}


def _keep_reply(session: Session, actor: Actor, typed: Typed, row_id: UUID | None) -> CannedReply:
    wish = ReplyWish(name=typed["name"].strip(), body=typed["body"], **audience_of(typed["for"]))
    return define_reply(session, actor, canned_reply_id=row_id, source="web", **wish.model_dump())


def _audiences(session: Session, actor: Actor, chosen: str) -> list[tuple[str, str]]:
    """For whom it can be; whatever it is now is among them."""
    offered = audience_choices(session, actor)
    if chosen in dict(offered):
        return offered
    names = {str(queue.id): f"Everybody who reads {queue.name}" for queue in house_of(session).queues.values()}
    return [*offered, (chosen, names.get(chosen, "Every colleague"))]


def _whose(session: Session, kept: Kept) -> str:
    if kept.audience == "team" and kept.queue_id:
        return house_of(session).queues[kept.queue_id].name
    return "every colleague" if kept.audience == "global" else "only you"


MACRO = Sort(
    "/macros",
    "macro",
    one=lambda session, actor, row_id: one_of(session, actor, Macro, row_id),
    remove=lambda session, actor, row_id: remove(session, actor, Macro, row_id, source="web"),
    typed=_macro_typed,
    look=_look_at_macro,
    keep=_keep_macro,
)
REPLY = Sort(
    "/canned-replies",
    "canned reply",
    one=lambda session, actor, row_id: one_of(session, actor, CannedReply, row_id),
    remove=lambda session, actor, row_id: remove(session, actor, CannedReply, row_id, source="web"),
    typed=lambda session, actor, kept: {"body": kept.body},
    look=_look_at_reply,
    keep=_keep_reply,
)
