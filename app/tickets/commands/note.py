"""Note: say something that only colleagues read, and call some of them by name."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.tickets.command import Now, WithBody, decide, effect
from app.tickets.refusals import CannotBeMentioned, NoSuchPerson
from app.tickets.states import must_not_be_gone
from app.tickets.talk import said, with_files
from app.tickets.ticket import Ticket
from core.events import Event, Mentioned, MessageAdded

MOST_MENTIONS = 20


class Note(WithBody):
    """Say something that only colleagues read, or only some of them. It changes no state and answers no customer."""

    right: ClassVar[str] = "note"
    is_for_light_agents: ClassVar[bool] = True

    visibility: Literal["internal", "restricted"] = Field(
        "internal",
        description="restricted: only its author, the ticket's owner and who holds `admin` in the queue read it.",
    )
    mentions: list[UUID] = Field(
        default=[],
        max_length=MOST_MENTIONS,
        description="Colleagues who are called; each must be able to read the note. It gives them no right.",
    )

    def people(self, ticket: Ticket) -> set[UUID]:
        """Those who are called."""
        return set(self.mentions)


@decide.register
def note(do: Note, ticket: Ticket, now: Now) -> list[Event]:
    """Closed tickets can still be annotated."""
    must_not_be_gone(ticket)
    message = said(do.body, now, visibility=do.visibility, channel="note", is_auto=do.is_auto)
    return [*with_files(do, message, now), *_mentioned(do, message, ticket, now)]


def _mentioned(do: Note, message: MessageAdded, ticket: Ticket, now: Now) -> list[Mentioned]:
    """Who is called must be able to read it; calling oneself calls nobody."""
    me = now.actor.person_id
    called = sorted(set(do.mentions) - {me})
    for person_id in called:
        somebody = now.people.get(person_id)
        if somebody is None or not somebody.is_active or not somebody.is_staff:
            raise NoSuchPerson
        if not somebody.reads(ticket, do.visibility, me):
            raise CannotBeMentioned(somebody.name, person_id, is_restricted=somebody.scope.covers(ticket))
    if not called:
        return []
    return [Mentioned(message_id=message.message_id, person_ids=called, visibility=do.visibility)]


@effect.register
def mentioned(event: Mentioned, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the ticket's row: mentions have rows of their own."""
