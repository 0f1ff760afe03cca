"""Pages on which administrators set up states, what follows a closed ticket, and the ways that a queue allows."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app import policy
from app.calendars.setup import all_newest
from app.queues.house import House, house_of
from app.queues.queue import Queue, TicketState
from app.queues.routes import QueueWish, StateWish
from app.queues.setup import define_queue, define_state, set_transitions
from app.queues.transitions import Transition
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from app.web.uploads import MOST_BYTES, texts
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.events import Category

HOUR, DAY = 3_600, 86_400
UNITS = [(DAY, "days"), (HOUR, "hours"), (60, "minutes")]
FOLLOW_UPS = [
    ("reopen", "opens it again"), ("new", "begins a new, linked ticket"), ("reject", "is refused")
]  # fmt: skip
MOST_FIELDS = 30
Work = Callable[[Session, Actor, str, dict[str, str]], str]


def routes(face: Face) -> APIRouter:
    """`/setup`, `/setup/states/{id}`, `/setup/queues/{id}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup")
    def overview(request: Request) -> HTMLResponse:
        _must_be_admin(demand_actor(request))
        with face.database.reading() as session:
            house = house_of(session)
        return face.pages.page(request, "setup.html", here="setup", house=house, after=after_words)

    @router.get("/setup/states/{which}")
    def state_page(request: Request, which: str) -> HTMLResponse:
        _must_be_admin(demand_actor(request))
        with face.database.reading() as session:
            state = None if which == "new" else _row(session, TicketState, which)
            return face.pages.page(
                request, "setup_state.html", here="setup", state=state, **_state_values(session, state)
            )

    @router.get("/setup/queues/{which}")
    def queue_page(request: Request, which: str) -> HTMLResponse:
        _must_be_admin(demand_actor(request))
        with face.database.reading() as session:
            queue, house = _row(session, Queue, which), house_of(session)
            return face.pages.page(
                request, "setup_queue.html", here="setup", queue=queue, follow_ups=FOLLOW_UPS, ends=_ends(house),
                calendars=_calendars(session, queue),
                rights=[("", "none"), *((right, right.replace("_", " ")) for right in sorted(policy.RIGHTS))],
                ways=[_told(house, way) for way in house.queues[queue.id].transitions],
            )  # fmt: skip

    for path, work in WORKS.items():
        router.add_api_route(path, _form(face, work), methods=["POST"], name=path)
    return router


def _form(face: Face, work: Work) -> Callable[..., Awaitable[Response]]:
    async def submit(request: Request, which: str) -> Response:
        actor = demand_actor(request)
        _must_be_admin(actor, writing=True)
        typed = texts(await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES))
        return await run_in_threadpool(_submit, face, actor, work, which, typed)

    return submit


def _submit(face: Face, actor: Actor, work: Work, which: str, typed: dict[str, str]) -> Response:
    try:
        with face.database.transaction() as session:
            onward = work(session, actor, which, typed)
            are_rights_touched = work is _keep_queue
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError as error:
        raise Invalid("This form was not filled in by our page; open it again.") from error
    if are_rights_touched:
        face.doorkeeper.forget_all()
    return done(onward, "Kept.")


def _keep_state(session: Session, actor: Actor, which: str, typed: dict[str, str]) -> str:
    before = None if which == "new" else _row(session, TicketState, which)
    amount = typed.get("after", "").strip()
    wish = StateWish.model_validate(
        {
            "name": typed.get("name", "").strip(),
            "category": before.category if before else typed.get("category"),
            "is_default": bool(typed.get("is_default")),
            "sort": int(typed.get("sort") or 0),
            "is_active": bool(typed.get("is_active")),
            "sla_pause": [one.strip() for one in typed.get("sla_pause", "").split(",") if one.strip()],
            "auto_next_state_id": typed.get("auto_next") or None,
            "auto_after_seconds": round(float(amount) * int(typed.get("unit", DAY))) if amount else None,
            "reopen_to_id": typed.get("reopen_to") or None,
        }
    )
    define_state(session, actor, state_id=before.id if before else None, source="web", **wish.model_dump())
    return "/setup"


def _calendars(session: Session, queue: Queue) -> list[tuple[UUID, str]]:
    """Those that may be chosen, and the one that is."""
    known = all_newest(session)
    return [(one.calendar_id, one.name) for one in known if one.is_active or one.calendar_id == queue.calendar_id]


def _keep_queue(session: Session, actor: Actor, which: str, typed: dict[str, str]) -> str:
    queue = _row(session, Queue, which)
    days = typed.get("reopen_days", "").strip()
    wish = QueueWish.model_validate(
        {
            "name": queue.name, "parent_id": queue.parent_id, "is_active": queue.is_active,
            "follow_up": typed.get("follow_up"), "reopen_days": int(days) if days else None,
            "calendar_id": typed.get("calendar_id") or None,
        }
    )  # fmt: skip
    define_queue(session, actor, queue_id=queue.id, source="web", **wish.model_dump())
    return f"/setup/queues/{queue.id}"


def _add_way(session: Session, actor: Actor, which: str, typed: dict[str, str]) -> str:
    queue = _row(session, Queue, which)
    way = Transition.model_validate(
        {
            **_end("from", typed.get("from", "")),
            **_end("to", typed.get("to", "")),
            "right": typed.get("right") or None,
            "required_fields": [one.strip() for one in typed.get("fields", "").split(",") if one.strip()],
            "confirmation": typed.get("confirmation", "").strip() or None,
        }
    )
    rules = [*house_of(session).queues[queue.id].transitions, way]
    set_transitions(session, actor, queue_id=queue.id, rules=rules, source="web")
    return f"/setup/queues/{queue.id}"


def _drop_way(session: Session, actor: Actor, which: str, typed: dict[str, str]) -> str:
    queue = _row(session, Queue, which)
    rules = list(house_of(session).queues[queue.id].transitions)
    place = int(typed.get("place", ""))
    if not 0 <= place < len(rules):
        raise NotFound("There is no such way any more; open the page again.")
    del rules[place]
    set_transitions(session, actor, queue_id=queue.id, rules=rules, source="web")
    return f"/setup/queues/{queue.id}"


WORKS: dict[str, Work] = {
    "/setup/states/{which}": _keep_state,
    "/setup/queues/{which}": _keep_queue,
    "/setup/queues/{which}/ways": _add_way,
    "/setup/queues/{which}/drop": _drop_way,
}


def after_words(seconds: int | None) -> str:
    """`4 days`, `36 hours`; empty for ever."""
    amount, unit = _amount(seconds)
    return f"{amount} {dict(UNITS)[unit]}" if amount else ""


def _amount(seconds: int | None) -> tuple[str, int]:
    if not seconds:
        return "", DAY
    unit = next((unit for unit, _ in UNITS if seconds % unit == 0), 60)
    return f"{seconds / unit:g}", unit


def _state_values(session: Session, state: TicketState | None) -> dict[str, Any]:
    house = house_of(session)
    amount, unit = _amount(state.auto_after_seconds if state else None)
    others = [
        (one.id, one.name) for one in house.states.values() if one.is_active and (not state or one.id != state.id)
    ]
    unsolved = [(one.id, one.name) for one in house.states.values() if one.is_active and one.category.is_unsolved]
    return {
        "categories": [(one.value, one.value.capitalize()) for one in Category],
        "next_states": [("", "the usual one"), *others],
        "reopen_states": [("", "the default open state"), *unsolved],
        "amount": amount,
        "unit": unit,
        "units": UNITS,
    }


def _ends(house: House) -> list[tuple[str, str]]:
    categories = [(f"category:{one.value}", f"any that is {one.value.lower()}") for one in Category]
    return [*categories, *((f"state:{one.id}", one.name) for one in house.states.values() if one.is_active)]


def _end(name: str, text: str) -> dict[str, str]:
    kind, _, value = text.partition(":")
    return {f"{name}_{'state_id' if kind == 'state' else 'category'}": value} if value else {}


def _told(house: House, way: Transition) -> dict[str, str]:
    def words(state_id: UUID | None, category: Category | None) -> str:
        if state_id:
            return house.states[state_id].name
        return f"any that is {category.value.lower()}" if category else "any"

    return {
        "from": words(way.from_state_id, way.from_category),
        "to": words(way.to_state_id, way.to_category),
        "right": way.right or "",
        "fields": ", ".join(way.required_fields),
        "confirmation": way.confirmation or "",
    }


def _row(session: Session, model: type[Any], which: str) -> Any:
    row = session.get(model, UUID(which)) if _is_id(which) else None
    if row is None:
        raise NotFound("There is no such page.")
    return row


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _must_be_admin(actor: Actor, *, writing: bool = False) -> None:
    policy.demand_admin(actor, reading=not writing)
