"""/setup/sla: administrators set up SLA policies, see which open tickets a change would touch, and order them."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.calendars.setup import all_newest
from app.db import driver_of
from app.sla.backfill_job import how_far
from app.sla.policy import Shape
from app.sla.preview import preview
from app.sla.remaining import name_of
from app.sla.reviewing import review_open_tickets
from app.sla.row import SlaPolicy
from app.sla.setup import current, define_policy, draft, newest, set_order
from app.web import sla_form, sla_triggers
from app.web.face import Face
from app.web.field_look import sentence_of
from app.web.pages import demand_actor, done
from app.web.sla_form import PolicyForm, Row
from app.web.ticket_page import staff
from core import clock
from core.errors import Invalid, NotFound, Refusal

MOST_FIELDS = 2_000
STEPS = {"up": -1, "down": 1}


def routes(face: Face) -> APIRouter:
    """The list, the form of each, and their order."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup/sla")
    def overview(request: Request) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            rows = [(row, Shape.model_validate(row.shape)) for row in current(session)]
            clocks = how_far(driver_of(session).execute)
        return face.pages.page(request, "setup_sla.html", here="setup", rows=rows, words=sla_form, clocks=clocks)

    @router.get("/setup/sla/{which}")
    def form(request: Request, which: str) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            before = _known(session, which)
            shown = PolicyForm.of(Shape.model_validate(before.shape)) if before else PolicyForm()
            return _page(face, request, session, before, shown)

    @router.post("/setup/sla/review")
    async def review(request: Request) -> Response:
        policy.demand_admin(demand_actor(request))
        return await run_in_threadpool(_review, face)

    @router.post("/setup/sla/{which}")
    async def save(request: Request, which: str) -> Response:
        policy.demand_admin(demand_actor(request))
        sent = await request.form(max_fields=MOST_FIELDS, max_files=0)
        return await run_in_threadpool(_submit, face, request, which, sent)

    @router.post("/setup/sla/{which}/move")
    async def move(request: Request, which: str) -> Response:
        policy.demand_admin(demand_actor(request))
        sent = await request.form(max_fields=5, max_files=0)
        return await run_in_threadpool(_move, face, request, which, str(sent.get("do")))

    return router


def _submit(face: Face, request: Request, which: str, sent: FormData) -> Response:
    """Keep it, or (`preview`) only look at what it would do."""
    typed, is_look = PolicyForm.read(sent), sent.get("do") == "preview"
    try:
        with face.database.transaction() as session:
            before = _known(session, which)
            shape = typed.shape(Shape.model_validate(before.shape) if before else None)
            if is_look:
                looked = preview(session, draft(session, demand_actor(request), shape, before=before))
                return _page(face, request, session, before, typed, looked=looked)
            row = define_policy(
                session, demand_actor(request), shape, policy_id=before.policy_id if before else None, source="web"
            )
    except (ValidationError, ValueError) as error:
        return _refused(face, request, which, typed, Invalid(sentence_of(error)))
    except Refusal as refusal:
        return _refused(face, request, which, typed, refusal)
    return done(f"/setup/sla/{row.policy_id}", f"{shape.name} is kept as version {row.version}.")


def _refused(face: Face, request: Request, which: str, typed: PolicyForm, refusal: Refusal) -> Response:
    if isinstance(refusal, NotFound) and which != "new":
        raise refusal
    with face.database.reading() as session:
        before = _known(session, which)
        page = _page(face, request, session, before, typed, wrong=refusal.sentence)
    page.status_code = refusal.status
    return page


def _review(face: Face) -> Response:
    with face.database.transaction() as session:
        count = review_open_tickets(session, clock.now())
    return done("/setup/sla", f"{count} open tickets are looked at anew, one by one.")


def _move(face: Face, request: Request, which: str, step: str) -> Response:
    with face.database.transaction() as session:
        known = _known(session, which)
        if known is None:
            raise NotFound("There is no such policy.")
        ids = [row.policy_id for row in current(session)]
        here = ids.index(known.policy_id)
        there = min(max(here + STEPS.get(step, 0), 0), len(ids) - 1)
        ids.insert(there, ids.pop(here))
        set_order(session, demand_actor(request), ids, source="web")
        name = known.shape["name"]
    return done("/setup/sla", f"{name} has its new place.")


def _page(
    face: Face, request: Request, session: Session, before: SlaPolicy | None, shown: PolicyForm, **more: Any
) -> Response:
    calendars = [("", "as the queue"), *[(str(row.calendar_id), row.name) for row in all_newest(session)]]
    people = [(str(one.id), one.name) for one in staff(session)]
    rows = [*shown.rows, *[Row() for _ in range(sla_form.BLANK_ROWS)]]
    return face.pages.page(
        request, "setup_sla_policy.html", here="setup", before=before, form=shown, rows=rows, calendars=calendars,
        words=sla_form, events=sla_triggers, name_of=name_of, people=people, **{"wrong": "", "looked": None, **more},
    )  # fmt: skip


def _known(session: Session, which: str) -> SlaPolicy | None:
    """The policy of an address; None: a new one."""
    if which == "new":
        return None
    try:
        row = newest(session, UUID(which))
    except ValueError:
        row = None
    if row is None:
        raise NotFound("There is no such policy.")
    return row
