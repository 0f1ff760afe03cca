"""A filter asked of one row in Python: the reference that SQL must agree with, and what keeps counts."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import singledispatch
from typing import Any

from app.filters.columns import CUSTOM, INSTANTS, SPOKEN, TAGS, instant_of
from app.filters.tree import NOBODY, Among, AtRisk, Called, Given, Group, Leaf, Says, Span, Tree
from search.document import milliseconds, written


def matches(tree: Tree, row: Any) -> bool:
    """Whether a ticket's row (or anything with its attributes) is found by the filter."""
    return all(_is_so(leaf, row) for leaf in tree.leaves)


def asked_of(trees: Iterable[Tree]) -> Callable[[Any], Hashable]:
    """What these filters look at in a row: rows that agree in it are found by the same ones."""
    columns = sorted({column for tree in trees for leaf in tree.leaves for column in _columns(leaf)})
    return lambda row: tuple([_asked(row, column) for column in columns])


def _columns(leaf: Leaf) -> Iterator[str]:
    if isinstance(leaf, Group):
        for part in leaf.parts:
            yield from _columns(part)
    elif isinstance(leaf, Called | AtRisk):
        raise TypeError(f"no row tells {leaf!r}")
    else:
        yield "title" if isinstance(leaf, Says) else leaf.column


def _asked(row: Any, column: str) -> Hashable:
    value = row.custom.get(column.removeprefix(CUSTOM)) if column.startswith(CUSTOM) else getattr(row, column)
    return (type(value), str(value)) if isinstance(value, list | dict) else (type(value), value)


def _is_so(leaf: Leaf, row: Any) -> bool:
    return _holds(leaf, row) != leaf.is_negated


@singledispatch
def _holds(leaf: Any, row: Any) -> bool:
    raise TypeError(f"no reading of {leaf!r}")


@_holds.register
def _among(leaf: Among, row: Any) -> bool:
    if leaf.column == TAGS:
        return any(tag.lower() in leaf.values for tag in row.tags) or (NOBODY in leaf.values and not row.tags)
    if leaf.column.startswith(CUSTOM):
        value = row.custom.get(leaf.column.removeprefix(CUSTOM))
        if value is None:
            return NOBODY in leaf.values
        whole = written(value).lower()
        return not _written(leaf.values).isdisjoint((whole, *whole.split(",")))
    value = getattr(row, leaf.column)
    if value is None:
        return NOBODY in leaf.values
    return (str(value).lower() if leaf.column in SPOKEN else str(value)) in _written(leaf.values)


@_holds.register
def _span(leaf: Span, row: Any) -> bool:
    if leaf.column in INSTANTS:
        moment = instant_of(row, leaf.column)
        value = None if moment is None else milliseconds(moment)
    else:
        value = getattr(row, leaf.column)
    if value is None:
        return False
    return (leaf.low is None or leaf.low <= value) and (leaf.high is None or value < leaf.high)


@_holds.register
def _given(leaf: Given, row: Any) -> bool:
    return getattr(row, leaf.column) is not None


@_holds.register
def _says(leaf: Says, row: Any) -> bool:
    return leaf.text in row.title.lower()


@_holds.register
def _group(leaf: Group, row: Any) -> bool:
    return (any if leaf.is_any else all)(_is_so(part, row) for part in leaf.parts)


def _written(values: tuple[str, ...]) -> set[str]:
    """The values without the word for nothing, which a field could hold as its text."""
    return set(values) - {NOBODY}
