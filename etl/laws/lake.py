"""The laws of the lake: it holds the ledger, and its derived tables are what a rebuild would make of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any

import duckdb
import polars as pl
from psycopg import Connection
from psycopg.rows import args_row

from analytics import business_time, house, lake_event, models
from analytics.lake import Lake
from analytics.lake import snapshot as one_moment
from core.events import KINDS
from core.ledger import ENVELOPE, Entry
from etl.laws.law import MOST_EXAMPLES, Finding, lasting
from etl.sinks.lake import lifted

PAGE = 100_000

OpenLake = Callable[[], Lake]
"""Opens the lake, or raises `Unavailable`; the caller closes it."""


@contextmanager
def snapshot(open_lake: OpenLake) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor that stays at one moment of the lake while its writer goes on."""
    with open_lake().cursor() as cursor, one_moment(cursor):
        yield cursor


def lake_holds_the_ledger(open_lake: OpenLake, connection: Connection[Any]) -> Finding:
    """Up to the lake's own position its events are the ledger's, in every column, without what is set aside."""
    finding = Finding()
    with snapshot(open_lake) as cursor:
        newest = _one(cursor, "select coalesce(max(position), 0) from cursor")
        aside = [row[0] for row in connection.execute("select position from event_set_aside where follower = 'lake'")]
        for start in range(0, newest, PAGE):
            end = min(start + PAGE, newest)
            _stage_ledger(cursor, connection, start, end, aside)
            lake = f"(from event where position > {start} and position <= {end})"
            _compare(cursor, finding, "event", "temp.ledger", lake)
            finding.checked += _one(cursor, "select count(*) from temp.ledger")
        for (position,) in cursor.execute(f"select position from event where position > {newest}").fetchall():
            finding.add(f"an event lies at {position}, beyond the lake's own position {newest}")
    return finding


def _stage_ledger(
    cursor: duckdb.DuckDBPyConnection, connection: Connection[Any], start: int, end: int, aside: list[int]
) -> None:
    """The ledger's events of a stretch as the lake should have them, in `temp.ledger`.

    What an upcaster must lift goes through Python; the rest comes as text, which takes a tenth of the time.
    """
    stretch = f"position > {start} and position <= {end} and position <> all(array{aside}::bigint[])"
    pairs = ", ".join(f"('{kind}', {event.schema_version})" for kind, event in KINDS.items())
    current = f"(kind, schema_version) in ({pairs})"
    old = _entries(connection, f"{stretch} and not {current}")
    cursor.register("lifted", lake_event.table([lifted(entry) for entry in old]))
    cursor.register("spelled", _spelled(connection, f"{stretch} and {current}"))
    types = {row[0]: row[1] for row in cursor.execute("describe event").fetchall()}
    columns = ", ".join(f"{name}::{types[name]} as {name}" for name in lake_event.ENVELOPE)
    entry = f"select {columns} from spelled union all by name from lifted"
    cursor.execute(f"create or replace temp table ledger as {models.select('event_row', '', entry=entry)}")
    cursor.unregister("lifted")
    cursor.unregister("spelled")


def _spelled(connection: Connection[Any], condition: str) -> pl.DataFrame:
    naive = {"occurred_at": "occurred_at at time zone 'UTC' as occurred_at"}
    naive["recorded_at"] = naive["occurred_at"].replace("occurred", "recorded")
    columns = ", ".join(naive.get(name, name) for name in lake_event.ENVELOPE)
    query = f"copy (select {columns} from event where {condition}) to stdout (format csv, header, null '\\N')"
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        text = b"".join(copy)
    return pl.read_csv(text, infer_schema=False, null_values="\\N", empty_string_is_null=False)


def _entries(connection: Connection[Any], condition: str) -> list[Entry]:
    with connection.cursor(row_factory=args_row(Entry), binary=True) as cursor:
        return cursor.execute(f"select {', '.join(ENVELOPE)}, position, hash from event where {condition}").fetchall()


def some_tickets(word: str, one_in: int, turn: int = 0, table: str = "") -> str:
    """A condition for one ticket in so many, each turn others; nothing if all are meant."""
    return f"{word} hash({table}ticket_id) % {one_in} = {turn % one_in}" if one_in > 1 else ""


class Derived:
    """The derived tables as their models make them of the lake's events: what several read is made once.

    All of it in one moment of the lake, of one in so many tickets. The moment lasts until `open_until_done` ends, and
    is over before the lake is closed.
    """

    def __init__(self, open_until_done: ExitStack, open_lake: OpenLake, one_in: int = 1, turn: int = 0) -> None:
        self._open_until_done, self._open_lake = open_until_done, open_lake
        self._chosen = some_tickets("where", one_in, turn)
        self._made: set[str] = set()

    def is_rebuilt(self, name: str) -> Finding:
        """A derived table of the lake holds what its model makes, row for row."""
        finding = Finding()
        finding.checked = _one(self._cursor, f"select count(*) from {name} {self._chosen}")
        _compare(self._cursor, finding, name, f"({self._model(name)})", f"(from {name} {self._chosen})")
        return finding

    @cached_property
    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return self._open_until_done.enter_context(snapshot(self._open_lake))

    def _model(self, name: str) -> str:
        ready = {relation: self._kept(relation) for relation in models.READS[name] if relation not in models.GIVEN}
        return models.select(name, f"from event {self._chosen}", **ready)

    def _kept(self, name: str) -> str:
        if name not in self._made:
            self._cursor.execute(f"create or replace temp table made_{name} as {self._model(name)}")
            self._made.add(name)
        return f"from temp.made_{name}"


def calendars_are_laid_out(open_lake: OpenLake) -> Finding:
    """The breakpoints are those of the calendars in the lake's events, by today's rules of the time zones."""
    finding = Finding()
    with snapshot(open_lake) as cursor:
        cursor.execute("create or replace temp table laid_out as from calendar_breakpoint limit 0")
        business_time.lay_out(cursor, business_time.defined(cursor), "temp.laid_out")
        finding.checked = _one(cursor, "select count(*) from calendar_breakpoint")
        _compare(cursor, finding, "calendar_breakpoint", "(from temp.laid_out)", "calendar_breakpoint")
    return finding


def house_is_as_told(open_lake: OpenLake) -> Finding:
    """How the house was when is what the lake's events tell."""
    finding = Finding()
    with snapshot(open_lake) as cursor:
        for name in house.TABLES:
            cursor.execute(f"create or replace temp table told_{name} as from {name} limit 0")
        house.derive(cursor, "temp.told_")
        for name in house.TABLES:
            finding.checked += _one(cursor, f"select count(*) from {name}")
            _compare(cursor, finding, name, f"(from temp.told_{name})", name)
    return finding


def directory_is_current(open_lake: OpenLake, connection: Connection[Any]) -> Finding:
    """The names in the lake are those of PostgreSQL."""
    query = "select kind, id, name, parent_id, detail from directory"

    def different() -> set[tuple[Any, ...]]:
        with snapshot(open_lake) as cursor:
            there = set(cursor.execute(query).fetchall())
        return set(connection.execute(query).fetchall()) ^ there

    wrong = sorted(lasting(different), key=str)
    (checked,) = connection.execute("select count(*) from directory").fetchone() or (0,)
    return Finding.of(checked, [f"{kind} {name!r} ({id_}) differs" for kind, id_, name, _, _ in wrong])


def _compare(cursor: duckdb.DuckDBPyConnection, finding: Finding, table: str, expected: str, found: str) -> None:
    """Add the rows that only one side has. Equal sums of the rows' hashes tell quickly that there are none."""
    columns = ", ".join(column[0] for column in cursor.execute(f"from {table} limit 0").description)
    sums = f"count(*), sum(hash({columns})), bit_xor(hash({columns}))"
    if _row(cursor, f"select {sums} from {expected}") == _row(cursor, f"select {sums} from {found}"):
        return
    for words, one, other in (("misses", expected, found), ("has too much", found, expected)):
        difference = f"select {columns} from {one} except all select {columns} from {other}"
        wrong = _one(cursor, f"select count(*) from ({difference})")
        for row in cursor.execute(f"from ({difference}) limit {MOST_EXAMPLES}").fetchall() if wrong else ():
            finding.add(f"{table} {words} {row}")
        finding.wrong += max(0, wrong - MOST_EXAMPLES)


def _row(cursor: duckdb.DuckDBPyConnection, question: str) -> tuple[Any, ...] | None:
    return cursor.execute(question).fetchone()


def _one(cursor: duckdb.DuckDBPyConnection, question: str) -> int:
    row = _row(cursor, question)
    return int(row[0]) if row else 0
