"""The laws of the lake: it holds the ledger, and its derived tables are what a rebuild would make of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from psycopg import Connection

from analytics import lake_event, models
from analytics.lake import Lake
from analytics.lake import snapshot as one_moment
from core.ledger import after
from etl.laws.law import MOST_EXAMPLES, Finding
from etl.sinks.lake import lifted

PAGE = 20_000


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
        aside = {row[0] for row in connection.execute("select position from event_set_aside where follower = 'lake'")}
        position = 0
        while position < newest:
            entries = [entry for entry in after(connection, position, PAGE) if entry.position <= newest]
            end = entries[-1].position if entries else newest
            cursor.register("arrived", lake_event.table([lifted(e) for e in entries if e.position not in aside]))
            ledger = f"({models.select('event_row', '', entry='from arrived')})"
            lake = f"(from event where position > {position} and position <= {end})"
            _compare(cursor, finding, "event", ledger, lake)
            cursor.unregister("arrived")
            position, finding.checked = end, finding.checked + len(entries)
        beyond = _one(cursor, f"select count(*) from event where position > {newest}")
        for _ in range(beyond):
            finding.add(f"an event lies beyond the lake's position {newest}")
    return finding


def derived_is_rebuilt(open_lake: OpenLake, name: str, one_in: int = 1) -> Finding:
    """A derived table holds what its model makes of the lake's events, row for row; looks at one in so many tickets."""
    finding = Finding()
    with snapshot(open_lake) as cursor:
        chosen = "" if one_in == 1 else f"where hash(ticket_id) % {one_in} = 0"
        model = f"({models.select(name, f'from event {chosen}')})"
        finding.checked = _one(cursor, f"select count(*) from {name} {chosen}")
        _compare(cursor, finding, name, model, f"(from {name} {chosen})")
    return finding


def directory_is_current(open_lake: OpenLake, connection: Connection[Any]) -> Finding:
    """The names in the lake are those of PostgreSQL."""
    columns = "kind, id, name, parent_id, detail"
    with snapshot(open_lake) as cursor:
        there = set(cursor.execute(f"select {columns} from directory").fetchall())
    here = set(connection.execute(f"select {columns} from directory").fetchall())
    return Finding.of(len(here), [f"{row[0]} {row[2]!r} ({row[1]}) differs" for row in sorted(here ^ there, key=str)])


def _compare(cursor: duckdb.DuckDBPyConnection, finding: Finding, table: str, expected: str, found: str) -> None:
    """Add the rows that only one side has."""
    columns = ", ".join(column[0] for column in cursor.execute(f"from {table} limit 0").description)
    for words, one, other in (("misses", expected, found), ("has too much", found, expected)):
        difference = f"select {columns} from {one} except all select {columns} from {other}"
        wrong = _one(cursor, f"select count(*) from ({difference})")
        for row in cursor.execute(f"from ({difference}) limit {MOST_EXAMPLES}").fetchall() if wrong else ():
            finding.add(f"{table} {words} {row}")
        finding.wrong += max(0, wrong - MOST_EXAMPLES)


def _one(cursor: duckdb.DuckDBPyConnection, question: str) -> int:
    row = cursor.execute(question).fetchone()
    return int(row[0]) if row else 0
