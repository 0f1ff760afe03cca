"""/time: sums of booked time over the tickets that one sees, as a page and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, get_args
from urllib.parse import urlencode
from uuid import UUID

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.audience import demand_staff
from app.audit.exports import note_export
from app.numbers.render import csv
from app.people.person import Person
from app.queues.house import House, house_of
from app.tickets.ticket import Ticket
from app.web.face import Face
from app.web.pages import demand_actor
from app.web.ticket_page import staff
from app.web.times import zone
from app.worktime.activities import activities
from app.worktime.sums import By, Sum, sums
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.spool import spooling

WORDS = {
    "person": "Person", "queue": "Queue", "activity": "Activity", "ticket": "Ticket",
    "day": "Day", "week": "Week", "month": "Month",
}  # fmt: skip


class Asked(BaseModel):
    """The page's address. Both days are part of it; without them it is this month."""

    by: str = Field("person", max_length=10)
    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)
    queue: str = Field("", max_length=36)
    person: str = Field("", max_length=36)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The same, read."""

    by: By
    first: date
    last: date
    queue_id: UUID | None
    person_id: UUID | None

    def instants(self, actor: Actor) -> tuple[datetime, datetime]:
        """The span in the reader's zone."""
        own = zone(actor.timezone)
        return (
            datetime.combine(self.first, time(), own),
            datetime.combine(self.last + timedelta(days=1), time(), own),
        )

    def address(self) -> str:
        """The part of the address behind the question mark."""
        asked = {
            "by": self.by, "since": self.first, "until": self.last,
            "queue": self.queue_id or "", "person": self.person_id or "",
        }  # fmt: skip
        return urlencode(asked)


def routes(face: Face) -> APIRouter:
    """The page and its file."""
    router = APIRouter(include_in_schema=False)

    @router.get("/time")
    def page(request: Request, asked: Annotated[Asked, Query()]) -> Response:
        actor = demand_actor(request)
        demand_staff(actor)
        wanted = read(asked, actor)
        with face.database.reading() as session:
            house = house_of(session)
            found = _sums(session, actor, wanted)
            values: dict[str, Any] = {
                "rows": list(zip(_names(session, house, wanted.by, found), found, strict=True)),
                "queues": [("", "Every queue"), *_queues(house, actor)],
                "people": [("", "Everybody"), *((row.id, row.name) for row in staff(session))],
            }  # fmt: skip
        return face.pages.page(
            request, "time_sums.html", here="time", wanted=wanted, address=wanted.address(), **values,
            may_export=not policy.export_lacks(actor),
            choices=list(WORDS.items()), heading=WORDS[wanted.by], minutes=sum(one.minutes for one in found),
            billable=sum(one.billable_minutes for one in found),
        )  # fmt: skip

    @router.get("/time.csv")
    def file(request: Request, asked: Annotated[Asked, Query()]) -> Response:
        actor = demand_actor(request)
        demand_staff(actor)
        wanted = read(asked, actor)
        with face.database.reading() as session:
            found = _sums(session, actor, wanted)
            names = _names(session, house_of(session), wanted.by, found)
        note_export(face.database, actor, f"booked time by {wanted.by}", "csv", len(found))
        name = f"time-by-{wanted.by}-{wanted.first}-{wanted.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        with spooling() as spool:
            csv([_frame(wanted.by, names, found)], spool.file)
        return StreamingResponse(spool.chunks(), media_type="text/csv; charset=utf-8", headers=headers)

    return router


def read(asked: Asked, actor: Actor) -> Wanted:
    """What the address asks; refused with a sentence where it cannot be read."""
    today = clock.now().astimezone(zone(actor.timezone)).date()
    try:
        first = date.fromisoformat(asked.since) if asked.since else today.replace(day=1)
        last = date.fromisoformat(asked.until) if asked.until else max(today, first)
        ids = [UUID(text) if text else None for text in (asked.queue, asked.person)]
    except ValueError:
        raise Invalid(
            "Say from and until as days, such as 2026-01-31, and choose queue and person from the lists."
        ) from None
    if asked.by not in get_args(By):
        raise Invalid(f"Sums are by {', '.join(get_args(By))}.")
    if not date(1970, 1, 1) <= first <= last < date(9999, 1, 1):
        raise Invalid("The first day must not lie behind the last one.")
    return Wanted(asked.by, first, last, *ids)  # type: ignore[arg-type]


def _sums(session: Session, actor: Actor, wanted: Wanted) -> list[Sum]:
    since, until = wanted.instants(actor)
    return sums(
        session, actor, by=wanted.by, since=since, until=until, queue_id=wanted.queue_id, person_id=wanted.person_id
    )


def _frame(by: By, names: Sequence[str], found: Sequence[Sum]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            by: names, "entries": [one.entries for one in found], "minutes": [one.minutes for one in found],
            "billable_minutes": [one.billable_minutes for one in found],
        },
        schema_overrides={by: pl.String},
    )  # fmt: skip


def _names(session: Session, house: House, by: By, found: Sequence[Sum]) -> list[str]:
    """What people call whatever each sum is of."""
    ids = [one.of_id for one in found]
    known: Mapping[Any, str] = {}
    match by:
        case "person":
            known = dict(_rows(session, sa.select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids))))
        case "queue":
            known = {queue.id: queue.name for queue in house.queues.values()}
        case "activity":
            known = {None: "no activity", **{row.id: row.name for row in activities(session)}}
        case "ticket":
            titled = sa.select(col(Ticket.id), col(Ticket.number), col(Ticket.title)).where(col(Ticket.id).in_(ids))
            known = {row.id: f"#{row.number} {row.title}" for row in session.execute(titled)}
        case _:
            return [str(one.of_date) for one in found]
    return [known[one_id] for one_id in ids]


def _queues(house: House, actor: Actor) -> list[tuple[UUID, str]]:
    return [(queue.id, queue.name) for queue in house.queues.values() if actor.scope.reaches(queue.id)]


def _rows(session: Session, query: sa.Select[UUID, str]) -> list[tuple[UUID, str]]:
    return [(row[0], row[1]) for row in session.execute(query)]
