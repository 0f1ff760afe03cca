"""Writing a batch: rows by COPY, events through the ledger's bulk door, all in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

import sqlalchemy as sa
from psycopg import Connection, sql
from psycopg.types.json import Jsonb
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from app.imports.history import BOOKING, RATING, Folded
from app.imports.names import Pending
from app.tables import metadata
from core.actor import SYSTEM
from core.ledger import Envelope, wrap
from etl.bulk import append_history

WALLED = ("ticket", "message", "time_entry", "rating", "canned_reply")
"""Tables behind row-level security (decision 0050)."""

CONFIGURATION = (
    "calendar_version", "organisation", "queue", "queue_hours", "ticket_state", "person", "queue_right", "activity",
    "denominator", "canned_reply",
)  # fmt: skip
"""Tables that tickets point to, those that are pointed to first."""

_spelling = postgresql.dialect()  # type: ignore[no-untyped-call]


def write(connection: Connection[Any], pending: Pending, folded: Sequence[Folded], recorded_at: datetime) -> int:
    """Write configuration, tickets, messages and events; returns how many events. Call it last in the transaction."""
    for table in CONFIGURATION:
        if rows := pending.rows.get(table):
            names = list(rows[0])
            copy_rows(connection, table, names, map(itemgetter(*names), rows))
    for person_id, role in pending.promoted.items():
        connection.execute("update person set role = %s where id = %s", (role.value, person_id))
    copy_rows(connection, "ticket", TICKET, map(_ticket, folded))
    copy_rows(connection, "message", MESSAGE, (_message(m) for one in folded for m in one.messages))
    bookings = [row for one in folded for row in one.bookings]
    ratings = [[one.rating.get(name) for name in RATING] for one in folded if one.rating]
    if bookings:
        copy_rows(connection, "time_entry", BOOKING, bookings)
    if ratings:
        copy_rows(connection, "rating", RATING, ratings)
    envelopes = [*configured(pending, recorded_at), *(envelope for one in folded for envelope in one.envelopes)]
    if envelopes:
        append_history(connection, envelopes)
    return len(envelopes)


def configured(pending: Pending, recorded_at: datetime) -> list[Envelope]:
    """The configuration events of a batch."""
    wrapped = (wrap(event, SYSTEM, source="import", occurred_at=defined_at) for defined_at, event in pending.events)
    return [replace(envelope, recorded_at=recorded_at) for envelope in wrapped]


def copy_rows(connection: Connection[Any], table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table of ours, in binary: numbers, times and ids cross without being spelled out."""
    columns = metadata.tables[table].columns
    types = [columns[name].type.compile(_spelling).lower() for name in names]
    types = ["varchar" if kind.startswith("varchar") else kind for kind in types]
    listed, target = sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
    door = target if table not in WALLED else _beside(connection, table)
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(door, listed)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
    if door is not target:
        connection.execute(sql.SQL("insert into {} ({}) select {} from {}").format(target, listed, listed, door))


def _beside(connection: Connection[Any], table: str) -> sql.Identifier:
    """A table for this transaction. Into one with row-level security PostgreSQL copies nothing."""
    door = sql.Identifier("pg_temp", f"incoming_{table}")
    copied = sql.SQL("create temporary table if not exists {} (like {} including defaults) on commit drop")
    connection.execute(copied.format(sql.Identifier(f"incoming_{table}"), sql.Identifier(table)))
    connection.execute(sql.SQL("truncate {}").format(door))
    return door


def _json_last(table: str) -> list[str]:
    columns: list[sa.Column[Any]] = sorted(metadata.tables[table].columns, key=lambda c: isinstance(c.type, JSONB))
    return [column.name for column in columns]


TICKET = _json_last("ticket")
MESSAGE = _json_last("message")
assert TICKET[-1] == "custom"
_ticket_values = attrgetter(*TICKET[:-1])
_message = attrgetter(*MESSAGE)


def _ticket(one: Folded) -> tuple[Any, ...]:
    return *_ticket_values(one.ticket), Jsonb(one.ticket.custom)
