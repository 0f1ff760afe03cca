"""The lake: DuckLake over the platform's own PostgreSQL and a folder of Parquet files. One writer, many readers.

DuckLake on a PostgreSQL catalogue is not safe with two writers (duckdb/ducklake#1094): whoever calls `open_writer`
holds the carrier's writer lock. Readers attach read-only, in any process and thread, and see the newest snapshot
with every statement. The lake is a cache of the ledger: rebuild it, never repair it.
"""

import os
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from analytics import models
from core.errors import Unavailable
from core.settings import Settings

CATALOGUE_SCHEMA = "lake"
"""The PostgreSQL schema in which DuckLake keeps its catalogue and small, recent rows."""

INLINED_ROWS = 200
"""Batches up to this size go into PostgreSQL, larger ones into Parquet: ADR 0020 has the curve."""

POSTGRES_CONNECTIONS = 4
MISSING = "The lake is not there yet: it appears when the etl process starts for the first time."
AWAY = "The lake cannot be reached: is the PostgreSQL that keeps its catalogue up?"


class Lake:
    """An open lake. `cursor()` gives a connection for one thread at a time; they share memory and file caches."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own, in which the lake's tables go by their bare names. Close it after use."""
        cursor = self._connection.cursor()
        cursor.execute("use lake")
        return cursor

    def position(self) -> int:
        """The position of the newest event that the lake holds; 0 when it is empty."""
        with self.cursor() as cursor:
            row = cursor.execute("select max(position) from cursor").fetchone()
        return int(row[0] or 0) if row else 0

    def models(self) -> str:
        """By which version of the models it was written; empty when it is empty."""
        with self.cursor() as cursor:
            row = cursor.execute("select max_by(models, position) from cursor").fetchone()
        return str(row[0] or "") if row else ""

    def close(self) -> None:
        """Let go of everything; cursors that are still open end with it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_reader(settings: Settings) -> Lake:
    """The lake to read. It can touch no file but the lake's own, and nobody can change that through SQL.

    Raises `Unavailable` when there is no lake yet or its catalogue is away.
    """
    connection = _connect(settings)
    try:
        _attach(connection, settings, "read_only")
        has_tables = connection.execute(
            "select count(*) from duckdb_tables() where database_name = 'lake' and table_name = 'directory'"
        ).fetchone()
    except duckdb.Error as trouble:
        connection.close()
        raise Unavailable(_sentence(trouble)) from trouble
    if has_tables != (1,):
        connection.close()
        raise Unavailable(MISSING)
    _shut_in(connection, settings)
    return Lake(connection)


def open_writer(settings: Settings) -> Lake:
    """The lake to write, made if it is not there. The caller holds the writer lock."""
    connection = _connect(settings)
    if not is_remote(settings.lake_path):
        Path(settings.lake_path).mkdir(parents=True, exist_ok=True)
    try:
        _attach(connection, settings, f"data_inlining_row_limit {INLINED_ROWS}")
        connection.execute("use lake")
        _create_tables(connection)
    except duckdb.Error as trouble:
        connection.close()
        raise Unavailable(_sentence(trouble)) from trouble
    return Lake(connection)


def is_remote(path: str) -> bool:
    """Whether the lake's files lie in an object store rather than in a folder."""
    return "://" in path


def postgres(url: str) -> str:
    """A libpq address in the key=value form that DuckDB's PostgreSQL extension understands."""
    return make_conninfo("", **conninfo_to_dict(url))


def quoted(text: str) -> str:
    """A string as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension out of its wheel: nothing is fetched and nothing is put into anyone's home."""
    folder = files(f"duckdb_extension_{name}") / "extensions" / f"v{version('duckdb')}"
    connection.execute(f"load {quoted(str(folder / f'{name}.duckdb_extension'))}")


def _connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "memory_limit": settings.lake_memory,
            "threads": os.cpu_count() or 1,
            "temp_directory": tempfile.gettempdir(),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
    )
    for name in ("postgres_scanner", "ducklake", *(("httpfs",) if is_remote(settings.lake_path) else ())):
        load_extension(connection, name)
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"set pg_pool_max_connections = {POSTGRES_CONNECTIONS}")
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings, option: str) -> None:
    connection.execute(
        f"attach {quoted('ducklake:postgres:' + postgres(settings.lake_catalog))} as lake "
        f"(data_path {quoted(settings.lake_path)}, metadata_schema '{CATALOGUE_SCHEMA}', {option})"
    )


def _shut_in(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Only the lake's own files from here on, and no setting can be changed any more."""
    spill = tempfile.gettempdir()
    connection.execute(f"set allowed_directories = [{quoted(settings.lake_path)}, {quoted(spill)}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def recreate_tables(cursor: duckdb.DuckDBPyConnection) -> None:
    """All tables empty and of today's shape, in the caller's transaction; an unfinished one shows nobody anything."""
    found = cursor.execute("select table_name from duckdb_tables() where database_name = 'lake'").fetchall()
    for (name,) in found:
        cursor.execute(f"drop table {name}")
    cursor.execute(models.text("tables"))


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    tables = connection.execute("select count(*) from duckdb_tables() where database_name = 'lake'").fetchone()
    if tables == (0,):
        connection.execute("begin")
        recreate_tables(connection)
        connection.execute("commit")


def _sentence(trouble: duckdb.Error) -> str:
    """What people may read: DuckDB's own words would show them the catalogue's password."""
    return MISSING if "does not exist" in str(trouble) else AWAY
