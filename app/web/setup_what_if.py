"""/setup/sla/what-if: history under draft policies and calendars, asked from their own forms. For administrators."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.calendars.reading import calendar_of
from app.calendars.setup import newest as newest_calendar
from app.calendars.shape import Shape as CalendarShape
from app.calendars.shape import calendar_from
from app.queues.house import house_of
from app.sla.comparing import Comparison
from app.sla.drafts import Draft, DraftCalendar
from app.sla.policy import Shape
from app.sla.remaining import name_of
from app.sla.setup import current
from app.sla.what_if_job import (
    ask_what_if,
    cancel_what_if,
    delete_what_if,
    differing_tickets,
    what_if_of,
    what_ifs,
)
from app.sla.what_if_row import WhatIf
from app.web import sla_form
from app.web.calendar_forms import week_from
from app.web.calendar_words import week_words
from app.web.face import Face
from app.web.field_look import sentence_of
from app.web.pages import demand_actor, done
from app.web.sla_form import PolicyForm
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotFound

USUAL_DAYS = 90
MOST_FIELDS = 2_000
PAGE = 50


def routes(face: Face) -> APIRouter:
    """The list, a question from a form, and its answer."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup/sla/what-if")
    def overview(request: Request) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            shown = [(row, Comparison.from_json(row.answer) if row.answer else None) for row in what_ifs(session)]
        at_work = any(row.finished_at is None for row, _ in shown)
        return face.pages.page(
            request, "setup_what_if.html", here="setup", shown=shown, share=share, at_work=at_work
        )  # fmt: skip

    @router.post("/setup/sla/what-if")
    async def ask(request: Request) -> Response:
        policy.demand_admin(demand_actor(request))
        sent = await request.form(max_fields=MOST_FIELDS, max_files=0)
        return await run_in_threadpool(_ask, face, demand_actor(request), sent)

    @router.get("/setup/sla/what-if/{what_if_id}")
    def answer(request: Request, what_if_id: UUID, after: int = 0) -> Response:
        actor = demand_actor(request)
        policy.demand_admin(actor, reading=True)
        with face.database.reading() as session:
            row = what_if_of(session, what_if_id)
            return face.pages.page(request, "what_if.html", here="setup", **_shown(session, actor, row, after))

    @router.post("/setup/sla/what-if/{what_if_id}")
    async def change(request: Request, what_if_id: UUID) -> Response:
        policy.demand_admin(demand_actor(request))
        sent = await request.form(max_fields=5, max_files=0)
        return await run_in_threadpool(_change, face, what_if_id, str(sent.get("do")))

    return router


def share(given: float | None) -> str:
    """A share in words; none: nothing fell due."""
    return "–" if given is None else f"{given:.1%}"


def _ask(face: Face, actor: Actor, sent: FormData) -> Response:
    typed = {name: str(value).replace("\0", "") for name, value in sent.items()}
    try:
        with face.database.transaction() as session:
            name, draft = _draft(session, typed, sent)
            since, until = _period(typed, actor.timezone)
            row = ask_what_if(session, actor, draft, name=name, since=since, until=until)
    except (ValidationError, ValueError) as error:
        raise Invalid(sentence_of(error)) from error
    return done(f"/setup/sla/what-if/{row.id}", "The worker replays them.")


def _draft(session: Session, typed: dict[str, str], sent: FormData) -> tuple[str, Draft]:
    if "of_calendar" in typed:
        row = newest_calendar(session, UUID(typed["of_calendar"]))
        if row is None:
            raise NotFound("There is no such calendar.")
        calendar = CalendarShape.of(week_from(typed, calendar_of(row)))
        return row.name, Draft(calendars=[DraftCalendar(calendar_id=row.calendar_id, definition=calendar)])
    policies = {str(row.policy_id): Shape.model_validate(row.shape) for row in current(session)}
    which = typed.get("of_policy", "new")
    if which != "new" and which not in policies:
        raise NotFound("There is no such policy.")
    shape = PolicyForm.read(sent).shape(policies.get(which))
    return shape.name, Draft(policies=list({**policies, which: shape}.values()))


def _period(typed: dict[str, str], zone: str) -> tuple[datetime, datetime]:
    def at(text: str, otherwise: datetime) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) if text else otherwise

    now = clock.now()
    return at(typed.get("what_since", ""), now - timedelta(days=USUAL_DAYS)), at(typed.get("what_until", ""), now)


def _change(face: Face, what_if_id: UUID, deed: str) -> Response:
    with face.database.transaction() as session:
        if deed == "delete":
            delete_what_if(session, what_if_id)
            return done("/setup/sla/what-if", "It is gone.")
        cancel_what_if(session, what_if_id)
    return done(f"/setup/sla/what-if/{what_if_id}", "It stops soon.")


def _shown(session: Session, actor: Actor, row: WhatIf, after: int) -> dict[str, Any]:
    found, draft = Comparison.from_json(row.answer) if row.answer else Comparison(), Draft.model_validate(row.draft)
    hours = [(hour, found.before.hours[str(hour)], found.after.hours[str(hour)]) for hour in range(24)]
    rows = differing_tickets(session, actor, row.id, limit=PAGE + 1, after=max(after, 0))
    tickets = [(number, title, [_clock(one) for one in ticket.clocks]) for number, title, ticket in rows[:PAGE]]
    names = {edition[-1].calendar_id: edition[-1].name for edition in house_of(session).sla.calendars.values()}
    calendars = [(names.get(one.calendar_id, "calendar"), _week(one.definition)) for one in draft.calendars]
    return {
        "row": row, "found": found, "draft": draft, "calendars": calendars, "share": share, "name_of": name_of,
        "words": sla_form, "hours": [one for one in hours if one[1] or one[2]], "tickets": tickets,
        "most": max((max(one[1:]) for one in hours), default=0) or 1,
        "more": tickets[-1][0] if len(rows) > PAGE else None,
    }  # fmt: skip


def _week(shape: CalendarShape) -> str:
    return f"{week_words(calendar_from(shape))} ({shape.zone}, {len(shape.holidays)} holidays)"


def _clock(kept: dict[str, Any]) -> dict[str, Any]:
    due = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("due_before", "due_after")}
    return {**kept, **due}
