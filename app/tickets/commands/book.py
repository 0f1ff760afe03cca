"""Book: time that people worked on a ticket, its corrections and its removal."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.tickets.command import Command, Now, decide, effect
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.errors import Invalid, NotAllowed
from core.events import Event, TimeCorrected, TimeLogged, TimeRemoved

A_DAY_AHEAD = timedelta(days=1)
"""Whose clock or zone is off by some hours is not refused."""


class Booked(BaseModel):
    """What an entry says, its note aside."""

    model_config = ConfigDict(frozen=True)

    minutes: int
    is_billable: bool
    worked_at: datetime
    activity_id: UUID | None = None


class Booking(Command):
    """Whoever may write notes on a ticket books time on it. (app/worktime keeps the rows and asks.)"""

    right: ClassVar[str] = "note"
    is_for_light_agents: ClassVar[bool] = True

    entry_id: UUID


class Book(Booking):
    """Book time."""

    booked: Booked
    message_id: UUID | None = None


class CorrectBooking(Booking):
    """Correct it; that of others takes the right `admin`."""

    booked: Booked
    before: Booked
    person_id: UUID

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """One's own takes what booking takes."""
        return [("note" if self.person_id == now.actor.person_id else "admin", ticket.queue_id)]


class RemoveBooking(Booking):
    """Take it away; that of others takes the right `admin`."""

    before: Booked
    person_id: UUID

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """As to correct it."""
        return [("note" if self.person_id == now.actor.person_id else "admin", ticket.queue_id)]


@decide.register
def book(do: Book, ticket: Ticket, now: Now) -> list[Event]:
    """Closed tickets still take time; those that are gone do not."""
    must_not_be_gone(ticket)
    person_id = now.actor.person_id
    if person_id is None or now.actor.kind is ActorKind.END_USER:
        raise NotAllowed("Only colleagues book time.")
    _must_be_past(do.booked, now)
    booked = do.booked.model_dump()
    return [TimeLogged(entry_id=do.entry_id, person_id=person_id, message_id=do.message_id, **booked)]


@decide.register
def correct(do: CorrectBooking, ticket: Ticket, now: Now) -> list[Event]:
    """What is as before is no correction. Time on merged tickets is corrected where it was booked."""
    if do.booked == do.before:
        return []
    _must_be_past(do.booked, now)
    was = {f"before_{name}": value for name, value in do.before.model_dump().items()}
    return [TimeCorrected(entry_id=do.entry_id, **do.booked.model_dump(), **was)]


@decide.register
def remove(do: RemoveBooking, ticket: Ticket, now: Now) -> list[Event]:
    """The event says what it was."""
    was = do.before.model_dump(exclude={"worked_at"})
    return [TimeRemoved(entry_id=do.entry_id, person_id=do.person_id, **was)]


def _must_be_past(booked: Booked, now: Now) -> None:
    if booked.worked_at > now.instant + A_DAY_AHEAD:
        raise Invalid("Time is booked when it was worked; choose a time that is past.")


@effect.register
def logged(event: TimeLogged, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the ticket's row: time has rows of its own."""


@effect.register
def corrected(event: TimeCorrected, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the ticket's row."""


@effect.register
def removed(event: TimeRemoved, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the ticket's row."""
