"""Booked time on pages: of a ticket, with corrections; with a message; and the kinds of work for administrators."""

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

from app import policy
from app.people.person import Person
from app.tickets.ticket import Message, Ticket
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from app.web.ticket_page import find
from app.web.time_card import activity_choices
from app.web.times import local_instant
from app.web.uploads import texts
from app.worktime.activities import activities, define_activity
from app.worktime.book import NewTime, TimeWish, book_time, correct_time, remove_time
from app.worktime.routes import ActivityWish
from app.worktime.row import TimeEntry
from app.worktime.sums import time_on, total_of
from core.actor import Actor
from core.errors import Invalid, NotFound

ODD = "This form was not filled in by our page; open it again."


def routes(face: Face) -> APIRouter:
    """`/tickets/{number}/time`, its forms, and `/activities`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets/{number}/time")
    def page(request: Request, number: int) -> Response:
        actor = demand_actor(request)
        with face.database.reading() as session:
            ticket = find(session, actor, number)
            entries = time_on(session, actor, ticket)
            values = {
                "ticket": ticket, "entries": entries, "total": total_of(entries), **_names(session, entries),
                "may_correct_all": policy.can(actor, "admin", ticket.queue_id, ticket),
                "choices": activity_choices(session),
            }  # fmt: skip
        return face.pages.page(request, "time.html", here="tickets", **values)

    @router.post("/tickets/{number}/time")
    async def book(request: Request, number: int) -> Response:
        typed = texts(await request.form(max_fields=20, max_files=0))
        return await run_in_threadpool(_book, face, demand_actor(request), number, typed)

    @router.post("/time/{entry_id}")
    async def correct(request: Request, entry_id: UUID) -> Response:
        typed = texts(await request.form(max_fields=20, max_files=0))
        return await run_in_threadpool(_correct, face, demand_actor(request), entry_id, typed)

    @router.get("/activities")
    def kinds(request: Request) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            rows = activities(session)
        return face.pages.page(request, "activities.html", here="setup", rows=rows)

    @router.post("/activities")
    async def define(request: Request) -> Response:
        typed = texts(await request.form(max_fields=10, max_files=0))
        return await run_in_threadpool(_define, face, demand_actor(request), typed)

    return router


def book_with_message(session: Session, actor: Actor, number: int, typed: dict[str, str], *, is_said: bool) -> None:
    """The minutes that stand beside a message; of a reply that waits there is no message yet."""
    if not typed.get("minutes", "").strip() or not actor.role.is_staff:
        return
    ticket = find(session, actor, number)
    message_id = _last_said(session, actor) if is_said else None
    wish = NewTime.model_validate({"minutes": _minutes(typed), "message_id": message_id, **_activity(typed)})
    book_time(session, actor, ticket.id, wish, source="web")


def _last_said(session: Session, actor: Actor) -> UUID | None:
    said = sa.select(col(Message.id)).where(col(Message.author_id) == actor.person_id)
    return session.execute(said.order_by(col(Message.id).desc()).limit(1)).scalar()


def _book(face: Face, actor: Actor, number: int, typed: dict[str, str]) -> Response:
    wish = NewTime.model_validate(_wish(actor, typed)) if _is_whole(actor, typed) else None
    if wish is None:
        raise Invalid(ODD)
    with face.database.transaction() as session:
        book_time(session, actor, find(session, actor, number).id, wish, source="web")
    return done(f"/tickets/{number}{_onward(typed)}", "The time is booked.")


def _correct(face: Face, actor: Actor, entry_id: UUID, typed: dict[str, str]) -> Response:
    with face.database.transaction() as session:
        if typed.get("remove"):
            ticket, words = remove_time(session, actor, entry_id, source="web"), "The time is taken away."
        else:
            if not _is_whole(actor, typed):
                raise Invalid(ODD)
            entry = correct_time(session, actor, entry_id, TimeWish.model_validate(_wish(actor, typed)), source="web")
            ticket, words = session.get_one(Ticket, entry.ticket_id), "The time is corrected."
        number = ticket.number
    return done(f"/tickets/{number}/time", words)


def _define(face: Face, actor: Actor, typed: dict[str, str]) -> Response:
    try:
        wish = ActivityWish(
            name=typed.get("name", "").strip(),
            is_billable=bool(typed.get("is_billable")),
            is_active=bool(typed.get("is_active")),
        )
        activity_id = UUID(typed["id"]) if typed.get("id") else None
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError as error:
        raise NotFound("There is no such activity.") from error
    with face.database.transaction() as session:
        define_activity(session, actor, activity_id=activity_id, source="web", **wish.model_dump())
    return done("/activities", f"{wish.name} is saved.")


def _is_whole(actor: Actor, typed: dict[str, str]) -> bool:
    """Refuse with a sentence what cannot be read."""
    try:
        TimeWish.model_validate(_wish(actor, typed))
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError:
        return False
    return True


def _wish(actor: Actor, typed: dict[str, str]) -> dict[str, Any]:
    wish: dict[str, Any] = {"minutes": _minutes(typed), "note": typed.get("note", ""), **_activity(typed)}
    if typed.get("billed") in ("yes", "no"):
        wish["is_billable"] = typed["billed"] == "yes"
    if typed.get("worked_at"):
        wish["worked_at"] = local_instant(typed["worked_at"], actor.timezone)
    return wish


def _activity(typed: dict[str, str]) -> dict[str, Any]:
    return {"activity_id": UUID(typed["activity"])} if typed.get("activity") else {}


def _minutes(typed: dict[str, str]) -> int:
    text = typed.get("minutes", "").strip()
    if not text.isdecimal() or len(text) > 6:
        raise Invalid("Say how many minutes, as a number.")
    return int(text)


def _onward(typed: dict[str, str]) -> str:
    return "/time" if typed.get("back") == "time" else ""


def _names(session: Session, entries: Sequence[TimeEntry]) -> dict[str, Any]:
    people = sa.select(col(Person.id), col(Person.name)).where(
        col(Person.id).in_({entry.person_id for entry in entries})
    )
    tickets = sa.select(col(Ticket.id), col(Ticket.number)).where(
        col(Ticket.id).in_({entry.ticket_id for entry in entries})
    )
    return {
        "people": {row.id: row.name for row in session.execute(people)},
        "numbers": {row.id: row.number for row in session.execute(tickets)},
        "kinds": {row.id: row.name for row in activities(session)},
    }
