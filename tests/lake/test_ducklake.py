"""What we assume of DuckLake. When a new version breaks one of these, read ADR 0020 before anything else."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import duckdb
import psycopg
import pytest

from analytics.lake import Lake, open_reader, open_writer
from analytics.lake_connection import INLINED_ROWS
from core.settings import Settings

FOREVER = "timestamp 'infinity'"


@pytest.fixture
def writer(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(settings) as lake, lake.cursor() as cursor:
        cursor.execute("create table span (id uuid, since timestamp, until timestamp, words varchar[])")
        yield cursor


def insert(writer: duckdb.DuckDBPyConnection, rows: int, since: str = "2026-01-01") -> None:
    writer.execute(
        f"""
        insert into span
        select md5(i::varchar)::uuid, timestamp '{since}' + interval (i) minute, {FOREVER}, ['a', null]
        from range({rows}) as number (i)
        """
    )


def files(settings: Settings) -> int:
    return len([*Path(settings.lake_path).rglob("*.parquet")])


def test_the_extensions_are_of_the_engine_and_come_from_their_wheels() -> None:
    wheels = ("duckdb-extension-ducklake", "duckdb-extension-postgres-scanner")
    assert {version(wheel) for wheel in wheels} == {version("duckdb")}


def test_few_rows_go_into_postgresql_and_many_into_a_file(
    settings: Settings, writer: duckdb.DuckDBPyConnection
) -> None:
    insert(writer, INLINED_ROWS)
    assert files(settings) == 0
    insert(writer, INLINED_ROWS + 1)
    assert files(settings) == 1


@pytest.mark.parametrize("rows", [3, INLINED_ROWS + 3])
def test_infinity_ids_and_lists_come_back_as_they_were(
    settings: Settings, writer: duckdb.DuckDBPyConnection, rows: int
) -> None:
    insert(writer, rows)
    with open_reader(settings) as lake, lake.cursor() as cursor:
        open_spans = f"select count(*) from span where until = {FOREVER} and until > timestamp '2026-06-01'"
        assert cursor.execute(open_spans).fetchone() == (rows,)
        one = "select words from span where id = md5('1')::uuid and since < timestamp '2026-01-01 00:02'"
        assert cursor.execute(one).fetchone() == (["a", None],)
        assert cursor.execute("select count(*) from span where until < timestamp '2026-06-01'").fetchone() == (0,)


@pytest.mark.parametrize("rows", [3, INLINED_ROWS + 3])
def test_a_row_can_be_replaced_in_one_transaction(writer: duckdb.DuckDBPyConnection, rows: int) -> None:
    insert(writer, rows)
    for turn in range(3):
        writer.execute("begin")
        writer.execute("delete from span where id = md5('1')::uuid")
        writer.execute(f"insert into span values (md5('1')::uuid, timestamp '2026-02-0{turn + 1}', {FOREVER}, [])")
        writer.execute("commit")
    found = writer.execute("select since from span where id = md5('1')::uuid").fetchall()
    assert [row[0].isoformat() for row in found] == ["2026-02-03T00:00:00"]
    assert writer.execute("select count(*) from span").fetchone() == (rows,)


def test_nothing_of_a_transaction_is_seen_before_its_end(settings: Settings, writer: duckdb.DuckDBPyConnection) -> None:
    with open_reader(settings) as lake:
        writer.execute("begin")
        insert(writer, 3)
        writer.execute("insert into cursor values (3, '')")
        assert seen(lake) == (0, None)
        writer.execute("commit")
        assert seen(lake) == (3, 3)


def test_a_dropped_and_remade_table_keeps_its_readers(settings: Settings, writer: duckdb.DuckDBPyConnection) -> None:
    insert(writer, 3)
    with open_reader(settings) as lake:
        assert seen(lake)[0] == 3
        writer.execute("begin")
        writer.execute("drop table span")
        writer.execute("create table span (since timestamp, added varchar)")
        assert seen(lake)[0] == 3
        writer.execute("insert into span values (timestamp '2026-01-01', 'x')")
        writer.execute("commit")
        assert seen(lake)[0] == 1


def test_a_writer_that_vanishes_leaves_no_half(settings: Settings, writer: duckdb.DuckDBPyConnection) -> None:
    insert(writer, 3)
    writer.execute("begin")
    insert(writer, 500)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name = 'clearqueue lake writer'"
        )
    with pytest.raises(duckdb.Error):
        writer.execute("commit")
    with open_reader(settings) as lake:
        assert seen(lake)[0] == 3


def seen(lake: Lake) -> tuple[int, int | None]:
    with lake.cursor() as cursor:
        row = cursor.execute("select (select count(*) from span), (select max(position) from cursor)").fetchone()
    assert row is not None
    return row[0], row[1]
