"""GET and POST /tickets/new: an agent opens a ticket for a customer, or for themselves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from sqlmodel import col

from app.people.person import Person
from app.policy import can, demand
from app.queues.house import House, house_of
from app.tickets.commands import Open
from app.tickets.decider import handle
from app.web.face import Face
from app.web.field_inputs import PREFIX, Input, about, given, inputs, reader_of
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from app.web.ticket_page import PRIORITY_CHOICES
from app.web.uploads import IDS, Sent, attachments, sent_form
from core.actor import Actor
from core.errors import Invalid, Refusal
from core.ids import new_id

BLANK = {"title": "", "requester": "", "queue": "", "priority": "2", "body": "", "as": "customer", IDS: ""}


def routes(face: Face) -> APIRouter:
    """The form, and what becomes of it. What is typed wrong comes back with what was typed."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets/new")
    def form(request: Request) -> Response:
        """The form; its fields hang on what an address says of queue, priority and other fields."""
        named = {name: text for name, text in request.query_params.items() if name in BLANK or name.startswith(PREFIX)}
        return _form(face, request, demand_actor(request), BLANK | named)

    @router.post("/tickets")
    async def submit(request: Request) -> Response:
        actor = demand_actor(request)
        async with sent_form(request, takes_files=True) as came:
            return await run_in_threadpool(_submit, face, request, actor, came)

    return router


def _submit(face: Face, request: Request, actor: Actor, came: Sent) -> Response:
    typed = BLANK | came.typed
    try:
        typed = BLANK | came.with_files(face, actor)
        with face.database.transaction() as session:
            ticket = handle(session, actor, _asked(session, actor, typed), source="web")
    except Refusal as refusal:
        return _form(face, request, actor, typed, refusal)
    return done(f"/tickets/{ticket.number}", "The ticket is open.", sent=f"draft:{actor.person_id}:new")


def _asked(session: Session, actor: Actor, typed: dict[str, str]) -> Open:
    house = house_of(session)
    queue = next((queue for queue in house.queues.values() if str(queue.id) == typed["queue"]), None)
    if queue is None:
        raise Invalid("Choose a queue.")
    is_customer = not actor.role.is_staff
    if not is_customer:  # before addresses are tried out
        demand(actor, [("create", queue.id)])
    try:
        return Open(
            title=typed["title"].strip(),
            body=typed["body"],
            queue_id=queue.id,
            priority=2 if is_customer else int(typed["priority"]),
            requester_id=None if is_customer else _requester(session, typed["requester"]),
            visibility="internal" if typed["as"] == "note" and not is_customer else "public",
            channel="web" if is_customer else "phone",
            attachments=attachments(typed),
            fields=_fields(session, actor, queue.id, typed),
        )
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError:
        raise Invalid("Choose a priority.") from None


def _fields(session: Session, actor: Actor, queue_id: UUID, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed into the fields that this queue asks for: another queue, chosen last, asks for others."""
    house = house_of(session)
    values = {key: value for key, value in given(typed, house.fields, actor.timezone).items() if value is not None}
    stands = about(house, queue_id, int(typed["priority"]), values)
    shown = inputs(house, stands, typed, reader_of(session, house, actor, values), new=True)
    return {key: value for key, value in values.items() if PREFIX + key in {one.name for one in shown}}


def _requester(session: Session, email: str) -> UUID | None:
    if not email.strip():
        return None
    found = session.execute(
        sa.select(col(Person.id)).where(col(Person.email) == email.strip().lower(), col(Person.is_active))
    ).scalar()
    if found is None:
        raise Invalid(
            f"We know nobody with the address {email.strip()}. Leave it empty, or ask an administrator to add them."
        )
    return found


def _form(
    face: Face, request: Request, actor: Actor, typed: dict[str, str], refusal: Refusal | None = None
) -> Response:
    with face.database.reading() as session:
        house = house_of(session)
        queues = _queues(house, actor)
        asked_for = _field_inputs(session, house, actor, typed, queues)
    return face.pages.page(
        request, "new_ticket.html", status=refusal.status if refusal else 200, here="tickets",
        typed=typed, wrong=refusal.sentence if refusal else "", queues=queues,
        priorities=PRIORITY_CHOICES, command_id=new_id(), field_inputs=asked_for,
    )  # fmt: skip


def _field_inputs(
    session: Session, house: House, actor: Actor, typed: Mapping[str, str], queues: list[tuple[str, str]]
) -> list[Input]:
    """The fields of the queue that is chosen, or of the first; the server asks again when another was chosen."""
    chosen = typed["queue"] or (queues[0][0] if queues else "")
    if chosen not in {queue for queue, _ in queues} or not typed["priority"].isdecimal():
        return []
    values = {key: value for key, value in given(typed, house.fields, actor.timezone).items() if value is not None}
    stands = about(house, UUID(chosen), int(typed["priority"]), values)
    return inputs(house, stands, typed, reader_of(session, house, actor, values), new=True)


def _queues(house: House, actor: Actor) -> list[tuple[str, str]]:
    return [
        (str(queue.id), queue.name)
        for queue in house.queues.values()
        if queue.is_active and can(actor, "create", queue.id)
    ]
