"""Watch, Unwatch: follow a ticket without owning it, or stop. Rights may be granted to those who watch."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.tickets.command import Command, Now, Somebody, decide, effect
from app.tickets.refusals import NoSuchPerson, TooManyWatchers
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.errors import NotAllowed
from core.events import Event, Unwatched, Watched

MOST_WATCHERS = 50


class Watching(Command):
    """Whoever sees a ticket may watch it; to make others watch, or stop them, takes the right `assign`."""

    right: ClassVar[str] = "assign"
    is_for_light_agents: ClassVar[bool] = True

    person_id: UUID | None = Field(None, description="The colleague; null: yourself.")

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """For oneself it is enough to see it."""
        of_myself = self.person_id in (None, now.actor.person_id)
        return [("read" if of_myself else "assign", ticket.queue_id)]

    def people(self, ticket: Ticket) -> set[UUID]:
        """The colleague, if it is somebody else."""
        return {self.person_id} if self.person_id else set()

    def watcher(self, now: Now) -> UUID:
        """Whom it is about. Customers follow their tickets anyway."""
        person_id = self.person_id or now.actor.person_id
        if now.actor.kind is ActorKind.END_USER or person_id is None:
            raise NotAllowed("Only colleagues watch tickets.")
        return person_id


class Watch(Watching):
    """Follow a ticket without owning it."""


class Unwatch(Watching):
    """Follow it no longer."""


@decide.register
def watch(do: Watch, ticket: Ticket, now: Now) -> list[Event]:
    """Watching twice is watching once."""
    must_not_be_gone(ticket)
    person_id = do.watcher(now)
    if person_id in ticket.watcher_ids:
        return []
    if person_id != now.actor.person_id:
        _must_be_a_colleague(now.people.get(person_id))
    if len(ticket.watcher_ids) >= MOST_WATCHERS:
        raise TooManyWatchers(MOST_WATCHERS)
    return [Watched(person_id=person_id)]


@decide.register
def unwatch(do: Unwatch, ticket: Ticket, now: Now) -> list[Event]:
    """Nobody is stopped from not watching."""
    person_id = do.watcher(now)
    return [Unwatched(person_id=person_id)] if person_id in ticket.watcher_ids else []


def _must_be_a_colleague(somebody: Somebody | None) -> None:
    if somebody is None or not somebody.is_active or not somebody.is_staff:
        raise NoSuchPerson


@effect.register
def watched(event: Watched, ticket: Ticket, occurred_at: datetime) -> None:
    """Watchers are kept sorted, so that equal sets are equal rows."""
    ticket.watcher_ids = sorted({*ticket.watcher_ids, event.person_id})


@effect.register
def unwatched(event: Unwatched, ticket: Ticket, occurred_at: datetime) -> None:
    """One less."""
    ticket.watcher_ids = [one for one in ticket.watcher_ids if one != event.person_id]
