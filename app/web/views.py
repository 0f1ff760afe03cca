"""GET and POST /views: a form for a saved view, with the number that its filter finds now."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audience import demand_staff
from app.filters.names import tree_of
from app.filters.sql import clause_of
from app.policy import can, is_admin, scope_filter
from app.queues.house import house_of
from app.tickets.ticket import Ticket
from app.views.routes import COLUMNS, ViewWish
from app.views.setup import define_view, remove_view, view_of
from app.web.face import Face
from app.web.listing import MOST_COUNTED, count
from app.web.pages import demand_actor, done, grouped
from app.web.ticket_forms import words_of
from app.web.uploads import MOST_BYTES
from core.actor import Actor
from core.errors import Invalid, Refusal
from search.filter_text import NotUnderstood

MOST_FIELDS = 60
SORTS = [
    ("-updated", "Last changed"),
    ("updated", "Longest unchanged"),
    ("-created", "Newest"),
    ("created", "Oldest"),
    ("-priority", "Most urgent"),
    ("due", "Due first"),
]
ORDERS = {"updated": "updated_at", "created": "created_at", "priority": "priority", "due": "due_at"}
FIRST = 8
"""So many tickets stand beside the form."""
Typed = dict[str, Any]


def routes(face: Face) -> APIRouter:
    """New, change, remove."""
    router = APIRouter(include_in_schema=False)

    @router.get("/views/new")
    def new(request: Request, q: str = "") -> Response:
        demand_staff(demand_actor(request))
        typed = {"name": "", "query": q, "sort": "-updated", "columns": list(COLUMNS), "for": "private"}
        return _form(face, request, typed)

    @router.get("/views/{view_id}")
    def change(request: Request, view_id: UUID) -> Response:
        with face.database.reading() as session:
            view = view_of(session, demand_actor(request), view_id)
        typed = {"name": view.name, "query": view.query, "sort": view.sort, "columns": view.columns}
        return _form(face, request, typed | {"for": str(view.queue_id or view.audience)}, view_id)

    @router.post("/views")
    async def create(request: Request) -> Response:
        return await run_in_threadpool(_save, face, request, await _typed(request), None)

    @router.post("/views/{view_id}")
    async def save(request: Request, view_id: UUID) -> Response:
        return await run_in_threadpool(_save, face, request, await _typed(request), view_id)

    return router


async def _typed(request: Request) -> Typed:
    form = await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)
    texts = {name: str(form.get(name, "")) for name in ("name", "query", "sort", "for", "do")}
    return texts | {"columns": [str(value) for value in form.getlist("columns")]}


def _save(face: Face, request: Request, typed: Typed, view_id: UUID | None) -> Response:
    actor = demand_actor(request)
    if typed["do"] in ("preview", "look"):
        return _form(face, request, typed, view_id)
    try:
        with face.database.transaction() as session:
            if typed["do"] == "remove" and view_id:
                remove_view(session, actor, view_id, source="web")
                return done("/tickets", "The view is removed.")
            wish = ViewWish(
                name=typed["name"].strip(), query=typed["query"], sort=typed["sort"], columns=typed["columns"],
                **audience_of(typed["for"]),
            )  # fmt: skip
            view = define_view(session, actor, view_id=view_id, source="web", **wish.model_dump())
    except ValidationError as error:
        return _form(face, request, typed, view_id, Invalid(words_of(error)))
    except Refusal as refusal:
        return _form(face, request, typed, view_id, refusal)
    return done(f"/tickets?view={view.id}", "The view is saved.")


def _form(
    face: Face, request: Request, typed: Typed, view_id: UUID | None = None, refusal: Refusal | None = None
) -> Response:
    actor = demand_actor(request)
    demand_staff(actor)
    with face.database.reading() as session:
        found, first, wrong = _found(session, actor, typed["query"], typed["sort"])
        audiences = audience_choices(session, actor)
    return face.pages.page(
        request, "view_form.html", status=refusal.status if refusal else 200, here="tickets", typed=typed,
        view_id=view_id, wrong=refusal.sentence if refusal else "", looks_wrong=wrong, found=found, first=first,
        sorts=SORTS, columns=COLUMNS, audiences=audiences,
    )  # fmt: skip


def _found(session: Session, actor: Actor, query: str, sort: str) -> tuple[str, Sequence[Any], str]:
    """How many tickets the filter finds for this reader, the first of them, or what is wrong with it."""
    try:
        wanted = scope_filter(actor.scope) & clause_of(tree_of(session, actor, query))
    except NotUnderstood as refusal:
        return "", (), refusal.sentence
    number = count(session, wanted)
    column = getattr(Ticket, ORDERS.get(sort.removeprefix("-"), "updated_at"))
    order = col(column).desc() if sort.startswith("-") else col(column).nulls_last()
    first = session.execute(
        sa.select(col(Ticket.number), col(Ticket.title)).where(wanted).order_by(order, col(Ticket.id)).limit(FIRST)
    )
    return (f"more than {grouped(MOST_COUNTED)}" if number > MOST_COUNTED else grouped(number)), first.all(), ""


def audience_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """For whom this actor may set something up."""
    teams = [
        (str(queue.id), f"Everybody who reads {queue.name}")
        for queue in house_of(session).queues.values()
        if can(actor, "assign", queue.id)
    ]
    return [("private", "Only me"), *teams, *([("global", "Every colleague")] if is_admin(actor) else [])]


def audience_of(chosen: str) -> dict[str, Any]:
    """An audience from its choice: a queue's id is a team."""
    if chosen in ("private", "global"):
        return {"audience": chosen, "queue_id": None}
    try:
        return {"audience": "team", "queue_id": UUID(chosen)}
    except ValueError:
        raise Invalid("Choose for whom it is.") from None
