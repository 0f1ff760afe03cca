"""The lake: DuckLake over the platform's own PostgreSQL and a folder of Parquet files. One writer, many readers.

DuckLake on a PostgreSQL catalogue is not safe with two writers (duckdb/ducklake#1094): whoever calls `open_writer`
holds the carrier's writer lock. Readers attach read-only, in any process and thread, and see the newest snapshot
with every statement. The lake is a cache of the ledger: rebuild it, never repair it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import psycopg

from analytics import models
from analytics.lake_connection import CATALOGUE_SCHEMA, attach_reader, attach_writer, connect, is_remote, shut_in
from core.errors import Unavailable
from core.settings import Settings

MISSING = "The lake is not there yet: it appears when the etl process starts for the first time."
OUTDATED = (
    "The lake was written by another version of Clearqueue. The etl process makes it anew when it starts: "
    "numbers come back by themselves, ask again in a moment."
)
AWAY = "The lake cannot be reached: is the PostgreSQL that keeps its catalogue up?"
NOTHING = "limit 0"
"""Asks whether a table is there. To look it up in the list of all tables would list those of PostgreSQL, too."""

PASSING = (duckdb.IOException, duckdb.ConnectionException, duckdb.TransactionException, duckdb.HTTPException)


class Lake:
    """An open lake. `cursor()` gives a connection for one thread at a time; they share memory and file caches."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own, in which the lake's tables go by their bare names. Close it after use."""
        cursor = self.bare_cursor()
        cursor.execute("use lake")
        return cursor

    def bare_cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection in which the tables go by `lake.main.ticket` and so on: spares a question to the catalogue."""
        return self._connection.cursor()

    def position(self) -> int:
        """The position of the newest event that the lake holds; 0 when it is empty."""
        return int(self._told("max(position)") or 0)

    def models(self) -> str:
        """By which version of the models it was written; empty when it is empty."""
        return str(self._told("max_by(models, position)") or "")

    def is_of_today(self) -> bool:
        """Whether today's models wrote it; an empty one is nobody's."""
        return self.models() in ("", models.version())

    def _told(self, what: str) -> Any:
        with reaching(), self.cursor() as cursor:
            row = cursor.execute(f"select {what} from cursor").fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Let go of everything; cursors that are still open end with it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def snapshot(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One moment of the lake, to be looked at from several sides while its writer goes on."""
    cursor.execute("begin")
    try:
        yield
    finally:
        _roll_back(cursor)


@contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing, committed at the end. Raises `Unavailable` for what passes by itself."""
    with reaching():
        try:
            cursor.execute("begin")
            yield
            cursor.execute("commit")
        except BaseException:
            _roll_back(cursor)
            raise


@contextmanager
def reaching() -> Iterator[None]:
    """What passes by itself becomes `Unavailable`; our own mistakes stay what they are."""
    try:
        yield
    except duckdb.Error as trouble:
        if is_away(trouble):
            raise Unavailable(AWAY) from trouble
        raise


def is_away(trouble: duckdb.Error) -> bool:
    """Whether an error means that the catalogue or the files cannot be reached for now, not that we made a mistake.

    What DuckLake hears from its catalogue's connection arrives without a class of its own.
    """
    return type(trouble) is duckdb.Error or isinstance(trouble, PASSING)


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """End a transaction in any case: one that is left to the end of its cursor ends the whole process when the
    catalogue has gone away meanwhile.
    """
    with suppress(duckdb.Error):
        cursor.execute("rollback")


def open_reader(settings: Settings) -> Lake:
    """The lake to read. It can touch no file but the lake's own, and nobody can change that through SQL.

    Raises `Unavailable` when there is no lake yet, when it is not of today's models, or its catalogue is away.
    """
    if not _is_made(settings):
        raise Unavailable(MISSING)
    connection = connect(settings)
    try:
        attach_reader(connection, settings)
        connection.execute(f"from lake.main.directory {NOTHING}")
    except duckdb.Error as trouble:
        connection.close()
        raise Unavailable(_sentence(trouble)) from trouble
    lake = Lake(connection)
    if not lake.is_of_today():
        lake.close()
        raise Unavailable(OUTDATED, retry_after_seconds=10)
    shut_in(connection, settings)
    return lake


def _is_made(settings: Settings) -> bool:
    """Whether a lake was ever made. DuckDB would need thirty times as long to find out."""
    try:
        with psycopg.connect(settings.lake_catalog) as catalogue:
            row = catalogue.execute("select to_regclass(%s)", (f"{CATALOGUE_SCHEMA}.ducklake_snapshot",)).fetchone()
    except psycopg.OperationalError as trouble:
        raise Unavailable(AWAY) from trouble
    return row != (None,)


def open_writer(settings: Settings) -> Lake:
    """The lake to write, made if it is not there. The caller holds the writer lock."""
    connection = connect(settings)
    if not is_remote(settings.lake_path):
        Path(settings.lake_path).mkdir(parents=True, exist_ok=True)
    try:
        attach_writer(connection, settings)
        connection.execute("use lake")
        _create_tables(connection)
    except (duckdb.Error, Unavailable) as trouble:
        connection.close()
        raise Unavailable(AWAY) from trouble
    return Lake(connection)


def recreate_tables(cursor: duckdb.DuckDBPyConnection) -> None:
    """All tables empty and of today's shape, in the caller's transaction; an unfinished one shows nobody anything.

    Those that may stay empty for long have had a row, which is gone before anybody could see it: of a table that never
    had any, DuckLake's catalogue is asked for statistics column by column with every query (of clocks it takes 0.1 s).
    """
    found = cursor.execute("select table_name from duckdb_tables() where database_name = 'lake'").fetchall()
    for (name,) in found:
        cursor.execute(f"drop table {name}")
    cursor.execute(models.text("tables"))
    for name in models.OFTEN_EMPTY:
        cursor.execute(f"insert into {name} default values; delete from {name}")


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute(f"from lake.main.cursor {NOTHING}")
    except duckdb.CatalogException:
        with transaction(connection):
            recreate_tables(connection)


def _sentence(trouble: duckdb.Error) -> str:
    """What people may read: DuckDB's own words would show them the catalogue's password."""
    return MISSING if "does not exist" in str(trouble) else AWAY
