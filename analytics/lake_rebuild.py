"""The whole lake anew from the ledger, in one transaction: readers see the old lake until the new one stands."""

from collections.abc import Callable, Iterable, Sequence

import duckdb

from analytics import lake_event, models
from analytics.lake_connection import PATIENT, postgres, quoted
from analytics.lake_write import DATED
from core.events import KINDS
from core.ledger import Entry

Progress = Callable[[int, int], None]
"""Told (done, total) now and then."""

CHUNK = 500_000
"""Positions read at once: what is sorted in memory."""


def attach_ledger(cursor: duckdb.DuckDBPyConnection, database_url: str) -> None:
    """The ledger's PostgreSQL, to read, under the name `ledger`."""
    address = quoted(postgres(database_url, "lake rebuild", PATIENT))
    cursor.execute(f"attach if not exists {address} as ledger (type postgres, read_only)")


def current_kinds() -> str:
    """An SQL predicate: the event is of a kind and version that can be taken as it stands."""
    pairs = ", ".join(f"({quoted(kind)}, {event.schema_version})" for kind, event in sorted(KINDS.items()))
    return f"(kind, schema_version) in ({pairs})"


def load_events(cursor: duckdb.DuckDBPyConnection, newest: int, skipped: Iterable[int], progress: Progress) -> None:
    """Copy the ledger's events up to `newest` in the caller's transaction, except those that need Python to be read."""
    without = ", ".join(map(str, skipped)) or "0"
    for start in range(0, newest, CHUNK):
        end = min(start + CHUNK, newest)
        ledger = f"""
            select {", ".join(lake_event.ENVELOPE)}
            from event
            where position > {start} and position <= {end} and {current_kinds()} and position not in ({without})
        """
        entry = f"select {_typed()} from postgres_query('ledger', {quoted(ledger)})"
        row = models.select("event_row", "", entry=entry)
        cursor.execute(f"insert into event by name select * from ({row}) order by position")
        progress(end, newest)


def add_events(cursor: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Events that Python had to lift first."""
    cursor.register("arrived", lake_event.table(entries))
    cursor.execute(f"insert into event by name {models.select('event_row', '', entry='from arrived')}")
    cursor.unregister("arrived")


def derive(cursor: duckdb.DuckDBPyConnection, event: str = "from event") -> None:
    """All derived tables from the lake's own events, in the caller's transaction."""
    computed = {"fold": "from temp.all_fold", "ticket_interval": "from ticket_interval"}
    cursor.execute(f"create or replace temp table all_fold as {models.select('fold', event)}")
    for name in models.DERIVED:
        ready = {relation: rows for relation, rows in computed.items() if relation in models.READS[name]}
        order = f"{DATED[name]}, {models.CANONICAL_ORDER[name]}"
        cursor.execute(
            f"insert into {name} by name select * from ({models.select(name, event, **ready)}) order by {order}"
        )
    cursor.execute("drop table temp.all_fold")


def _typed() -> str:
    """PostgreSQL's columns as the lake's types."""
    casts = {"occurred_at": "timestamp", "recorded_at": "timestamp", "payload": "varchar"}
    return ", ".join(f"{name}::{casts[name]} as {name}" if name in casts else name for name in lake_event.ENVELOPE)
