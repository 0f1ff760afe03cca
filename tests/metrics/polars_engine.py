"""The lake on Polars: the expressions that DuckDB runs, run by Ibis' Polars backend.

Ibis leaves out some of what Polars can do; what the catalogue needs of that and is one line stands here. The rest is
`LACKS`, by the operation.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import polars as pl
from ibis.backends.polars import Backend
from ibis.backends.polars.compiler import literal, translate
from ibis.common.exceptions import OperationNotDefinedError

from analytics.elsewhere import Cursor, Elsewhere

FOREVER = "timestamp '9999-12-31'"
"""What lasts for ever ends in plain files then (analytics/lake_export.py)."""

LACKS = {
    "joins on ranges": (TypeError, "Only equality join predicates"),
    "windows": (OperationNotDefinedError, "WindowFunction"),
}
"""What Ibis' Polars backend refuses to translate, and how it says so."""


class PolarsLake(Elsewhere):
    """The tables of a lake in DuckDB once more, on Polars; ids are text."""

    def __init__(self, here: duckdb.DuckDBPyConnection) -> None:
        self.here, backend = here, _Backend()
        backend.do_connect()
        found = here.execute("select table_name from duckdb_tables() where database_name = 'lake'").fetchall()
        for (name,) in found:
            columns = here.execute(f"describe {name}").fetchall()
            rows = here.execute(f"select {', '.join(_plain(column, kind) for column, kind, *_ in columns)} from {name}")
            backend.create_table(name, rows.to_arrow_table())
        super().__init__(backend)

    @contextmanager
    def cursor(self) -> Iterator["_Cursor"]:
        """For one question."""
        with self.here.cursor() as desk:
            yield _Cursor(self, desk)


class _Cursor(Cursor):
    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Self:
        """Plain SQL is asked here: it tells how far the lake has come and what things are called, and no numbers."""
        self._desk.execute(sql, dict(parameters or {}))
        return self


class _Backend(Backend):  # type: ignore[misc]
    """Polars whose instants are those of the lake: Ibis takes "in microseconds" for a type of its own."""

    def table(self, name: str, database: None = None) -> ir.Table:
        """The table with plain instants."""
        found = super().table(name, database=database).op()
        schema = {column: dt.timestamp if kind.is_timestamp() else kind for column, kind in found.schema.items()}
        return ops.DatabaseTable(found.name, ibis.schema(schema), source=self, namespace=found.namespace).to_expr()


def _plain(name: str, kind: str) -> str:
    if kind.startswith("UUID"):
        return f"{name}::{kind.replace('UUID', 'varchar')} as {name}"
    return f"if({name} = timestamp 'infinity', {FOREVER}, {name}) as {name}" if kind == "TIMESTAMP" else name


@translate.register(ops.Literal)
def _literal(op: ops.Literal, **more: Any) -> pl.Expr:
    """Ibis writes instants in nanoseconds, in which the year 9999 has no number, and no ids."""
    kind = op.dtype.value_type if op.dtype.is_array() else op.dtype
    plain = pl.Datetime("us") if kind.is_timestamp() else pl.String() if kind.is_uuid() else None
    if plain is None or op.value is None:
        return literal(op, **more)
    if not op.dtype.is_array():
        return pl.lit(str(op.value) if kind.is_uuid() else op.value, dtype=plain)
    values = [str(value) if kind.is_uuid() else value for value in op.value]
    return pl.lit(pl.Series("", values, dtype=plain)).implode()


@translate.register(ops.TimestampDelta)
def _delta(op: ops.TimestampDelta, **more: Any) -> pl.Expr:
    """Whole units between two instants."""
    passed = translate(op.left, **more) - translate(op.right, **more)
    found: pl.Expr = getattr(passed.dt, f"total_{op.part.value}s")()
    return found
