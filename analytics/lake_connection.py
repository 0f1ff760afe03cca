"""How DuckDB comes to the lake: extensions out of their wheels, the catalogue in PostgreSQL, the files, and no more."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from uuid import uuid4

import duckdb
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from core.settings import Settings

CATALOGUE_SCHEMA = "lake"
"""The PostgreSQL schema in which DuckLake keeps its catalogue and small, recent rows."""

INLINED_ROWS = 75
"""Batches up to this size go into PostgreSQL, larger ones into Parquet: ADR 0020 has the curve."""

FILES = {"parquet_version": "2", "parquet_compression": "lz4_raw"}
"""Instants are written as differences, which panels read in a third of the time (ADR 0120)."""

POSTGRES_CONNECTIONS = 4

PATIENT = "-c idle_in_transaction_session_timeout=0 -c statement_timeout=0"
"""For writers: DuckLake holds a transaction open in its catalogue while it works on files, which may take long."""


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A DuckDB of our own in memory, within the settings' limits, with what the lake needs and nothing attached."""
    connection = duckdb.connect(
        config={
            "memory_limit": settings.lake_memory,
            "threads": os.cpu_count() or 1,
            "temp_directory": f"{tempfile.gettempdir()}/clearqueue-spill-{uuid4().hex}",  # made only when needed
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": True,  # `_checked` has looked at ours
        }
    )
    for name in ("postgres_scanner", "ducklake", *(("httpfs",) if is_remote(settings.lake_path) else ())):
        load_extension(connection, name)
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(
        "set global asof_loop_join_threshold = 0"
    )  # tables of a question look empty until it ends: no loops
    connection.execute(f"set pg_pool_max_connections = {POSTGRES_CONNECTIONS}")
    return connection


@contextmanager
def all_cores(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Every core for the block, one after it: on small batches a second thread costs more than it brings."""
    cursor.execute(f"set threads = {os.cpu_count() or 1}")
    try:
        yield
    finally:
        cursor.execute("set threads = 1")


def give_back(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Let the system have the memory that DuckDB keeps ready for the next query: it does so whenever a limit is set,
    even if that is the one it has. Otherwise it never does.
    """
    cursor.execute(f"set memory_limit = {quoted(settings.lake_memory)}")


def attach_reader(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The lake as `lake`, to read."""
    _attach(connection, settings, postgres(settings.lake_catalog, "lake reader"), "read_only")


def attach_writer(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The lake as `lake`, to write; made if it is not there. Files that are there stay as they are until merged."""
    address = postgres(settings.lake_catalog, "lake writer", PATIENT)
    _attach(connection, settings, address, f"data_inlining_row_limit {INLINED_ROWS}")
    for option, value in FILES.items():
        connection.execute(f"call lake.set_option({quoted(option)}, {quoted(value)})")


def shut_in(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Only the lake's own files from here on, and no setting can be changed any more."""
    connection.execute(f"set allowed_directories = [{quoted(settings.lake_path)}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def is_remote(path: str) -> bool:
    """Whether the lake's files lie in an object store rather than in a folder."""
    return "://" in path


def postgres(url: str, purpose: str, options: str = "") -> str:
    """A libpq address in the key=value form that DuckDB's PostgreSQL extension understands."""
    given = conninfo_to_dict(url)
    options = f"{given.get('options') or ''} {options}".strip()
    return make_conninfo("", **{**given, "application_name": f"clearqueue {purpose}", "options": options or None})


def quoted(text: str) -> str:
    """A string as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension out of its wheel: nothing is fetched and nothing is put into anyone's home."""
    connection.execute(f"load {quoted(_checked(name))}")


@cache
def _checked(name: str) -> str:
    """The path of an extension whose signature DuckDB has checked, once a process: it hashes 40 MB for that (0.1 s)."""
    folder = files(f"duckdb_extension_{name}") / "extensions" / f"v{version('duckdb')}"
    path = str(folder / f"{name}.duckdb_extension")
    with duckdb.connect(config={"allow_community_extensions": False}) as apart:
        apart.execute(f"load {quoted(path)}")
    return path


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings, address: str, option: str) -> None:
    """The files are named relative to `data_path`, so a data folder may be moved: what the settings say counts, not
    where the catalogue was made."""
    place = f"data_path {quoted(settings.lake_path)}, override_data_path true"
    connection.execute(
        f"attach {quoted('ducklake:postgres:' + address)} as lake "
        f"({place}, metadata_schema '{CATALOGUE_SCHEMA}', {option})"
    )
