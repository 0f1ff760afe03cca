"""A lake in memory: the real models over given events in plain DuckDB, without DuckLake's catalogue. Fast to make."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from weakref import WeakKeyDictionary

import duckdb

from analytics import business_time, house, lake_event, models
from core.ledger import Entry, Envelope
from tests.lake.history import History, uid

_kept: WeakKeyDictionary[History, tuple[int, duckdb.DuckDBPyConnection]] = WeakKeyDictionary()

NAMES: Mapping[str, Sequence[str]] = {
    "agent": ("Ana", "Bo", "Dov"),
    "queue": ("Billing", "Technical", "Sales"),
    "state": ("NEW", "OPEN", "WAITING", "PENDING", "HOLD", "SOLVED", "CLOSED", "MERGED", "SPAM", "DELETED"),
    "organisation": ("Acme", "Globex"),
    "activity": ("Travel",),
}


def shelf(events: Sequence[Envelope], names: Mapping[str, Sequence[str]] = NAMES) -> duckdb.DuckDBPyConnection:
    """A connection whose `lake.main` has the lake's tables, made of these events."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'; attach ':memory:' as lake; use lake")
    connection.execute(models.text("tables"))
    connection.register("arrived", lake_event.table([_entry(i, event) for i, event in enumerate(events, 1)]))
    connection.execute(f"insert into event by name {models.select('event_row', '', entry='from arrived')}")
    business_time.lay_out_all(connection)
    _derive(connection, {event.kind for event in events})
    if any(event.ticket_id is None for event in events):
        house.derive(connection)
    connection.execute("insert into cursor values (?, '')", [len(events)])
    directory = [f"('{kind}', '{uid(name)}', '{name}', null, null)" for kind, known in names.items() for name in known]
    if directory:
        connection.execute(f"insert into directory values {', '.join(directory)}")
    return connection


def shelf_of(history: History) -> duckdb.DuckDBPyConnection:
    """The shelf of what a history tells so far, made once for all who ask it and change nothing."""
    if (kept := _kept.get(history)) is None or kept[0] != len(history.events):
        kept = _kept[history] = len(history.events), shelf(history.events)
    return kept[1]


def _derive(connection: duckdb.DuckDBPyConnection, kinds: Collection[str]) -> None:
    """Each table from those that are there, as in a rebuild: woven into one query each they take twice as long."""
    ready: dict[str, str] = {}
    for name in ("fold", *(name for name in models.DERIVED if models.is_filled(name, kinds))):
        rows = models.select(name, "select * from event where ticket_id is not null", **ready)
        into = "create temp table fold as" if name == "fold" else f"insert into {name} by name"
        connection.execute(f"{into} {rows}")
        ready[name] = "from temp.fold" if name == "fold" else f"from lake.main.{name}"


def _entry(position: int, event: Envelope) -> Entry:
    return Entry(**{each.name: getattr(event, each.name) for each in fields(event)}, position=position, hash=b"")
