"""/setup/denominators: how many customers and orders there are, told, corrected and removed by administrators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.denominators.record import denominators, record, remove
from app.denominators.routes import DenominatorWish
from app.denominators.row import Denominator
from app.web.face import Face
from app.web.pages import demand_actor
from app.web.setup_form import form_of, text
from app.web.times import local_instant
from core.actor import Actor
from core.errors import Invalid, NotFound, Refusal

KINDS = {
    "active_customers": ("Active customers", "Whoever may need help at that time: contracts, accounts, subscribers."),
    "orders_per_day": ("Orders a day", "On an average day of that time."),
}
"""What is counted, and what is meant by it."""

PAGE = "/setup/denominators"
WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(?:[ ,.'’\u00a0\u202f][0-9]{3})+")
"""`4200`, or with marks between the thousands."""


@dataclass(frozen=True, slots=True)
class Told:
    """A count with the time for which it holds; `until` None: until now and on."""

    since: datetime
    until: datetime | None
    count: int


def routes(face: Face) -> APIRouter:
    """The page, and a form for each kind."""
    router = APIRouter(include_in_schema=False)

    @router.get(PAGE)
    def page(request: Request, correct: str = "", since: str = "") -> HTMLResponse:
        policy.demand_admin(demand_actor(request), reading=True)
        return _page(face, request, correct, {"exactly": since})

    def again(request: Request, which: str, sent: FormData, refusal: Refusal) -> HTMLResponse:
        typed = {name: text(sent, name) for name in ("count", "since", "exactly")}
        return _page(face, request, which, typed, refusal)

    router.add_api_route(
        f"{PAGE}/{{which}}", form_of(face, _keep, again), methods=["POST"], name="keep denominator"
    )  # fmt: skip
    return router


def _page(
    face: Face, request: Request, which: str, typed: dict[str, str], refusal: Refusal | None = None
) -> HTMLResponse:
    """Both kinds; in the form of `which` stands what was typed, or the count that is to be corrected."""
    with face.database.reading() as session:
        told = {name: _history(denominators(session), name) for name in KINDS}
    old = next((one for one in told.get(which, ()) if one.since.isoformat() == typed.get("exactly")), None)
    if old is not None:
        typed = {"count": str(old.count), **typed}
    return face.pages.page(
        request, "setup_denominators.html", status=refusal.status if refusal else 200, here="setup", kinds=KINDS,
        told=told, which=which, typed=typed, old=old, wrong=refusal.sentence if refusal else "",
    )  # fmt: skip


def _history(rows: Sequence[Denominator], name: str) -> list[Told]:
    """The newest first."""
    own = [row for row in rows if row.name == name]
    ends = [None, *(row.since for row in own)]
    return [Told(row.since, until, row.count) for row, until in zip(own, ends, strict=False)]


def _keep(session: Session, actor: Actor, which: str, sent: FormData) -> str:
    if which not in KINDS:
        raise NotFound("There is no such page.")
    since = _since(sent, actor.timezone)
    if since and text(sent, "do") == "remove":
        remove(session, actor, name=which, since=since, source="web")
        return PAGE
    wish: dict[str, Any] = {"name": which, "count": _count(text(sent, "count")), "since": since}
    record(session, actor, source="web", **DenominatorWish.model_validate(wish).model_dump())
    return PAGE


def _count(typed: str) -> int:
    if not WHOLE.fullmatch(typed):
        raise Invalid("Say how many there are as a whole number, such as 4200.")
    return int(re.sub(r"[^0-9]", "", typed))


def _since(sent: FormData, zone: str) -> datetime | None:
    """From now on, from a time of the reader's own, or the very instant that is corrected."""
    exactly, local = text(sent, "exactly"), text(sent, "since")
    try:
        if exactly:
            return datetime.fromisoformat(exactly)
        return local_instant(local, zone) if local else None
    except (ValueError, OverflowError):
        raise Invalid("Say from when on as a day and a time, such as 2026-03-01 00:00.") from None
