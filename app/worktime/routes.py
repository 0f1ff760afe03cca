"""Booked time over HTTP: of a ticket, sums, and the kinds of work."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.audience import demand_staff
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.fields import Instant, Short
from app.rest.page import Page
from app.rest.problem import responses
from app.tickets.queries import seen_ticket
from app.tickets.routes import CHANGED, IfMatch, version_in
from app.tickets.store import keep_later
from app.worktime.activities import activities, define_activity
from app.worktime.book import NewTime, TimeWish, book_time, correct_time, remove_time
from app.worktime.row import Activity, TimeEntry
from app.worktime.sums import By, Sum, sums, time_on, total_of

ANY = responses(401, 403, 404, 422, 503)
of_tickets = APIRouter(prefix=f"{PREFIX}/tickets", tags=["time"], route_class=Route, responses=ANY)
router = APIRouter(prefix=f"{PREFIX}/time", tags=["time"], route_class=Route, responses=ANY)
kinds = APIRouter(prefix=f"{PREFIX}/activities", tags=["time"], route_class=Route, responses=ANY)


class TimeAnswer(BaseModel):
    """Time that somebody booked. `ticket_id` is where: a merged ticket keeps its own."""

    id: UUID
    ticket_id: UUID
    person_id: UUID
    minutes: int
    is_billable: bool
    activity_id: UUID | None
    message_id: UUID | None
    note: str
    worked_at: datetime
    logged_at: datetime

    @classmethod
    def of(cls, entry: TimeEntry) -> Self:
        """What colleagues are told."""
        return cls(**entry.model_dump())


class SumAnswer(BaseModel):
    """A sum of booked time."""

    of_id: UUID | None = Field(description="The person, queue, activity or ticket; null: without an activity.")
    of_date: date | None = Field(None, description="By periods: the first day, in your time zone.")
    entries: int
    minutes: int
    billable_minutes: int

    @classmethod
    def of(cls, one: Sum) -> Self:
        """The same as an answer."""
        return cls(**asdict(one))


class TicketTimeAnswer(BaseModel):
    """All time on a ticket and on those that were merged into it."""

    items: list[TimeAnswer]
    minutes: int
    billable_minutes: int

    @classmethod
    def of(cls, entries: Sequence[TimeEntry]) -> Self:
        """Each entry, and the sum."""
        total = total_of(entries)
        items = [TimeAnswer.of(entry) for entry in entries]
        return cls(items=items, minutes=total.minutes, billable_minutes=total.billable_minutes)


class ActivityWish(BaseModel):
    """A kind of work as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Short
    is_billable: StrictBool = True
    is_active: StrictBool = True


class ActivityAnswer(ActivityWish):
    """A kind of work."""

    id: UUID

    @classmethod
    def of(cls, row: Activity) -> Self:
        """The same as an answer."""
        return cls(**row.model_dump())


@of_tickets.get("/{ticket_id}/time")
def list_time(ask: Reading, ticket_id: UUID) -> TicketTimeAnswer:
    """Time booked on a ticket, with its sum. For colleagues only."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    return TicketTimeAnswer.of(time_on(ask.session, ask.actor, ticket))


@of_tickets.post("/{ticket_id}/time", status_code=201, responses=CHANGED)
def book_ticket_time(ask: Writing, ticket_id: UUID, body: NewTime, if_match: IfMatch = "*") -> TimeAnswer:
    """Book your own time."""
    ticket, entry = book_time(
        ask.session, ask.actor, ticket_id, body,
        expected_version=version_in(if_match), keep=partial(keep_later, ask.batch),
    )  # fmt: skip
    ask.headers["ETag"] = f'"{ticket.version}"'
    return TimeAnswer.of(entry)


@router.put("/{entry_id}", responses=CHANGED)
def correct_ticket_time(ask: Writing, entry_id: UUID, body: TimeWish) -> TimeAnswer:
    """Correct it: your own, or anybody's with `admin` in the queue. Old and new stay in the history."""
    return TimeAnswer.of(correct_time(ask.session, ask.actor, entry_id, body))


@router.delete("/{entry_id}", status_code=204, responses=CHANGED)
def remove_ticket_time(ask: Writing, entry_id: UUID) -> None:
    """Take it away; the history keeps what it was."""
    remove_time(ask.session, ask.actor, entry_id)


@router.get("")
def sum_time(  # noqa: PLR0917 — one parameter a query parameter
    ask: Reading,
    by: By = "person",
    since: Annotated[Instant | None, Query(description="Worked from then on.")] = None,
    until: Annotated[Instant | None, Query(description="This instant is no longer part of it.")] = None,
    queue_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Page[SumAnswer]:
    """Sums of time on the tickets that you see, by person, queue, activity or ticket, the largest first, or by day,
    week or month of your time zone.
    """
    found = sums(ask.session, ask.actor, by=by, since=since, until=until, queue_id=queue_id, person_id=person_id)
    return Page(items=[SumAnswer.of(one) for one in found], next=None)


@kinds.get("")
def list_activities(ask: Reading) -> Page[ActivityAnswer]:
    """The kinds of work."""
    demand_staff(ask.actor)
    return Page(items=[ActivityAnswer.of(row) for row in activities(ask.session)], next=None)


@kinds.post("", status_code=201, responses=responses(409))
def create_activity(ask: Writing, body: ActivityWish) -> ActivityAnswer:
    """Set up a kind of work."""
    return ActivityAnswer.of(define_activity(ask.session, ask.actor, **body.model_dump()))


@kinds.put("/{activity_id}", responses=responses(409))
def change_activity(ask: Writing, activity_id: UUID, body: ActivityWish) -> ActivityAnswer:
    """Change it, or switch it off."""
    return ActivityAnswer.of(define_activity(ask.session, ask.actor, activity_id=activity_id, **body.model_dump()))
