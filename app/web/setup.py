"""Pages on which administrators see all states and queues, and set up states: what they mean and where they lead."""

from typing import Any, get_args
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.queues.house import house_of
from app.queues.queue import TicketState
from app.queues.routes import StateWish
from app.queues.setup import define_state
from app.web.face import Face
from app.web.pages import demand_actor
from app.web.setup_form import form_of, row, text
from core.actor import Actor
from core.errors import Refusal
from core.events import Category
from core.events.sla import SlaMetric

HOUR, DAY = 3_600, 86_400
UNITS = [(DAY, "days"), (HOUR, "hours"), (60, "minutes")]
CLOCKS = {metric: metric.replace("_", " ").capitalize() for metric in get_args(SlaMetric)}
"""What the clocks of SLA targets measure; each may stand still in some states."""


def routes(face: Face) -> APIRouter:
    """`/setup` and `/setup/states/{id}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup")
    def overview(request: Request) -> HTMLResponse:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            house = house_of(session)
        return face.pages.page(request, "setup.html", here="setup", house=house, after=after_words, clocks=CLOCKS)

    @router.get("/setup/states/{which}")
    def state_page(request: Request, which: str) -> HTMLResponse:
        policy.demand_admin(demand_actor(request), reading=True)
        return _state_page(face, request, which)

    def again(request: Request, which: str, sent: FormData, refusal: Refusal) -> HTMLResponse:
        return _state_page(face, request, which, sent, refusal)

    router.add_api_route(
        "/setup/states/{which}", form_of(face, _keep_state, again), methods=["POST"], name="keep state"
    )
    return router


def _state_page(
    face: Face, request: Request, which: str, sent: FormData | None = None, refusal: Refusal | None = None
) -> HTMLResponse:
    with face.database.reading() as session:
        state = None if which == "new" else row(session, TicketState, which)
        return face.pages.page(
            request, "setup_state.html", status=refusal.status if refusal else 200, here="setup", state=state,
            typed=_typed(sent) if sent else _known(state), wrong=refusal.sentence if refusal else "", units=UNITS,
            clocks=CLOCKS, **_choices(session, state),
        )  # fmt: skip


def _keep_state(session: Session, actor: Actor, which: str, sent: FormData) -> str:
    before = None if which == "new" else row(session, TicketState, which)
    typed = _typed(sent)
    wish = StateWish.model_validate(
        {
            **{name: typed[name] for name in ("name", "is_default", "is_active", "sla_pause")},
            "category": before.category if before else typed["category"],
            "sort": int(typed["sort"] or 0),
            "auto_next_state_id": typed["auto_next"] or None,
            "auto_after_seconds": round(float(typed["after"]) * int(typed["unit"])) if typed["after"] else None,
            "reopen_to_id": typed["reopen_to"] or None,
        }
    )
    define_state(session, actor, state_id=before.id if before else None, source="web", **wish.model_dump())
    return "/setup"


def _typed(sent: FormData) -> dict[str, Any]:
    """What was typed, as the form shows it."""
    names = ("name", "category", "sort", "after", "auto_next", "reopen_to")
    others = [one.strip() for one in text(sent, "other_clocks").split(",")]
    return {
        **{name: text(sent, name) for name in names},
        "unit": text(sent, "unit") or str(DAY),
        "is_default": bool(sent.get("is_default")),
        "is_active": bool(sent.get("is_active")),
        "sla_pause": [one for one in (*map(str, sent.getlist("sla_pause")), *others) if one],
    }


def _known(state: TicketState | None) -> dict[str, Any]:
    """A state as it stands, as the form shows it."""
    amount, unit = _amount(state.auto_after_seconds if state else None)
    return {
        "name": state.name if state else "",
        "category": state.category if state else "OPEN",
        "sort": state.sort if state else 0,
        "after": amount,
        "unit": unit,
        "auto_next": (state.auto_next_state_id if state else None) or "",
        "reopen_to": (state.reopen_to_id if state else None) or "",
        "is_default": bool(state and state.is_default),
        "is_active": state is None or state.is_active,
        "sla_pause": state.sla_pause if state else [],
    }


def _choices(session: Session, state: TicketState | None) -> dict[str, list[tuple[UUID | str, str]]]:
    active = [one for one in house_of(session).states.values() if one.is_active]
    return {
        "categories": [(one.value, one.value.capitalize()) for one in Category],
        "next_states": [
            ("", "the usual one"),
            *((one.id, one.name) for one in active if not state or one.id != state.id),
        ],
        "reopen_states": [
            ("", "the usual open state"),
            *((one.id, one.name) for one in active if one.category.is_unsolved),
        ],
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
