"""Rows without the ORM's bookkeeping: importing sets thirty attributes a ticket, and SQLModel takes 10 µs for each.

`evolve` only reads and sets attributes, so it cannot tell these from the ORM's rows; a test holds the two together.
"""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from app.tickets.decider import blank
from app.tickets.ticket import Message, Ticket
from core.events import MessageAdded

TICKET_COLUMNS: tuple[str, ...] = tuple(Ticket.model_fields)
MESSAGE_COLUMNS: tuple[str, ...] = tuple(Message.model_fields)

_BLANK = blank(UUID(int=0))
_LISTS = tuple(name for name in TICKET_COLUMNS if isinstance(getattr(_BLANK, name), list | dict))
_PLAIN = {name: getattr(_BLANK, name) for name in TICKET_COLUMNS if name not in (*_LISTS, "id")}


class TicketRow:
    """A ticket's columns as plain attributes."""

    __slots__ = TICKET_COLUMNS


class MessageRow:
    """A message's columns as plain attributes."""

    __slots__ = MESSAGE_COLUMNS


def blank_row(ticket_id: UUID) -> Ticket:
    """What `app.tickets.decider.blank` gives, cheaply."""
    row: Any = TicketRow()
    row.id = ticket_id
    for name, value in _PLAIN.items():
        setattr(row, name, value)
    for name in _LISTS:
        setattr(row, name, type(getattr(_BLANK, name))())
    return cast(Ticket, row)


def message_row(event: MessageAdded, body: str, ticket_id: UUID, author_id: UUID | None, at: datetime) -> Message:
    """What `app.tickets.decider.message_row` gives, cheaply."""
    row: Any = MessageRow()
    row.id = event.message_id
    row.ticket_id = ticket_id
    row.direction = event.direction
    row.visibility = event.visibility
    row.author_id = author_id
    row.author_kind = event.author_kind
    row.channel = event.channel
    row.is_first = event.is_first
    row.is_auto = event.is_auto
    row.body = body
    row.created_at = at
    return cast(Message, row)
