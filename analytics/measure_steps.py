"""Which steps of spans matter to whom. A step that changes nothing that is asked for cancels with its twin.

Of all that a ticket leaves and enters in one instant, two steps of one slice add up to nothing. `queue_delta.changes`
has a bit for all that may be asked of a step, so that the others are not read: for the columns by which levels are
split, and for what levels keep by (models/ticket_interval.sql). Organisation and channel never change.
"""

from collections.abc import Callable, Iterable

import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.common.graph import Node

from core.events import Category

Keep = Callable[[ir.Table], ir.BooleanValue]
"""Which spans a level or a time counts; asked of `ticket_interval` and of `queue_delta` alike."""

_LEFT = (Category.SOLVED, Category.CLOSED, Category.MERGED, Category.SPAM, Category.DELETED)

CHANGES = {
    "queue_id": 2048, "category": 16, "awaiting_reply": 8, "agent_id": 4, "state_id": 2, "priority": 1,
}  # fmt: skip
"""The bit of each column."""


def is_unsolved(category: ir.StringValue) -> ir.BooleanValue:
    """NEW, OPEN, PENDING or HOLD; said by what it is not, which DuckDB filters four times faster.

    The bounds say nothing new: they spare reading the parts of a file in which solved life lies apart.
    """
    return category.notin([*_LEFT]) & (category >= Category.HOLD) & (category <= Category.PENDING)


def stands_unsolved(span: ir.Table) -> ir.BooleanValue:
    """The backlog."""
    return is_unsolved(span.category)


def is_there(span: ir.Table) -> ir.BooleanValue:
    """Not merged into another."""
    return span.category != Category.MERGED


def is_unowned(span: ir.Table) -> ir.BooleanValue:
    """Unsolved, and nobody's."""
    return is_unsolved(span.category) & span.agent_id.isnull()


def is_begun(span: ir.Table) -> ir.BooleanValue:
    """Unsolved, no longer new, and somebody's."""
    return is_unsolved(span.category) & (span.category != Category.NEW) & span.agent_id.notnull()


def is_possessed(span: ir.Table) -> ir.BooleanValue:
    """In NEW or OPEN, and somebody's."""
    return _is_work(span) & span.agent_id.notnull()


def waits_for_us(span: ir.Table) -> ir.BooleanValue:
    """In NEW or OPEN, and the customer waits for an answer."""
    return _is_work(span) & span.awaiting_reply


UNSOLVED, THERE = 1024, 512
KEPT: dict[Keep, int] = {
    stands_unsolved: UNSOLVED, is_there: THERE, is_unowned: 256, is_begun: 128, is_possessed: 64, waits_for_us: 32,
}  # fmt: skip
"""What levels keep by: the bits of `stands` that tell whether it holds, and of `changes` whether it begins or ends."""


def standing(keep: Keep, step: ir.Table) -> ir.BooleanValue:
    """What is kept, said by its bit where it has one: that is one narrow column instead of several."""
    bit = _named(step).get(keep(step).op())
    if bit is None:
        return keep(step)
    if bit == UNSOLVED:
        return step.stands >= UNSOLVED  # a bound, by which parts of a file are left out
    holds = (step.stands & bit) != 0
    return holds & (step.stands >= UNSOLVED) if bit < THERE else holds


def is_of_unsolved(keep: Keep, span: ir.Table) -> bool:
    """Whether all that is kept is known to be unsolved life."""
    return _is_of_unsolved(keep(span).op(), {condition(span).op() for condition, bit in KEPT.items() if bit != THERE})


def _is_of_unsolved(condition: Node, unsolved: set[Node]) -> bool:
    if isinstance(condition, ops.Or):
        return all(_is_of_unsolved(side, unsolved) for side in condition.args)
    return condition in unsolved


def changes_seen(keep: Keep, step: ir.Table, split: Iterable[str]) -> int:
    """The bits of `changes` that make a difference to who adds up, by these columns, what is kept so."""
    wanted = 0
    for column in split:
        wanted |= CHANGES.get(column, 0)
    return wanted | _bits(keep(step).op(), _named(step))


def _named(step: ir.Table) -> dict[Node, int]:
    return {condition(step).op(): bit for condition, bit in KEPT.items()}


def _bits(condition: Node, named: dict[Node, int]) -> int:
    """What is known by a name has its own bit; of all else it is those of the columns that it looks at."""
    if condition in named:
        return named[condition]
    if isinstance(condition, ops.And | ops.Or):
        return _bits(condition.left, named) | _bits(condition.right, named)
    found = 0
    for field in condition.find(ops.Field):
        found |= CHANGES.get(field.name, 0)
    return found


def _is_work(span: ir.Table) -> ir.BooleanValue:
    return (span.category == Category.NEW) | (span.category == Category.OPEN)
