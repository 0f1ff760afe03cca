"""The whole lake anew from the ledger, in one transaction: readers see the old lake until the new one stands."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from analytics import lake_event, models
from analytics.lake_connection import PATIENT, postgres, quoted
from analytics.lake_layout import DATED, order_of_many
from core.events import KINDS
from core.ledger import Entry

Progress = Callable[[int, int], None]
"""Told (done, total) now and then."""

PART = 2_000_000
"""Tickets are derived in parts of about so many events, so that memory does not grow with the ledger."""

KEPT_TOGETHER = 30_720
"""Rows that a thread holds in memory before they go into a file that is read again soon."""

LOADING = 0.4
"""The share of the work that is done when all events are there."""


def attach_ledger(cursor: duckdb.DuckDBPyConnection, database_url: str) -> None:
    """The ledger's PostgreSQL as `ledger`, to read.

    A plain table is read by several connections at once, each some of its pages. A hypertable's pages lie elsewhere.
    """
    address = quoted(postgres(database_url, "lake rebuild", PATIENT))
    cursor.execute(f"attach if not exists {address} as ledger (type postgres, read_only)")
    is_plain = "select count(*) = 0 from pg_extension where extname = 'timescaledb'"
    (plain,) = cursor.execute(f"from postgres_query('ledger', {quoted(is_plain)})").fetchone() or (False,)
    cursor.execute(f"set pg_use_ctid_scan = {plain}")


@contextmanager
def any_order(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """For the block rows are taken as they come: files need to be in order only roughly, and no thread waits."""
    cursor.execute("set preserve_insertion_order = false")
    try:
        yield
    finally:
        cursor.execute("set preserve_insertion_order = true")


def load_events(cursor: duckdb.DuckDBPyConnection, newest: int, aside: Collection[int]) -> list[int]:
    """Copy the ledger's events up to `newest` in the caller's transaction, except those that are set aside.

    Returns the positions of those that an upcaster must lift first; they are not in the lake yet.
    """
    without = f"and position not in ({', '.join(map(str, aside))})" if aside else ""
    entry = f"select {_typed()} from ledger.public.event where position <= {newest} {without}"
    cursor.execute(f"insert into event by name {models.select('event_row', '', entry=entry)}")
    old = f"from event where not {_current()}"
    positions = [position for (position,) in cursor.execute(f"select position {old} order by position").fetchall()]
    if positions:
        cursor.execute(f"delete {old}")
    return positions


def add_events(cursor: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Events that Python had to lift."""
    cursor.register("arrived", lake_event.table(entries))
    cursor.execute(f"insert into event by name {models.select('event_row', '', entry='from arrived')}")
    cursor.unregister("arrived")


def derive(cursor: duckdb.DuckDBPyConnection, newest: int, progress: Progress = lambda done, total: None) -> None:
    """All derived tables from the lake's own events, in the caller's transaction.

    Part by part, the newest first: what later parts hold of a part's tickets has then been read, and no event is read
    twice however large the ledger is. A ticket's creation has the lowest of its positions.
    """
    kinds = {kind for (kind,) in cursor.execute("select distinct kind from event").fetchall()}
    filled = [name for name in models.DERIVED if models.is_filled(name, kinds)]
    cursor.execute(f"create or replace temp view later as {_narrow()} limit 0")
    starts = range(0, newest, PART)
    with TemporaryDirectory(prefix="clearqueue-rebuild-") as folder:
        for done, start in enumerate(reversed(starts), start=1):
            part = Path(folder) / str(start)
            part.mkdir()
            _gather(cursor, part, start)
            _derive_part(cursor, part, filled)
            for file in part.glob("part_*"):
                file.unlink()
            progress(int(newest * (LOADING + (1 - LOADING) * done / len(starts))), newest)
    for name in ("later", "part_event", *(f"part_{name}" for name in models.READ_AGAIN)):
        cursor.execute(f"drop view if exists temp.{name}")
    cursor.execute("drop table if exists temp.born")


def _gather(cursor: duckdb.DuckDBPyConnection, part: Path, start: int) -> None:
    """`part_event`: all events of the tickets that begin in a part. Those of older tickets wait in `later`."""
    within = f"position > {start} and position <= {start + PART}"
    cursor.execute(
        f"create or replace temp table born as select ticket_id from event where kind = 'ticket.created' and {within}"
    )
    theirs = f"{_narrow()} where ticket_id is not null and {within} union all from temp.later"
    _keep(cursor, part, "part_event", f"select *, ticket_id in (from temp.born) as is_whole from ({theirs})")
    _keep(cursor, part, "later", "select * exclude (is_whole) from temp.part_event where not is_whole")


def _keep(cursor: duckdb.DuckDBPyConnection, part: Path, name: str, query: str) -> None:
    """The rows of a query as the relation `name`, in a file: tables that go would stay in memory until the commit."""
    file = quoted(str(part / f"{name}.parquet"))
    cursor.execute(f"copy ({query}) to {file} (format parquet, row_group_size {KEPT_TOGETHER})")
    cursor.execute(f"create or replace temp view {name} as from read_parquet({file})")


def _narrow() -> str:
    """A query for the events with the columns that models read."""
    told = " or ".join(f"starts_with(kind, {quoted(kinds)})" for kinds in models.TOLD_WHOLE)
    return f"""
        select
            * exclude (
                event_id, schema_version, recorded_at, command_id, correlation_id, cause_id, payload
            ),
            if({told}, payload, null) as payload
        from event
    """


def _derive_part(cursor: duckdb.DuckDBPyConnection, part: Path, filled: Sequence[str]) -> None:
    """The rows of the tickets in `part_event`. Only what other models read again is kept; the rest goes straight in."""
    computed: dict[str, str] = {}
    for name in ("fold", *filled):
        model = models.select(name, "from temp.part_event where is_whole", **computed)
        if name in models.READ_AGAIN:
            _keep(cursor, part, f"part_{name}", model)
            model = computed[name] = f"from temp.part_{name}"
        if name in DATED:
            cursor.execute(f"insert into {name} by name select * from ({model}) order by {order_of_many(name)}")


def _current() -> str:
    """An SQL predicate: the event is of a kind and version that can be taken as it stands."""
    pairs = ", ".join(f"({quoted(kind)}, {event.schema_version})" for kind, event in sorted(KINDS.items()))
    return f"(kind, schema_version) in ({pairs})"


def _typed() -> str:
    """PostgreSQL's columns as the lake's types."""
    casts = {"occurred_at": "timestamp", "recorded_at": "timestamp", "payload": "varchar"}
    return ", ".join(f"{name}::{casts[name]} as {name}" if name in casts else name for name in lake_event.ENVELOPE)
