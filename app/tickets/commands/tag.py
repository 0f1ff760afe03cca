"""Tag: add words to a ticket, take words from it."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from app.tickets import command
from app.tickets.command import Command, Now, decide, effect
from app.tickets.refusals import TooManyTags
from app.tickets.states import must_not_be_gone
from app.tickets.ticket import Ticket
from core.events import Event, TagsChanged

MOST_TAGS = 50


class Tag(Command):
    """Add words to a ticket and take words from it. A word in both lists ends up taken."""

    right: ClassVar[str] = "note"

    add: list[command.Tag] = Field(default=[], max_length=MOST_TAGS, description="Words to add.", examples=[["vip"]])
    remove: list[command.Tag] = Field(default=[], max_length=MOST_TAGS, description="Words to take.")


@decide.register
def tag(do: Tag, ticket: Ticket, now: Now) -> list[Event]:
    """Only what really changes is in the event; closed tickets can still be tagged."""
    must_not_be_gone(ticket)
    have, taken = set(ticket.tags), set(do.remove)
    added, removed = set(do.add) - have - taken, have & taken
    if not added and not removed:
        return []
    if len(have | added) - len(removed) > MOST_TAGS:
        raise TooManyTags(MOST_TAGS)
    return [TagsChanged(added=sorted(added), removed=sorted(removed))]


@effect.register
def tags_changed(event: TagsChanged, ticket: Ticket, occurred_at: datetime) -> None:
    """Tags are kept sorted, so that equal sets are equal rows."""
    ticket.tags = sorted((set(ticket.tags) | set(event.added)) - set(event.removed))
