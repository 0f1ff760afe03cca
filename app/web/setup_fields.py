"""/setup/fields: administrators set up custom fields, see what a new version changes and what agents will see."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.fields.change import NoSuchField
from app.fields.definition import Definition, Shape
from app.fields.order import MOST_PLACE, moved
from app.fields.setup import create_field, define_field, versions
from app.people.person import Person
from app.queues.house import House, house_of
from app.web import field_form, field_words
from app.web.face import Face
from app.web.field_form import BLANK_ROWS, TYPES, FieldForm, key_of, parents
from app.web.field_look import Draft, looked, sentence_of
from app.web.pages import demand_actor, done
from app.web.ticket_page import PRIORITY_CHOICES
from app.web.uploads import MOST_BYTES
from core.actor import Actor
from core.errors import Invalid, Refusal

MOST_FIELDS = 2_000
STEPS = {"up": -1, "down": 1}


def routes(face: Face) -> APIRouter:
    """The list, the form for a new one, the form of each, and their order."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup/fields")
    def overview(request: Request) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            house = house_of(session)
        return face.pages.page(
            request, "setup_fields.html", here="setup", fields=list(house.fields.values()), house=house,
            words=field_words, types=TYPES,
        )  # fmt: skip

    @router.get("/setup/new-field")
    def new(request: Request, kind: str = "") -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        if kind not in TYPES:
            return face.pages.page(request, "setup_field_kinds.html", here="setup", types=TYPES)
        with face.database.reading() as session:
            last = max((one.sort for one in house_of(session).fields.values()), default=0)
        form = FieldForm(type=kind, sort=str(min(last + 10, MOST_PLACE)))
        return _page(face, request, Draft(form, None, FormData()))

    @router.get("/setup/fields/{field_key}")
    def change(request: Request, field_key: str) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            known = _known(house_of(session), field_key)
        return _page(face, request, Draft(FieldForm.of(known), known, FormData()))

    @router.post("/setup/new-field")
    async def create(request: Request) -> Response:
        return await run_in_threadpool(_submit, face, request, None, await _sent(request))

    @router.post("/setup/fields/{field_key}")
    async def save(request: Request, field_key: str) -> Response:
        return await run_in_threadpool(_submit, face, request, field_key, await _sent(request))

    @router.post("/setup/fields/{field_key}/move")
    async def move(request: Request, field_key: str) -> Response:
        return await run_in_threadpool(_move, face, request, field_key, await _sent(request))

    return router


async def _sent(request: Request) -> FormData:
    policy.demand_admin(demand_actor(request))
    return await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)


def _submit(face: Face, request: Request, key: str | None, sent: FormData) -> Response:
    """One step of work on the form; only `save`, `retire` and `restore` keep anything."""
    with face.database.reading() as session:
        known = _known(house_of(session), key) if key else None
    form = FieldForm.read(sent, known)
    step, _, row = str(sent.get("do", "look")).partition(":")
    if step in STEPS and row.isdecimal():
        form = form.moved(int(row), STEPS[step])
    elif step in ("retire", "restore"):
        form = replace(FieldForm.of(known) if known else form, is_active=step == "restore")
    draft = Draft(form, known, sent)
    if step not in ("save", "retire", "restore"):
        return _page(face, request, draft)
    try:
        with face.database.transaction() as session:
            kept = _keep(session, demand_actor(request), form, known)
    except (ValidationError, ValueError) as error:
        return _page(face, request, draft, Invalid(sentence_of(error)))
    except Refusal as refusal:
        return _page(face, request, draft, refusal)
    words = {"retire": "is retired; tickets keep its values", "restore": "is asked for again"}
    return done("/setup/fields", f"{kept.label} {words.get(step, f'is kept as version {kept.version}')}.")


def _keep(session: Session, actor: Actor, form: FieldForm, known: Definition | None) -> Definition:
    shape = form.shape()
    if known:
        return define_field(session, actor, known.key, shape, source="web")
    key = form.key or key_of(form.label, house_of(session).fields)
    Definition(key=key, **shape.model_dump())
    return create_field(session, actor, key, shape, source="web")


def _move(face: Face, request: Request, key: str, sent: FormData) -> Response:
    with face.database.transaction() as session:
        house = house_of(session)
        known = _known(house, key)
        for place, one in moved(list(house.fields.values()), key, STEPS.get(str(sent.get("do")), 0)):
            shape = Shape.model_validate({**one.model_dump(exclude={"key", "version"}), "sort": place})
            define_field(session, demand_actor(request), one.key, shape, source="web")
    return done("/setup/fields", f"{known.label} has its new place.")


RIGHT_CHOICES = [("", "none of its own"), *((right, right.replace("_", " ")) for right in sorted(policy.RIGHTS))]


def _page(face: Face, request: Request, draft: Draft, refusal: Refusal | None = None) -> Response:
    form, known = draft.form, draft.known
    with face.database.reading() as session:
        house = house_of(session)
        seen = looked(session, demand_actor(request), house, draft)
        history = versions(session, known.key)[:20] if known else []
        names = {one.defined_by: name for one in history if (name := _name(session, one.defined_by))}
    return face.pages.page(
        request, "setup_field.html", rights=RIGHT_CHOICES,
        status=refusal.status if refusal else 200, here="setup", form=form, known=known,
        wrong=refusal.sentence if refusal else "", types=TYPES, blank_rows=BLANK_ROWS, house=house, history=history,
        names=names, priorities=PRIORITY_CHOICES, parents=parents(house.fields, form.key),
        other_conditions={name: values for name, values in form.when.items() if _is_typed(house, name)},
        chosen=form.type in field_form.CHOSEN, ranged=form.type in field_form.RANGED, **seen,
    )  # fmt: skip


def _known(house: House, key: str) -> Definition:
    if key not in house.fields:
        raise NoSuchField(key)
    return house.fields[key]


def _is_typed(house: House, name: str) -> bool:
    """A condition on a field without options, which the API can set: it is typed."""
    return name != "priority" and name not in {one.key for one in parents(house.fields, "")}


def _name(session: Session, person_id: Any) -> str:
    person = session.get(Person, person_id) if person_id else None
    return person.name if person else ""
