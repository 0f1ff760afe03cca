"""A filter as a clause on `Ticket`; all values are bound."""

from functools import singledispatch
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from app.filters.columns import CUSTOM, INSTANTS, READ, SPOKEN, TAGS
from app.filters.elsewhere import calls, is_at_risk, moment
from app.filters.tree import NOBODY, Among, AtRisk, Called, Given, Group, Leaf, Says, Span, Tree
from app.tickets.ticket import Ticket
from core.events import UNSOLVED


def clause_of(tree: Tree) -> sa.ColumnElement[bool]:
    """True exactly where `matches` is (app/filters/matching.py)."""
    clauses = [_signed(leaf) for leaf in tree.leaves]
    return sa.and_(sa.true(), *clauses)


def _signed(leaf: Leaf) -> sa.ColumnElement[bool]:
    """What is empty is not among values; so "not among them" is true for it."""
    clause = _clause(leaf)
    return sa.not_(sa.func.coalesce(clause, sa.false())) if leaf.is_negated else clause


@singledispatch
def _clause(leaf: Any) -> sa.ColumnElement[bool]:
    raise TypeError(f"no clause for {leaf!r}")


@_clause.register
def _among(leaf: Among) -> sa.ColumnElement[bool]:
    if leaf.column == TAGS:
        return _tagged(leaf.values)
    if leaf.column.startswith(CUSTOM):
        return _custom(leaf)
    column = _column(leaf.column)
    values = [READ[leaf.column](value) for value in leaf.values if value != NOBODY]
    if leaf.column == "category" and set(values) == {one.value for one in UNSOLVED}:
        return is_unsolved()
    if leaf.column in SPOKEN:
        column = sa.func.lower(column)
    return _empty_or_in(column, values, leaf.values)


@_clause.register
def _span(leaf: Span) -> sa.ColumnElement[bool]:
    column = _column(leaf.column)
    read = moment if leaf.column in INSTANTS else int
    edges = [column >= read(leaf.low)] if leaf.low is not None else []
    edges += [column < read(leaf.high)] if leaf.high is not None else []
    return sa.and_(column.is_not(None), *edges)


@_clause.register
def _given(leaf: Given) -> sa.ColumnElement[bool]:
    given: sa.ColumnElement[bool] = _column(leaf.column).is_not(None)
    return given


@_clause.register
def _says(leaf: Says) -> sa.ColumnElement[bool]:
    return sa.func.strpos(sa.func.lower(col(Ticket.title)), leaf.text) > 0


@_clause.register
def _called(leaf: Called) -> sa.ColumnElement[bool]:
    return calls(leaf)


@_clause.register
def _at_risk(leaf: AtRisk) -> sa.ColumnElement[bool]:
    return is_at_risk(leaf)


@_clause.register
def _group(leaf: Group) -> sa.ColumnElement[bool]:
    parts = [_signed(part) for part in leaf.parts]
    return sa.or_(sa.false(), *parts) if leaf.is_any else sa.and_(sa.true(), *parts)


def is_unsolved() -> sa.ColumnElement[bool]:
    """The categories stand in the SQL itself, as in the partial indexes, so that Postgres sees that they fit."""
    unsolved: sa.BindParameter[list[str]] = sa.bindparam(
        "unsolved", [category.value for category in UNSOLVED], expanding=True, literal_execute=True
    )
    return col(Ticket.category).in_(unsolved)


def _empty_or_in(column: Any, values: list[Any], written: tuple[str, ...]) -> sa.ColumnElement[bool]:
    among = column.in_(values) if values else sa.false()
    return sa.or_(column.is_(None), among) if NOBODY in written else among


def _tagged(values: tuple[str, ...]) -> sa.ColumnElement[bool]:
    tag = sa.func.unnest(col(Ticket.tags)).column_valued("tag")
    named = sa.exists(sa.select(sa.literal(1)).where(sa.func.lower(tag).in_(values)).correlate(Ticket))
    return sa.or_(named, sa.func.cardinality(col(Ticket.tags)) == 0) if NOBODY in values else named


def _custom(leaf: Among) -> sa.ColumnElement[bool]:
    """The field's text in lower case, or one of the parts between commas: a field may have several values."""
    whole = sa.func.lower(col(Ticket.custom)[leaf.column.removeprefix(CUSTOM)].as_string())
    values = [value for value in leaf.values if value != NOBODY]
    parts = sa.func.string_to_array(whole, ",", type_=ARRAY(sa.Text))
    among = sa.or_(whole.in_(values), parts.overlap(sa.cast(values, ARRAY(sa.Text)))) if values else sa.false()
    return sa.or_(whole.is_(None), among) if NOBODY in leaf.values else among


def _column(name: str) -> Any:
    if name not in READ and name not in INSTANTS and name != "priority":
        raise KeyError(name)
    return col(getattr(Ticket, name))
