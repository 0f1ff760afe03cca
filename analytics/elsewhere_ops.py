"""Expressions of the catalogue made ready for another engine: its tables, values put in, no joins that it lacks."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.common.graph import Node

from analytics.measure_bound import Bound

NEXT = "asof_next"


def put_into(expression: ir.Table, values: Mapping[str, Any], table: Callable[[str], ir.Table]) -> ir.Table:
    """The expression over `table`'s tables, with `values` in the places of what is bound."""
    tables: dict[str, Node] = {}

    def changed(node: Node, kwargs: Mapping[str, Any] | None) -> Node:
        if isinstance(node, Bound):
            return ibis.literal(_plain(values[node.key]), node.dtype).op()
        if isinstance(node, ops.UnboundTable):
            if node.name not in tables:
                tables[node.name] = table(node.name).select(*node.schema.names).op()
            return tables[node.name]
        made = node.__recreate__(kwargs) if kwargs else node
        return without_asof(made) if isinstance(made, ops.JoinChain) else made

    return expression.op().replace(changed).to_expr()


def without_asof(chain: ops.JoinChain) -> ops.JoinChain:
    """The same rows by joins on ranges: each row of the right side holds until the next one of its kind."""
    for n, link in enumerate(chain.rest):
        if link.how == "asof":
            chain = _ranged(chain, n, link)
    return chain


def _ranged(chain: ops.JoinChain, place: int, link: ops.JoinLink) -> ops.JoinChain:
    ordered = next(each for each in link.predicates if not isinstance(each, ops.Equals))
    kinds = [_side(each, link.table).name for each in link.predicates if isinstance(each, ops.Equals)]
    edge, instant = _side(ordered, link.table), _side(ordered, link.table, other=True)
    right = link.table.parent.to_expr()
    until = right[edge.name].lead().over(group_by=kinds, order_by=edge.name)
    wider = ops.JoinReference(right.mutate(**{NEXT: until}).op(), link.table.identifier)
    ends = ops.Field(wider, NEXT)
    beyond = ops.LessEqual(instant, ends) if isinstance(ordered, ops.Greater) else ops.Less(instant, ends)
    moved = {link.table: wider}
    predicates = [each.replace(moved) for each in link.predicates]
    ranged = ops.JoinLink("left", wider, [*predicates, ops.Or(ops.IsNull(ends), beyond)])
    rest = [ranged if n == place else each for n, each in enumerate(chain.rest)]
    return ops.JoinChain(chain.first, rest, {name: value.replace(moved) for name, value in chain.values.items()})


def _side(predicate: ops.Comparison, table: ops.JoinReference, *, other: bool = False) -> Any:
    right_is_theirs = table in predicate.right.relations
    theirs, ours = (predicate.right, predicate.left) if right_is_theirs else (predicate.left, predicate.right)
    return ours if other else theirs


def _plain(value: Any) -> Any:
    """Ids are text over there."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, UUID) else value
