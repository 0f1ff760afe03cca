"""Note: say something that only colleagues read."""

from typing import ClassVar, Literal

from pydantic import Field

from app.tickets.command import Now, WithBody, decide
from app.tickets.states import must_not_be_gone
from app.tickets.talk import said, with_files
from app.tickets.ticket import Ticket
from core.events import Event


class Note(WithBody):
    """Say something that only colleagues read, or only some of them. It changes no state and answers no customer."""

    right: ClassVar[str] = "note"
    is_for_light_agents: ClassVar[bool] = True

    visibility: Literal["internal", "restricted"] = Field(
        "internal",
        description="restricted: only its author, the ticket's owner and who holds `admin` in the queue read it.",
    )


@decide.register
def note(do: Note, ticket: Ticket, now: Now) -> list[Event]:
    """Closed tickets can still be annotated."""
    must_not_be_gone(ticket)
    message = said(do.body, now, visibility=do.visibility, channel="note", is_auto=do.is_auto)
    return with_files(do, message, now)
