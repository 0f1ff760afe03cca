"""The lake as plain Parquet files for engines that know no DuckLake: one file a table, all of one moment.

Ids become text, times carry their zone (UTC), and what lasts for ever ends with the year 9999: every engine has those.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.lake import Lake, reaching, snapshot

ROWS = 100_000
"""Rows of a batch: the whole table is never in memory."""

FOREVER = "timestamptz '9999-12-31 00:00:00+00'"


def export_lake(lake: Lake, folder: Path) -> Iterator[tuple[str, int]]:
    """Write `<table>.parquet` for each table into a folder that is there; tells its name and rows once it is whole.

    Raises `Unavailable` if the lake is away and `OSError` if the folder cannot be written to.
    """
    with reaching(), lake.cursor() as cursor, snapshot(cursor):
        found = cursor.execute("select table_name from duckdb_tables() where database_name = 'lake' order by 1")
        for (name,) in found.fetchall():
            yield name, _written(cursor, name, folder / f"{name}.parquet")


def plain_columns(cursor: duckdb.DuckDBPyConnection, table: str) -> str:
    """A table's columns as every engine can read them, for a select."""
    described = cursor.execute(f"describe {table}").fetchall()
    return ", ".join(f"{_plain(name, kind)} as {name}" for name, kind, *_ in described)


def _plain(name: str, kind: str) -> str:
    if kind.startswith("UUID"):
        return f"{name}::{kind.replace('UUID', 'varchar')}"
    if kind == "TIMESTAMP":
        return f"if({name} = timestamp 'infinity', {FOREVER}, {name} at time zone 'UTC')"
    return name


def _written(cursor: duckdb.DuckDBPyConnection, table: str, path: Path) -> int:
    unfinished = path.with_suffix(".part")
    rows = 0
    batches = cursor.execute(f"select {plain_columns(cursor, table)} from {table}").to_arrow_reader(ROWS)
    with pq.ParquetWriter(unfinished, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]))
            rows += batch.num_rows
    unfinished.replace(path)
    return rows
