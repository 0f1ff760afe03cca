"""GET /health: how far each follower of the ledger has come, in words that need no manual."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from sqlmodel import col

from app.operations import Follower
from app.web.desk import Desk
from app.web.pages import demand_actor
from app.web.times import span
from core import clock
from core.errors import NotAllowed
from core.ledger import event, event_pending

LATE_SECONDS, STUCK_SECONDS = 5, 60
"""INTERFACE.md 3.1: amber, red."""

NAMES = {"lake": "Numbers (the lake)", "search": "Search", "live": "Live pages"}


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the page."""

    name: str
    position: int
    events_behind: int
    seconds_behind_words: str
    updated_at: datetime | None
    mood: str
    words: str


def routes(desk: Desk) -> APIRouter:
    """For staff: customers have no use for it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    def health(request: Request) -> Response:
        if not demand_actor(request).role.is_staff:
            raise NotAllowed("This page is for those who work here.")
        with desk.database.reading() as session:
            parts = read_parts(session)
        return desk.pages.page(request, "health.html", here="health", parts=parts)

    return router


def read_parts(session: Session) -> list[Part]:
    """The ledger, then its followers. Behind is counted from the oldest event that a follower has not applied."""
    newest = session.execute(sa.select(sa.func.max(event.c.position))).scalar() or 0
    pending, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(event_pending.c.recorded_at))
    ).one()
    followers = session.execute(sa.select(Follower).order_by(col(Follower.name))).scalars()
    return [
        _part("Ledger", newest, pending, oldest, clock.now(), ""),
        *(_follower(session, row, newest) for row in followers),
    ]


def _follower(session: Session, row: Follower, newest: int) -> Part:
    waiting_since = session.execute(
        sa.select(event.c.recorded_at).where(event.c.position > row.position).order_by(event.c.position).limit(1)
    ).scalar()
    name = NAMES.get(row.name, row.name.capitalize())
    return _part(name, row.position, max(newest - row.position, 0), waiting_since, row.updated_at, row.note)


def _part(
    name: str, position: int, behind: int, waiting_since: datetime | None, updated_at: datetime, note: Any
) -> Part:
    seconds = (clock.now() - waiting_since).total_seconds() if waiting_since and behind else 0.0
    mood = "stuck" if seconds > STUCK_SECONDS else "late" if seconds > LATE_SECONDS or note else "well"
    words = {"well": "Up to date", "late": "Behind", "stuck": "Far behind"}[mood]
    return Part(name, position, behind, "0 s" if seconds < 1 else span(seconds), updated_at, mood, note or words)
