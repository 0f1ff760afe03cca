"""The lake's tables on another engine that Ibis speaks to: Spark on a cluster, ClickHouse, Snowflake.

    lake = Elsewhere(ibis.pyspark.connect(session))
    measure("first_reply_time", by="queue", grain="week", lake=lake)

The catalogue, `measure()` and the drill stay what they are: only where their expressions run differs. The engine
holds the tables as `clearqueue export-lake` writes them (docs/outgrowing.md): ids as text, what lasts until 9999.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import duckdb
import polars as pl
import sqlglot
import sqlglot.expressions as sge
from ibis.backends.sql import SQLBackend

from analytics.elsewhere_ops import put_into
from analytics.measure_bound import Query

LOCAL = ("directory", "cursor")
"""Small tables that are asked for at every turn: names, and how far the lake has come. They are fetched once."""

MOST_ROWS = 2**31 - 1
"""Spark counts the rows of a limit in 32 bits."""


class Elsewhere:
    """A lake that stands on `backend`, in its database `database` if it is not the current one."""

    def __init__(self, backend: SQLBackend, database: str | None = None) -> None:
        self.backend, self.database = backend, database
        self._desk = duckdb.connect()
        self._desk.execute("attach ':memory:' as lake")
        for name in LOCAL:
            self._desk.register("arrived", backend.to_pyarrow(backend.table(name, database=database)))
            self._desk.execute(f"create table lake.main.{name} as from arrived")

    @contextmanager
    def cursor(self) -> Iterator["Cursor"]:
        """For one question."""
        with self._desk.cursor() as desk:
            yield Cursor(self, desk)


class Cursor:
    """Asks small things here and large ones elsewhere."""

    def __init__(self, lake: Elsewhere, desk: duckdb.DuckDBPyConnection) -> None:
        self._lake, self._desk = lake, desk

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Self:
        """Plain SQL, as DuckDB has it."""
        asked = sqlglot.parse_one(sql, read="duckdb")
        if all(table.name in LOCAL for table in asked.find_all(sge.Table)):
            self._desk.execute(sql, dict(parameters or {}))
            return self
        for table in asked.find_all(sge.Table):
            table.set("catalog", None)
            table.set("db", sge.to_identifier(self._lake.database) if self._lake.database else None)
        asked = asked.transform(lambda node: _literal(parameters, node) if isinstance(node, sge.Parameter) else node)
        backend = self._lake.backend
        expression = backend.sql(asked.sql(backend.dialect))
        self._desk.register("arrived", backend.to_pyarrow(expression))
        self._desk.execute("from arrived")
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return self._desk.fetchall()

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return self._desk.fetchone()

    def answer(self, query: Query, values: Mapping[str, Any]) -> pl.DataFrame:
        """An expression of the catalogue, run over there with its values."""
        backend = self._lake.backend
        expression = put_into(query.expression, values, lambda name: backend.table(name, database=self._lake.database))
        if "limit" in query.keys:
            expression = expression.limit(min(values["limit"], MOST_ROWS), offset=values["offset"])
        frame = pl.from_arrow(backend.to_pyarrow(expression))
        assert isinstance(frame, pl.DataFrame)
        return frame


def _literal(parameters: Mapping[str, Any] | None, node: sge.Parameter) -> sge.Expr:
    value = (parameters or {})[node.name]
    if isinstance(value, list):
        return sge.array(*(sge.convert(str(each)) for each in value))
    return sge.convert(value if value is None or isinstance(value, int) else str(value))
