"""Pages on which administrators set up queues: name, place, what follows a closed ticket, the ways between states."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.calendars.setup import all_newest
from app.queues.house import House, house_of
from app.queues.queue import Queue
from app.queues.routes import QueueWish
from app.queues.setup import define_queue, set_transitions
from app.queues.transitions import Transition
from app.web.face import Face
from app.web.pages import demand_actor
from app.web.setup_form import form_of, row, text
from app.web.setup_ways import chosen, end, ends, table, told, usual_ways
from core.actor import Actor
from core.errors import Invalid, NotFound, Refusal

FOLLOW_UPS = [
    ("reopen", "opens the ticket again"), ("new", "begins a new, linked ticket"), ("reject", "is refused")
]  # fmt: skip


def routes(face: Face) -> APIRouter:
    """`/setup/queues/{id}` and its forms."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup/queues/{which}")
    def queue_page(request: Request, which: str, way: int = 0) -> HTMLResponse:
        policy.demand_admin(demand_actor(request), reading=True)
        return _page(face, request, which, way=way)

    def again(request: Request, which: str, sent: FormData, refusal: Refusal) -> HTMLResponse:
        return _page(face, request, which, sent, refusal)

    for path, work in (("", _keep_queue), ("/ways", _keep_way), ("/drop", _drop_way)):
        submit = form_of(face, work, again, forgets=work is _keep_queue)
        router.add_api_route(f"/setup/queues/{{which}}{path}", submit, methods=["POST"], name=f"queue{path}")
    return router


def _page(
    face: Face, request: Request, which: str, sent: FormData | None = None, refusal: Refusal | None = None,
    *, way: int = 0,
) -> HTMLResponse:  # fmt: skip
    with face.database.reading() as session:
        house = house_of(session)
        queue = None if which == "new" else row(session, Queue, which)
        ways = house.queues[queue.id].transitions if queue else ()
        states, lines = table(house, ways)
        return face.pages.page(
            request, "setup_queue.html", status=refusal.status if refusal else 200, here="setup", queue=queue,
            typed=_typed(sent) if sent and "name" in sent else _known(queue), follow_ups=FOLLOW_UPS,
            wrong=refusal.sentence if refusal else "", ends=ends(house),
            calendars=_calendars(session, queue), parents=_parents(house, queue),
            rights=[("", "none"), *((right, right.replace("_", " ")) for right in sorted(policy.RIGHTS))],
            ways=[told(house, one) for one in ways], states=states, lines=lines,
            asked=_asked(sent) if sent and "to" in sent else _way(ways, way),
            fields=[("agent", "somebody is responsible"),
                    *((one.key, one.label) for one in house.fields.values() if one.is_active)],
        )  # fmt: skip


def _keep_queue(session: Session, actor: Actor, which: str, sent: FormData) -> str:
    queue = None if which == "new" else row(session, Queue, which)
    typed = _typed(sent)
    wish = QueueWish.model_validate(
        {
            "name": typed["name"],
            "parent_id": typed["parent"] or None,
            "is_active": typed["is_active"],
            "follow_up": typed["follow_up"],
            "reopen_days": int(typed["reopen_days"]) if typed["reopen_days"] else None,
            "calendar_id": typed["calendar_id"] or None,
        }
    )
    kept = define_queue(session, actor, queue_id=queue.id if queue else None, source="web", **wish.model_dump())
    return f"/setup/queues/{kept.id}"


def _keep_way(session: Session, actor: Actor, which: str, sent: FormData) -> str:
    """Add a way, change one (`place` counts from 1), or begin with the usual ones."""
    queue = row(session, Queue, which)
    rules = [*house_of(session).queues[queue.id].transitions]
    if sent.get("do") == "usual":
        rules = rules or usual_ways()
    else:
        asked = _asked(sent)
        way = Transition.model_validate(
            {
                **end("from", asked["from"]),
                **end("to", asked["to"]),
                "right": asked["right"] or None,
                "required_fields": asked["fields"],
                "confirmation": asked["confirmation"] or None,
            }
        )
        place = int(asked["place"] or 0)
        if place > len(rules):
            raise Invalid("Somebody has changed the ways meanwhile; open the page again.")
        if place:
            rules[place - 1] = way
        else:
            rules.append(way)
    set_transitions(session, actor, queue_id=queue.id, rules=rules, source="web")
    return f"/setup/queues/{queue.id}"


def _drop_way(session: Session, actor: Actor, which: str, sent: FormData) -> str:
    queue = row(session, Queue, which)
    rules, place = [*house_of(session).queues[queue.id].transitions], text(sent, "place")
    if not place.isdecimal():
        raise Invalid("This form was not filled in by our page; open it again.")
    if int(place) >= len(rules):
        raise NotFound("There is no such way any more; open the page again.")
    del rules[int(place)]
    set_transitions(session, actor, queue_id=queue.id, rules=rules, source="web")
    return f"/setup/queues/{queue.id}"


def _typed(sent: FormData) -> dict[str, Any]:
    names = ("name", "parent", "follow_up", "reopen_days", "calendar_id")
    return {**{name: text(sent, name) for name in names}, "is_active": bool(sent.get("is_active"))}


def _known(queue: Queue | None) -> dict[str, Any]:
    if queue is None:
        return {
            "name": "",
            "parent": "",
            "follow_up": "reopen",
            "reopen_days": "",
            "calendar_id": "",
            "is_active": True,
        }
    return {
        "name": queue.name,
        "parent": queue.parent_id or "",
        "follow_up": queue.follow_up,
        "reopen_days": "" if queue.reopen_days is None else queue.reopen_days,
        "calendar_id": queue.calendar_id or "",
        "is_active": queue.is_active,
    }


def _asked(sent: FormData) -> dict[str, Any]:
    """A way as it was typed."""
    names = ("from", "to", "right", "confirmation", "place")
    return {**{name: text(sent, name) for name in names}, "fields": [str(one) for one in sent.getlist("fields")]}


def _way(ways: tuple[Transition, ...], number: int) -> dict[str, Any]:
    """The way that is to be changed, as the form shows it; a blank one for none."""
    if not 0 < number <= len(ways):
        return {"from": "", "to": "", "right": "", "confirmation": "", "place": "", "fields": []}
    way = ways[number - 1]
    return {
        "from": chosen(way.from_state_id, way.from_category),
        "to": chosen(way.to_state_id, way.to_category),
        "right": way.right or "",
        "confirmation": way.confirmation or "",
        "place": number,
        "fields": way.required_fields,
    }


def _calendars(session: Session, queue: Queue | None) -> list[tuple[Any, str]]:
    """Those that may be chosen, and the one that is."""
    held = queue.calendar_id if queue else None
    known = [one for one in all_newest(session) if one.is_active or one.calendar_id == held]
    return [("", "none: always"), *((one.calendar_id, one.name) for one in known)]


def _parents(house: House, queue: Queue | None) -> list[tuple[Any, str]]:
    """The queues below which it can stand: not itself, and none that stands below it."""
    others = [one for one in house.queues.values() if queue is None or queue.id not in tuple(house.line(one.id))]
    return [("", "none"), *((one.id, one.name) for one in others)]
