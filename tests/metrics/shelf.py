"""A lake in memory: the real models over given events in plain DuckDB, without DuckLake's catalogue. Fast to make."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import duckdb

from analytics import lake_event, models
from core.ledger import Entry, Envelope
from tests.lake.history import uid

NAMES: Mapping[str, Sequence[str]] = {
    "agent": ("Ana", "Bo", "Dov"),
    "queue": ("Billing", "Technical", "Sales"),
    "state": ("NEW", "OPEN", "WAITING", "PENDING", "HOLD", "SOLVED", "CLOSED", "MERGED", "SPAM", "DELETED"),
    "organisation": ("Acme", "Globex"),
}


def shelf(events: Sequence[Envelope], names: Mapping[str, Sequence[str]] = NAMES) -> duckdb.DuckDBPyConnection:
    """A connection whose `lake.main` has the lake's tables, made of these events."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'; attach ':memory:' as lake; use lake")
    connection.execute(models.text("tables"))
    connection.register("arrived", lake_event.table([_entry(i, event) for i, event in enumerate(events, 1)]))
    connection.execute(f"insert into event by name {models.select('event_row', '', entry='from arrived')}")
    for name in models.DERIVED:
        rows = models.select(name, "select * from event where ticket_id is not null")
        connection.execute(f"insert into {name} by name {rows}")
    connection.execute("insert into cursor values (?, '')", [len(events)])
    directory = [(kind, uid(name), name) for kind, known in names.items() for name in known]
    connection.executemany("insert into directory values (?, ?, ?, null, null)", directory)
    return connection


def _entry(position: int, event: Envelope) -> Entry:
    return Entry(**{each.name: getattr(event, each.name) for each in fields(event)}, position=position, hash=b"")
