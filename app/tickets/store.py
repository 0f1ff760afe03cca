"""Keeping what a command did: the ticket's row, its messages and its events, in one statement.

This is the hot path. Through the ORM a new ticket takes three statements and two milliseconds of bookkeeping, ten
times what the rules take. The row objects stay the ORM's: everybody else reads and changes them as usual.
"""

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

import orjson
import sqlalchemy as sa
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class

from app.db import driver_of
from app.tickets.happened import Happened
from app.tickets.ticket import Message, Ticket
from app.writes import Batch
from core import ledger
from core.ledger import Envelope

TICKET = tuple(str(column.name) for column in sa.inspect(Ticket).columns)
CHANGING = tuple(
    name for name in TICKET if name not in ("id", "number", "created_at", "channel", "external_ref", "creator_id")
)
MESSAGE = tuple(str(column.name) for column in sa.inspect(Message).columns)
NOTHING_YET: dict[str, Any] = {
    **dict.fromkeys(TICKET), "title": "", "version": 0, "message_count": 0, "history_complete": True,
    "touched_version": 0,
}  # fmt: skip
UPDATE = f"update ticket set {', '.join(f'{name} = %s' for name in CHANGING)} where id = %s"

_ticket_values = attrgetter(*TICKET)
_changing_values = attrgetter(*CHANGING, "id")
_message_values = attrgetter(*MESSAGE)
_new_ticket = manager_of_class(Ticket).new_instance
_new_message = manager_of_class(Message).new_instance


class TicketRow:
    """A ticket's columns as plain attributes: `evolve` sets thirty of them, and the ORM takes 2 µs for each."""

    __slots__ = TICKET


def blank(ticket_id: UUID) -> Ticket:
    """A ticket to which nothing has happened yet: where every fold starts. Rules cannot tell it from the ORM's row."""
    row = TicketRow()
    for name, value in NOTHING_YET.items():
        setattr(row, name, value)
    ticket = cast(Ticket, row)
    ticket.id, ticket.tags, ticket.custom, ticket.involved_ids, ticket.watcher_ids = ticket_id, [], {}, [], []
    return ticket


def message(**values: Any) -> Message:
    """A message's row."""
    row: Message = _new_message()
    row.__dict__.update(values)
    return row


def keep(session: Session, ticket: Ticket, messages: Sequence[Message], envelopes: Sequence[Envelope]) -> Ticket:
    """Write all of it now, in the caller's transaction. Returns the ORM's row, which belongs to the session."""
    batch, is_new = Batch(), isinstance(ticket, TicketRow)
    if is_new:
        batch.add(_insert("ticket", TICKET, 1), _as_inserted(ticket))
    else:
        session.flush()
    _add_rest(batch, messages, envelopes)
    batch.send(driver_of(session))
    return _adopted(session, ticket) if is_new else ticket


def keep_later(
    batch: Batch, session: Session, ticket: Ticket, messages: Sequence[Message], envelopes: Sequence[Envelope]
) -> Ticket:
    """Put all of it into a batch that is sent when the request has its answer; the session lets go of `ticket`."""
    if isinstance(ticket, TicketRow):
        batch.add(_insert("ticket", TICKET, 1), _as_inserted(ticket))
    else:
        session.expunge(ticket)
        batch.add(UPDATE, _as_changed(ticket))
    _add_rest(batch, messages, envelopes)
    return ticket


def _adopted(session: Session, row: Ticket) -> Ticket:
    """The ORM's row for a ticket that was inserted without its help."""
    ticket: Ticket = _new_ticket()
    ticket.__dict__.update(zip(TICKET, _ticket_values(row), strict=True))
    make_transient_to_detached(ticket)
    session.add(ticket)
    return ticket


def _add_rest(batch: Batch, messages: Sequence[Message], envelopes: Sequence[Envelope]) -> None:
    if messages:
        batch.add(
            _insert("message", MESSAGE, len(messages)), [value for row in messages for value in _message_values(row)]
        )
    batch.add(ledger.insertion(len(envelopes)), ledger.insertion_values(envelopes))
    if isinstance(envelopes, Happened):
        for statement, values in envelopes.beside:
            batch.add(statement, values)


def _as_inserted(ticket: Ticket) -> list[object]:
    values = [*_ticket_values(ticket)]
    values[TICKET.index("custom")] = Jsonb(ticket.custom, orjson.dumps)
    return values


def _as_changed(ticket: Ticket) -> list[object]:
    values = [*_changing_values(ticket)]
    values[CHANGING.index("custom")] = Jsonb(ticket.custom, orjson.dumps)
    return values


@lru_cache
def _insert(table: str, columns: Sequence[str], rows: int) -> str:
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"insert into {table} ({', '.join(columns)}) values {', '.join([row] * rows)}"
