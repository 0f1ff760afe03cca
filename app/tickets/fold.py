"""The law of the rows: a ticket's row is the fold of its events, and every message has its words."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any
from uuid import UUID

from psycopg import Connection, IsolationLevel
from psycopg.rows import args_row, dict_row

from app.tickets.decider import blank, evolve
from app.tickets.ticket import Ticket
from core.ledger import ENVELOPE, Envelope
from core.settings import Settings
from core.upcasters import read_event
from etl.connection import connect
from etl.laws.law import Finding

PAGE = 1_000
WORDS = {"title"}
"""What is in the row alone, because events carry no free text."""

FOLDED = tuple(sorted(set(Ticket.model_fields) - WORDS))

TICKETS = f"select {', '.join(FOLDED)} from ticket where id > %s order by id limit {PAGE}"
HISTORIES = " union all ".join(
    f"select {', '.join(ENVELOPE)} from {table} where ticket_id = any(%(ids)s)" for table in ("event", "event_pending")
)
ROWLESS = """
    select distinct ticket_id
    from (select ticket_id from event union select ticket_id from event_pending) as told
    where ticket_id is not null and not exists (select from ticket where ticket.id = told.ticket_id)
"""
WORDLESS = """
    select told.payload ->> 'message_id', told.ticket_id
    from (
        select ticket_id, payload from event where kind = 'message.added'
        union all
        select ticket_id, payload from event_pending where kind = 'message.added'
    ) as told
    full join message on message.id = (told.payload ->> 'message_id')::uuid
    where message.ticket_id is distinct from told.ticket_id
"""


def rows_are_folds(settings: Settings) -> Finding:
    """Fold the events of each ticket, those that wait for a position too, and compare with its row: one snapshot."""
    finding = Finding()
    with closing(connect(settings.database_url, "verify rows", statement_seconds=0)) as connection:
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        with connection.transaction():
            for rows in _pages(connection):
                histories = _histories(connection, [row["id"] for row in rows])
                finding.checked += len(rows)
                for row in rows:
                    for words in _differences(row, histories[row["id"]]):
                        finding.add(f"ticket {row['number']}: {words}")
            for (ticket_id,) in connection.execute(ROWLESS).fetchall():
                finding.add(f"ticket {ticket_id} has events and no row")
    return finding


def messages_have_words(settings: Settings) -> Finding:
    """Every message that was told of has its row in the same ticket, and no row is there that nobody told of."""
    with closing(connect(settings.database_url, "verify messages", statement_seconds=0)) as connection:
        (checked,) = connection.execute("select count(*) from message").fetchone() or (0,)
        rows = connection.execute(WORDLESS).fetchall()
    return Finding.of(
        checked, [f"message {message} of ticket {ticket} is told of or kept alone" for message, ticket in rows]
    )


def _pages(connection: Connection[Any]) -> Iterator[list[dict[str, Any]]]:
    last = UUID(int=0)
    with connection.cursor(row_factory=dict_row) as cursor:
        while rows := cursor.execute(TICKETS, (last,)).fetchall():
            yield rows
            last = rows[-1]["id"]


def _histories(connection: Connection[Any], ticket_ids: Sequence[UUID]) -> dict[UUID, list[Envelope]]:
    histories: dict[UUID, list[Envelope]] = defaultdict(list)
    with connection.cursor(row_factory=args_row(Envelope), binary=True) as cursor:
        for envelope in cursor.execute(HISTORIES, {"ids": list(ticket_ids)}):
            assert envelope.ticket_id is not None
            histories[envelope.ticket_id].append(envelope)
    return histories


def _differences(row: dict[str, Any], history: list[Envelope]) -> list[str]:
    ticket = blank(row["id"])
    for envelope in sorted(history, key=lambda each: each.ticket_version or 0):
        event = read_event(envelope.kind, envelope.schema_version, envelope.payload)
        evolve(event, ticket, envelope.occurred_at, envelope.actor_id)
    folded = {name: getattr(ticket, name, None) for name in FOLDED}
    return [f"{name} is {row[name]!r}, its events say {folded[name]!r}" for name in FOLDED if row[name] != folded[name]]
