"""Ibis expressions with values that are bound when the query runs, compiled once and kept.

Building and compiling an expression costs 10 to 20 ms, running it often less. So an expression is compiled for a shape
(which metric, which splits, how many values in a list) with `bound("since", "timestamp")` where a value goes.
The SQL has a placeholder there, and DuckDB gets the value beside the SQL: nothing a person sends becomes SQL text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import duckdb
import ibis.expr.datashape as ds
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import polars as pl
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler


class Bound(ops.Value):  # type: ignore[misc]
    """A scalar whose value comes with each run of the query."""

    key: str
    dtype: dt.DataType
    shape = ds.scalar

    @property
    def name(self) -> str:
        """What a column made of nothing else would be called."""
        return self.key


class _Compiler(DuckDBCompiler):  # type: ignore[misc]
    __slots__ = ()

    def visit_Bound(self, op: Bound, *, key: str, dtype: dt.DataType) -> sge.Expression:  # noqa: N802
        placeholder: sge.Expression = self.cast(sge.Parameter(this=sge.Var(this=key)), dtype)
        return placeholder


@dataclass(frozen=True, slots=True)
class Query:
    """SQL for DuckDB and the names of the values it wants."""

    sql: str
    keys: frozenset[str]
    expression: ir.Table = field(compare=False, repr=False)
    """What it was compiled from, for engines of another kind (analytics/elsewhere.py)."""

    def wanted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those of `values` that this query has a placeholder for (DuckDB refuses any others)."""
        return {key: values[key] for key in self.keys}

    def paged(self) -> Self:
        """The same, a page at a time: it wants a `limit` and an `offset` as well."""
        return replace(self, sql=f"{self.sql} limit $limit offset $offset", keys=self.keys | {"limit", "offset"})


def bound(key: str, kind: str) -> ir.Value:
    """The value that is given as `key` when the query runs; `kind` is an Ibis type."""
    return Bound(key, dt.dtype(kind)).to_expr()


def compiled(expression: ir.Table) -> Query:
    """The expression as SQL for DuckDB."""
    keys = {node.key for node in expression.op().find(Bound)}
    written = _Compiler().to_sqlglot(expression)
    for select in written.find_all(sge.Select):
        _find_together(select)
    return Query(written.sql("duckdb"), frozenset(keys), expression)


def _find_together(select: sge.Select) -> None:
    """Several quantiles of one column are found in one go: each by itself keeps all values and sorts them anew."""
    of: dict[sge.Expression, list[sge.PercentileCont]] = {}
    for column in select.expressions:
        found = column.unalias()
        if isinstance(found, sge.PercentileCont):
            of.setdefault(found.this, []).append(found)
    for several in of.values():
        points = [one.expression.copy() for one in several] if len(several) > 1 else []
        for place, one in enumerate(several if points else [], start=1):
            all_of_them = sge.PercentileCont(this=one.this.copy(), expression=sge.Array(expressions=points))
            one.replace(sge.Anonymous(this="LIST_EXTRACT", expressions=[all_of_them, sge.convert(place)]))


def run(cursor: Any, query: Query, values: Mapping[str, Any]) -> pl.DataFrame:
    """The query's rows, from DuckDB or from wherever the cursor asks (analytics/elsewhere.py)."""
    found = cursor.execute(query.sql, query.wanted(values)).pl() if is_ours(cursor) else cursor.answer(query, values)
    assert isinstance(found, pl.DataFrame)
    return found


def is_ours(cursor: Any) -> bool:
    """Whether the tables stand in DuckDB."""
    return isinstance(cursor, duckdb.DuckDBPyConnection)
