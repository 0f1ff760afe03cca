"""GET /health: how far each follower of the ledger has come, in words that need no manual."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from sqlmodel import col

from app.checks.look import EVERY_SECONDS, checks, hours
from app.checks.row import DataCheckHour
from app.db import driver_of
from app.operations import Follower
from app.sla.backfill_job import how_far
from app.web.check_words import check_words
from app.web.face import Face
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


def routes(face: Face) -> APIRouter:
    """For staff: customers have no use for it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    def health(request: Request) -> Response:
        if not demand_actor(request).role.is_staff:
            raise NotAllowed("This page is for those who work here.")
        with face.database.reading() as session:
            return face.pages.page(
                request, "health.html", here="health", parts=read_parts(session), checks=checks(session),
                days=days_of(hours(session)), sees_all=demand_actor(request).scope.everything, every=EVERY_SECONDS,
                clocks=how_far(driver_of(session).execute), check_words=check_words,
            )  # fmt: skip

    return router


@dataclass(frozen=True, slots=True)
class Day:
    """A day of looks at the numbers, hour by hour (UTC)."""

    begins: datetime
    hours: tuple[tuple[int, str], ...]
    """Of each hour its number and how its looks went: `none`, `well` or `broken`."""

    @property
    def words(self) -> str:
        """For those who do not see the strip."""
        broken = sum(mood == "broken" for _, mood in self.hours)
        looked = sum(mood != "none" for _, mood in self.hours)
        return f"{looked} hours looked at, {broken} of them with something wrong"


def days_of(rows: Sequence[DataCheckHour]) -> list[Day]:
    """The hours of each day that has any, the newest day first."""
    moods = {row.hour.astimezone(UTC): "broken" if row.broken else "well" for row in rows}
    begun = sorted({hour.replace(hour=0) for hour in moods}, reverse=True)
    return [Day(day, tuple((n, moods.get(day.replace(hour=n), "none")) for n in range(24))) for day in begun]


def read_parts(session: Session) -> list[Part]:
    """The ledger, then its followers."""
    newest = session.execute(sa.select(sa.func.max(event.c.position))).scalar() or 0
    unplaced = session.execute(sa.select(sa.func.count()).select_from(event_pending)).scalar_one()
    behind = seconds_behind(session)
    ledger = _part("Ledger", newest, unplaced, behind["ledger"])
    followers = session.execute(sa.select(Follower).order_by(col(Follower.name))).scalars()
    return [
        replace(ledger, updated_at=clock.now()),
        *(
            replace(
                _part(NAMES.get(row.name, row.name), row.position, newest - row.position, behind[row.name], row.note),
                updated_at=row.updated_at,
            )
            for row in followers
        ),
    ]


def seconds_behind(session: Session) -> dict[str, float]:
    """For the ledger and each follower: the age of the oldest event that it has not got; 0 when it has all."""
    oldest = session.execute(sa.select(sa.func.min(event_pending.c.recorded_at))).scalar()
    waiting = {"ledger": oldest}
    for row in session.execute(sa.select(col(Follower.name), col(Follower.position))):
        behind = event.c.position > row.position
        first = session.execute(sa.select(event.c.recorded_at).where(behind).order_by(event.c.position).limit(1))
        waiting[row.name] = first.scalar() or oldest
    now = clock.now()
    return {name: max((now - since).total_seconds(), 0.0) if since else 0.0 for name, since in waiting.items()}


def _part(name: str, position: int, events_behind: int, seconds: float, note: str = "") -> Part:
    mood = "stuck" if seconds > STUCK_SECONDS else "late" if seconds > LATE_SECONDS or note else "well"
    words = {"well": "Up to date", "late": "Behind", "stuck": "Far behind"}[mood]
    behind_words = "0 s" if seconds < 1 else span(seconds)
    return Part(name, position, max(events_behind, 0), behind_words, None, mood, note or words)
