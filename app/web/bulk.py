"""/bulk: the same for many tickets. Choose on the list, say what, confirm the number, watch, read the report."""

from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.audience import demand_staff
from app.bulk.asking import MOST_TICKETS, cancel_bulk, job_of, start_bulk
from app.bulk.job import BulkTicket
from app.filters.names import tree_of
from app.filters.sql import clause_of
from app.macros.actions import AnyAction, read_actions, written_actions
from app.macros.macro import Macro
from app.macros.placeholders import PLACEHOLDERS
from app.macros.setup import actions_of as of_macro
from app.macros.setup import all_of, one_of
from app.policy import scope_filter
from app.tickets.ticket import Ticket
from app.web.action_form import FIELDS, actions_of, choices, sentences
from app.web.face import Face
from app.web.field_inputs import PREFIX
from app.web.listing import count
from app.web.pages import demand_actor, done, grouped
from app.web.uploads import MOST_BYTES, texts
from core.actor import Actor
from core.errors import Invalid, Refusal

MOST_FIELDS = 700
MOST_TOLD = 500
"""Lines of the report on the page; the API has all of them."""


def routes(face: Face) -> APIRouter:
    """Choose, confirm, start, watch, cancel."""
    router = APIRouter(include_in_schema=False)

    @router.get("/bulk/new")
    def choose(request: Request, ticket: list[int] = Query([]), q: str = "", every: str = "") -> Response:
        asked = {"q": q if every else "", "ticket": [] if every else [str(number) for number in ticket]}
        return _choose(face, request, dict.fromkeys((*FIELDS, "macro"), "") | asked)

    @router.post("/bulk/confirm")
    async def confirm(request: Request) -> Response:
        return await run_in_threadpool(_confirm, face, request, await _typed(request))

    @router.post("/bulk")
    async def start(request: Request) -> Response:
        return await run_in_threadpool(_start, face, request, await _typed(request))

    @router.get("/bulk/{job_id}")
    def watch(request: Request, job_id: UUID) -> Response:
        return _watch(face, request, job_id)

    @router.post("/bulk/{job_id}/cancel")
    def cancel(request: Request, job_id: UUID) -> Response:
        with face.database.transaction() as session:
            cancel_bulk(session, demand_actor(request), job_id)
        return done(f"/bulk/{job_id}", "It stops before the next ticket.")

    return router


async def _typed(request: Request) -> dict[str, Any]:
    form = await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)
    names = (*FIELDS, "macro", "q", "actions", "total")
    said = {name: text for name, text in texts(form).items() if name in names or name.startswith(PREFIX)}
    return dict.fromkeys(names, "") | said | {"ticket": [str(number) for number in form.getlist("ticket")]}


def _chosen(session: Session, actor: Actor, typed: dict[str, Any]) -> sa.ColumnElement[bool]:
    """The tickets that were ticked, or all that the list's filter finds."""
    if typed["ticket"]:
        numbers = [int(number) for number in typed["ticket"] if number.isdecimal() and len(number) < 19]
        return scope_filter(actor.scope) & col(Ticket.number).in_(numbers)
    if not typed["q"]:
        return sa.false()
    return scope_filter(actor.scope) & clause_of(tree_of(session, actor, typed["q"]))


def _choose(face: Face, request: Request, typed: dict[str, Any], refusal: Refusal | None = None) -> Response:
    actor = demand_actor(request)
    demand_staff(actor)
    with face.database.reading() as session:
        total = count(session, _chosen(session, actor, typed))
        macros = [("", "None"), *((str(macro.id), macro.name) for macro in all_of(session, actor, Macro))]
        offered = choices(session, actor, typed)
    return face.pages.page(
        request, "bulk_new.html", status=refusal.status if refusal else 200, here="tickets", typed=typed,
        total=total, macros=macros, choices=offered, wrong=refusal.sentence if refusal else "",
        placeholders=list(PLACEHOLDERS),
    )  # fmt: skip


def _confirm(face: Face, request: Request, typed: dict[str, Any]) -> Response:
    actor = demand_actor(request)
    demand_staff(actor)
    try:
        with face.database.reading() as session:
            actions = _actions(session, actor, typed)
            total = count(session, _chosen(session, actor, typed))
            if total == 0:
                raise Invalid("No ticket is chosen; tick some on the list.")
            if total > MOST_TICKETS:
                raise Invalid(f"That finds more than {grouped(MOST_TICKETS)} tickets; narrow the filter.")
            lines = sentences(session, actor, actions)
    except Refusal as refusal:
        return _choose(face, request, typed, refusal)
    return face.pages.page(
        request, "bulk_confirm.html", here="tickets", typed=typed, total=total, lines=lines,
        actions=orjson.dumps(written_actions(actions)).decode(),
    )  # fmt: skip


def _actions(session: Session, actor: Actor, typed: dict[str, Any]) -> list[AnyAction]:
    """The macro's actions, then those of the form."""
    said: dict[str, str] = {name: text for name, text in typed.items() if name in FIELDS or name.startswith(PREFIX)}
    if not typed["macro"]:
        return actions_of(session, actor, said)
    try:
        first = of_macro(one_of(session, actor, Macro, UUID(typed["macro"])))
    except ValueError:
        raise Invalid("Choose a macro from the list.") from None
    return first + (actions_of(session, actor, said) if any(said.values()) else [])


def _start(face: Face, request: Request, typed: dict[str, Any]) -> Response:
    """Begin, with the number that was confirmed: if it is another one by now, ask again."""
    actor = demand_actor(request)
    demand_staff(actor)
    try:
        actions = read_actions(orjson.loads(typed["actions"]))
    except (ValidationError, orjson.JSONDecodeError):
        raise Invalid("This form was not filled in by our page; begin at the list.") from None
    with face.database.transaction() as session:
        ids = session.execute(sa.select(col(Ticket.id)).where(_chosen(session, actor, typed)).limit(MOST_TICKETS + 1))
        found = list(ids.scalars())
        if str(len(found)) == typed["total"]:
            job = start_bulk(session, actor, actions, ticket_ids=found, source="web")
            return done(f"/bulk/{job.id}")
        lines = sentences(session, actor, actions)
    return face.pages.page(
        request, "bulk_confirm.html", status=409, here="tickets", typed=typed, total=len(found), lines=lines,
        actions=typed["actions"], was=typed["total"],
    )  # fmt: skip


def _watch(face: Face, request: Request, job_id: UUID) -> Response:
    with face.database.reading() as session:
        actor = demand_actor(request)
        job = job_of(session, actor, job_id)
        told = sa.select(BulkTicket, col(Ticket.title)).join(Ticket, col(Ticket.id) == col(BulkTicket.ticket_id))
        refused = told.where(col(BulkTicket.job_id) == job_id, col(BulkTicket.outcome) == "refused")
        rows = session.execute(refused.order_by(col(BulkTicket.number)).limit(MOST_TOLD)).all()
        lines = sentences(session, actor, read_actions(job.actions["steps"]))
    return face.pages.page(
        request, "bulk_job.html", here="tickets", job=job, rows=rows, lines=lines,
        settled=job.done + job.unchanged + job.refused,
    )  # fmt: skip
