"""Opening the lake: who may do what with it, and what is said when it is not there."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import duckdb
import psycopg
import pytest

from analytics import models
from analytics.lake import AWAY, MISSING, Lake, open_reader, open_writer, snapshot, transaction
from core.errors import Unavailable
from core.settings import Settings
from etl.sinks.lake import LakeSink
from tests.lake.conftest import tell
from tests.lake.test_sink import busy_week


@pytest.fixture
def reader(settings: Settings) -> Iterator[Lake]:
    open_writer(settings).close()
    with open_reader(settings) as lake:
        yield lake


def test_a_lake_that_is_not_there_is_unavailable(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("drop schema lake cascade")
    with pytest.raises(Unavailable) as refusal:
        open_reader(settings)
    assert refusal.value.sentence == MISSING


def test_tables_that_may_stay_empty_have_statistics(settings: Settings) -> None:
    """Or each query of them would ask the catalogue column by column."""
    with psycopg.connect(settings.database_url) as connection:
        rows = connection.execute(
            "select table_name, record_count from lake.ducklake_table natural join lake.ducklake_table_stats"
        ).fetchall()
    assert {(name, 0) for name in models.OFTEN_EMPTY} <= set(rows)


@pytest.mark.parametrize("opening", [open_reader, open_writer])
def test_a_catalogue_that_is_away_is_unavailable_and_no_secret_is_told(settings: Settings, opening: type) -> None:
    away = settings.model_copy(update={"database_url": "postgresql://me:secret@127.0.0.1:1/nowhere"})
    with pytest.raises(Unavailable) as refusal:
        opening(away)
    assert refusal.value.sentence == AWAY


@pytest.mark.parametrize(
    "statement",
    [
        "insert into cursor values (1, '')",
        "delete from ticket",
        "select * from read_csv('/etc/passwd')",
        "copy (select 1) to '/tmp/clearqueue-escaped.csv'",
        "attach '/tmp/clearqueue-escaped.db' as escaped",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
        "install httpfs",
        "load '/tmp/clearqueue-escaped.duckdb_extension'",
    ],
)
def test_a_reader_only_reads_the_lake(reader: Lake, statement: str) -> None:
    with reader.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement)


def test_a_reader_sees_each_commit_at_once(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    with open_reader(settings) as lake, lake.cursor() as cursor:
        for part in (entries[:3], entries[3:9]):
            sink.write(part)
            assert cursor.execute("select count(*) from event").fetchone() == (part[-1].position,)
            assert lake.position() == part[-1].position


def test_many_threads_read_at_once(reader: Lake) -> None:
    def count(_: int) -> object:
        with reader.cursor() as cursor:
            return cursor.execute("select count(*) from ticket").fetchone()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(count, range(40))) == {(0,)}


def test_a_transaction_that_fails_leaves_nothing(settings: Settings) -> None:
    with open_writer(settings) as lake, lake.cursor() as cursor:
        with suppress(ZeroDivisionError), transaction(cursor):
            cursor.execute("insert into cursor values (7, '')")
            raise ZeroDivisionError
        assert lake.position() == 0


def test_a_catalogue_that_goes_away_in_the_middle_ends_nobody(settings: Settings) -> None:
    with open_writer(settings) as lake, lake.cursor() as cursor:
        with pytest.raises(Unavailable):
            move_cursor_and(cursor, partial(hang_up, settings))
        assert lake.position() == 0
        move_cursor_and(cursor, lambda: None)
        assert lake.position() == 7


def test_a_catalogue_that_goes_away_from_a_reader_ends_nobody(settings: Settings, reader: Lake) -> None:
    with reader.cursor() as cursor, snapshot(cursor):
        cursor.execute("from cursor").fetchall()
        hang_up(settings)
        with pytest.raises(duckdb.Error):
            cursor.execute("from ticket").fetchall()
    assert reader.position() == 0


def test_addresses_with_odd_characters_reach_the_catalogue(settings: Settings, tmp_path: Path) -> None:
    name = "it's a lake"
    with closing(psycopg.connect(settings.database_url, autocommit=True)) as connection:
        connection.execute(f'create database "{name}"')
    try:
        odd = psycopg.conninfo.make_conninfo(settings.database_url, dbname=name)
        moved = settings.model_copy(update={"lake_catalog_url": odd, "data_dir": tmp_path / "it's here"})
        open_writer(moved).close()
        with open_reader(moved) as lake:
            assert lake.position() == 0
    finally:
        with closing(psycopg.connect(settings.database_url, autocommit=True)) as connection:
            connection.execute(f'drop database "{name}" with (force)')


def move_cursor_and(cursor: duckdb.DuckDBPyConnection, happens: Callable[[], None]) -> None:
    """A transaction in whose middle something happens."""
    with transaction(cursor):
        cursor.execute("insert into cursor values (7, '')")
        happens()


def hang_up(settings: Settings) -> None:
    """End all connections of lakes, as a restart of PostgreSQL does."""
    with closing(psycopg.connect(settings.database_url, autocommit=True)) as connection:
        connection.execute(
            """
            select pg_terminate_backend(pid)
            from pg_stat_activity
            where datname = current_database() and application_name like 'clearqueue lake%'
            """
        )
