"""Booking time: the event and its row, together."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlalchemy.orm import Session

from app import policy
from app.rest.fields import STORABLE, Instant, Storable, Whole
from app.tickets import store
from app.tickets.commands import Book, Booked, CorrectBooking, RemoveBooking
from app.tickets.decider import Keep, handle
from app.tickets.shown import may_read
from app.tickets.ticket import Ticket
from app.worktime.activities import active_activity
from app.worktime.row import TimeEntry
from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.ids import new_id

MOST_MINUTES = 24 * 60

Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES, description="How long.", examples=[15]), Whole]
Note = Annotated[str, Field(max_length=500, json_schema_extra=STORABLE), Storable]


class TimeWish(BaseModel):
    """Time as it shall be booked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: Minutes
    activity_id: UUID | None = Field(None, description="The kind of work (GET /api/v1/activities).")
    is_billable: StrictBool | None = Field(None, description="null: as the activity says; without one it is.")
    worked_at: Instant | None = Field(None, description="When it was worked; null: now, or as it was.")
    note: Note = Field("", description="What was done, for colleagues.")


class NewTime(TimeWish):
    """Time to book, perhaps with a message."""

    message_id: UUID | None = Field(None, description="The message that it was spent on.")


def book_time(
    session: Session, actor: Actor, ticket_id: UUID, wish: NewTime, *, expected_version: int | None = None,
    source: str = "api", keep: Keep = store.keep,
) -> tuple[Ticket, TimeEntry]:  # fmt: skip
    """Book one's own time on a ticket."""
    now = clock.now()
    booked = _booked(session, wish, now)
    if wish.message_id and not may_read(session, policy.visible(actor), wish.message_id):
        raise NotFound("There is no such message, or you may not read it.")
    do = Book(entry_id=new_id(now), booked=booked, message_id=wish.message_id)
    ticket = handle(
        session, actor, do, ticket_id=ticket_id, expected_version=expected_version, source=source, keep=keep
    )
    assert actor.person_id is not None
    entry = TimeEntry(
        id=do.entry_id, ticket_id=ticket_id, person_id=actor.person_id, message_id=wish.message_id, note=wish.note,
        logged_at=now, **booked.model_dump(),
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return ticket, entry


def correct_time(session: Session, actor: Actor, entry_id: UUID, wish: TimeWish, *, source: str = "api") -> TimeEntry:
    """Say what it really was: one's own, or with `admin` in the queue anybody's."""
    entry = _seen(session, actor, entry_id)
    booked = _booked(session, wish, entry.worked_at, entry)
    do = CorrectBooking(entry_id=entry.id, person_id=entry.person_id, booked=booked, before=_as_booked(entry))
    handle(session, actor, do, ticket_id=entry.ticket_id, source=source)
    for name, value in booked.model_dump().items():
        setattr(entry, name, value)
    entry.note = wish.note
    session.flush()
    return entry


def remove_time(session: Session, actor: Actor, entry_id: UUID, *, source: str = "api") -> Ticket:
    """Take it away."""
    entry = _seen(session, actor, entry_id)
    do = RemoveBooking(entry_id=entry.id, person_id=entry.person_id, before=_as_booked(entry))
    ticket = handle(session, actor, do, ticket_id=entry.ticket_id, source=source)
    session.delete(entry)
    session.flush()
    return ticket


def _booked(session: Session, wish: TimeWish, usual: datetime, before: TimeEntry | None = None) -> Booked:
    """With what the wish leaves open. An activity that was switched off since may stay."""
    is_kept = before is not None and wish.activity_id == before.activity_id
    activity = active_activity(session, wish.activity_id) if wish.activity_id and not is_kept else None
    is_billable = wish.is_billable
    if is_billable is None:
        is_billable = before.is_billable if before else activity.is_billable if activity else True
    return Booked(
        minutes=wish.minutes, is_billable=is_billable, worked_at=wish.worked_at or usual, activity_id=wish.activity_id
    )


def _as_booked(entry: TimeEntry) -> Booked:
    return Booked(
        minutes=entry.minutes, is_billable=entry.is_billable, worked_at=entry.worked_at, activity_id=entry.activity_id
    )


def _seen(session: Session, actor: Actor, entry_id: UUID) -> TimeEntry:
    """The entry, if the actor sees its ticket as a colleague; the ticket is locked first, as commands do."""
    found = session.get(TimeEntry, entry_id)
    ticket = session.get(Ticket, found.ticket_id, with_for_update=True, populate_existing=True) if found else None
    found = session.get(TimeEntry, entry_id, populate_existing=True) if found else None
    if found is None or ticket is None or not (actor.scope.internal and policy.may_see(actor, ticket)):
        raise NotFound("There is no such time, or you may not see it.")
    return found
