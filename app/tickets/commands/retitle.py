"""Retitle: give a ticket a better subject."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.tickets.command import Now, WithTitle, decide, effect, sha256
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from core.events import Event, Retitled


class Retitle(WithTitle):
    """Give a ticket a better subject: for colleagues who work it (rights `reply` and `note`)."""

    right: ClassVar[str] = "reply"

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """Those of whoever works the ticket."""
        return self.needs_to_work(ticket)


@decide.register
def retitle(do: Retitle, ticket: Ticket, now: Now) -> list[Event]:
    """The event knows the hashes of both subjects; the words are in the row, where they can be erased."""
    must_not_be_gone(ticket)
    if ticket.title == do.title:
        return []
    return [Retitled(subject_hash=sha256(do.title), before=sha256(ticket.title))]


@effect.register
def retitled(event: Retitled, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing here: the words come from the command (decider.handle)."""
