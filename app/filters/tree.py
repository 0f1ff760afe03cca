"""A filter with all names turned into ids: what SQL and Python are made of, and what a count is kept for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import orjson

NOBODY = "none"
"""Among the values of a column that may be empty: it is."""


@dataclass(frozen=True, slots=True)
class Among:
    """The column is one of `values`; for `tags`, one of the tags is; `custom.key` reads a custom field.

    Values are text: ids as UUID writes them, everything that people spell in folded case.
    """

    column: str
    values: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """`low` ≤ column < `high`: times in milliseconds since 1970, or a number."""

    column: str
    low: int | None
    high: int | None
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The column is not empty."""

    column: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Says:
    """The subject contains `text` (in folded case)."""

    text: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """A note that the reader may read calls one of `person_ids`. No row of a ticket tells it (`Tree.is_moving`).

    `reader_id` and `admin_queue_ids` are the reader's, for restricted notes; `reads_all`: these are no wall to them.
    """

    person_ids: tuple[str, ...]
    reader_id: str | None
    admin_queue_ids: tuple[str, ...]
    reads_all: bool
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A clock runs, is not over, and has so little left that it is at risk. No row of a ticket tells it, either.

    `horizons`: of business clocks calendar, its version and the target's seconds, and until when (in milliseconds) a
    due time is near; those of other clocks lie a fixed time behind `now`.
    """

    now: int
    horizons: tuple[tuple[str, int, int, int], ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """All of the parts hold, or any of them."""

    parts: "tuple[Leaf, ...]"
    is_any: bool
    is_negated: bool = False


Leaf = Among | Span | Given | Says | Called | AtRisk | Group
KINDS: dict[str, Any] = {
    "among": Among, "span": Span, "given": Given, "says": Says, "called": Called, "at_risk": AtRisk, "group": Group,
}  # fmt: skip
_NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Tree:
    """All of `leaves` must hold; an empty tree is every ticket.

    `is_moving`: what it finds changes while no ticket's row does, by time alone or by what stands elsewhere; only SQL
    answers it, and counts of it are counted anew now and then.
    """

    leaves: tuple[Leaf, ...] = ()
    is_moving: bool = False

    def to_json(self) -> list[dict[str, Any]]:
        """The leaves as JSON, the same for the same question."""
        return _rows(self.leaves)

    @classmethod
    def from_json(cls, rows: Iterable[dict[str, Any]]) -> Self:
        """The tree that `to_json` wrote."""
        return cls(tuple(_leaf(row) for row in rows))


def _rows(leaves: Iterable[Leaf]) -> list[dict[str, Any]]:
    """Sorted: what hangs together in the same way is the same question in any order."""
    return sorted(map(_row, leaves), key=orjson.dumps)


def _row(leaf: Leaf) -> dict[str, Any]:
    if isinstance(leaf, Group):
        return {"kind": "group", "parts": _rows(leaf.parts), "is_any": leaf.is_any, "is_negated": leaf.is_negated}
    return {"kind": _NAMES[type(leaf)], **{name: _listed(getattr(leaf, name)) for name in leaf.__slots__}}


def _listed(value: Any) -> Any:
    """As JSON gives it back, so that what was kept equals what would be."""
    return list(map(_listed, value)) if isinstance(value, tuple) else value


def _leaf(row: dict[str, Any]) -> Leaf:
    if row["kind"] == "group":
        return Group(tuple(map(_leaf, row["parts"])), row["is_any"], row["is_negated"])
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name != "kind"}
    leaf: Leaf = KINDS[row["kind"]](**values)
    return leaf
