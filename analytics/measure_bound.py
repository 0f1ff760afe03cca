"""Ibis expressions with values that are bound when the query runs, compiled once and kept.

Building and compiling an expression costs 10 to 20 ms, running it often less. So an expression is compiled for a shape
(which metric, which splits, how many values in a list) with `bound("since", "timestamp")` where a value goes.
The SQL has a placeholder there, and DuckDB gets the value beside the SQL: nothing a person sends becomes SQL text.
"""

from dataclasses import dataclass
from typing import Any

import ibis.expr.datashape as ds
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
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

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Those of `values` that this query has a placeholder for (DuckDB refuses any others)."""
        return {key: values[key] for key in self.keys}


def bound(key: str, kind: str) -> ir.Value:
    """The value that is given as `key` when the query runs; `kind` is an Ibis type."""
    return Bound(key, dt.dtype(kind)).to_expr()


def compiled(expression: ir.Table) -> Query:
    """The expression as SQL for DuckDB."""
    keys = {node.key for node in expression.op().find(Bound)}
    return Query(_Compiler().to_sqlglot(expression).sql("duckdb"), frozenset(keys))
