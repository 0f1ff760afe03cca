"""Filters of lists, views and bulk edits: the language of the search box, read strictly.

Search may take what it cannot read for words; a filter decides which thousand tickets are changed, so it refuses, and
says where. Side by side all must hold; `or`, `not` and brackets join parts otherwise (search/structure.py).
"""

import re
from dataclasses import dataclass

from core.errors import Invalid
from search.document import key
from search.filters import CUSTOM, FIELDS, MOST_VALUES, Condition, OneOf, Reading, condition_of, is_moving, values_in
from search.parts import Part
from search.structure import Branch, Misshapen, Node, structure

LONGEST_FILTER = 1_000
NUMBERED = re.compile(r"#([0-9]{1,18})")


class NotUnderstood(Invalid):
    """A filter that cannot be read: what is wrong, and at which character (`position`, from 0)."""

    code = "filter_not_understood"

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(f"{sentence} (At character {position + 1} of the filter.)", position=position)


@dataclass(frozen=True, slots=True)
class Contains:
    """The ticket's subject contains this text, in folded case."""

    text: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must hold, and where it was asked for."""

    condition: Condition | Contains
    position: int
    written: str


@dataclass(frozen=True, slots=True)
class Terms:
    """All of the parts must hold, or any of them."""

    parts: "tuple[Term | Terms, ...]"
    is_any: bool
    is_negated: bool


@dataclass(frozen=True, slots=True)
class FilterText:
    """A filter that was read: all terms must hold. `is_moving`: its answer changes by itself as time goes by."""

    terms: tuple[Term | Terms, ...] = ()
    is_moving: bool = False


def read_filter(text: str, reading: Reading) -> FilterText:
    """The tree of `text`, or `NotUnderstood`."""
    if len(text) > LONGEST_FILTER:
        raise NotUnderstood(f"A filter has at most {LONGEST_FILTER} characters.", LONGEST_FILTER)
    try:
        nodes = structure(text)
    except Misshapen as error:
        raise NotUnderstood(error.sentence, error.position) from error
    return FilterText(tuple(_term(node, reading) for node in nodes), any(map(_moves, nodes)))


def _term(node: Node, reading: Reading) -> Term | Terms:
    if isinstance(node, Branch):
        return Terms(tuple(_term(one, reading) for one in node.parts), node.is_any, node.is_negated)
    return Term(_condition(node, reading), node.position, node.written)


def _moves(node: Node) -> bool:
    if isinstance(node, Branch):
        return any(map(_moves, node.parts))
    return node.field is not None and is_moving(node.field, node.value)


def _condition(part: Part, reading: Reading) -> Condition | Contains:
    if part.field is None:
        return _spoken(part)
    if part.field not in FIELDS and not part.field.startswith(CUSTOM):
        known = ", ".join(sorted({*FIELDS, "custom.…"}))
        raise NotUnderstood(f"There is no filter {part.field!r}; there are {known}.", part.position)
    if len(values_in(part.value)) > MOST_VALUES:
        raise NotUnderstood(f"At most {MOST_VALUES} values stand behind one colon.", part.position)
    condition = condition_of(part.field, part.value, part.is_negated, reading)
    if condition is None:
        raise NotUnderstood(f"{part.written!r} cannot be read; {_hint(part.field)}", part.position)
    return condition


def _spoken(part: Part) -> OneOf | Contains:
    text = key(part.phrase if part.phrase is not None else part.word or "")
    if not text:
        raise NotUnderstood("These quotes hold nothing; write words between them or remove them.", part.position)
    numbered = NUMBERED.fullmatch(text)
    if numbered:
        return OneOf("number", (str(int(numbered[1])),), part.is_negated)
    return Contains(text, part.is_negated)


def _hint(field: str) -> str:
    hints = {
        "queue": "name one of your queues.",
        "is": "say open, unsolved, solved, unassigned, waiting, breached or at-risk.",
        "due": "write a day, 2h for the next two hours (also 30min, 1d, 1w), <2h for all until then, or none.",
        "mentioned": "say me or name a colleague.",
        "priority": "say low, normal, high, urgent or 1 to 4, if you like behind >=.",
    }
    times = "write a day such as 2026-01-31, a span such as 2026-01..2026-03, or 7d for the last seven days."
    return hints.get(field, times if field in ("created", "updated", "solved", "closed", "replied", "waiting") else
                     "write a value behind it.")  # fmt: skip
