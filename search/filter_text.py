"""Filters of lists, views and bulk edits: the language of the search box, read strictly.

Search may take what it cannot read for words; a filter decides which thousand tickets are changed, so it refuses, and
says where. The tree is small: all `terms` must hold, and all `words` must stand in the ticket's subject.
"""

import re
from dataclasses import dataclass

from core.errors import Invalid
from search.document import key
from search.filters import CUSTOM, IN_LISTS, Condition, OneOf, Present, Reading, in_list, is_moving
from search.parts import Part, parts

LONGEST_FILTER = 1_000
MOST_TERMS = 30
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

    condition: Condition | Present | Contains
    position: int
    written: str


@dataclass(frozen=True, slots=True)
class FilterText:
    """A filter that was read: all terms must hold. `is_moving`: its answer changes by itself as time goes by."""

    terms: tuple[Term, ...] = ()
    is_moving: bool = False


def read_filter(text: str, reading: Reading) -> FilterText:
    """The tree of `text`, or `NotUnderstood`."""
    if len(text) > LONGEST_FILTER:
        raise NotUnderstood(f"A filter has at most {LONGEST_FILTER} characters.", LONGEST_FILTER)
    found = list(parts(text))
    if len(found) > MOST_TERMS:
        raise NotUnderstood(f"A filter has at most {MOST_TERMS} parts.", found[MOST_TERMS].position)
    terms = [Term(_condition(part, reading), part.position, part.written) for part in found]
    return FilterText(tuple(terms), any(part.field and is_moving(part.field, part.value) for part in found))


def _condition(part: Part, reading: Reading) -> Condition | Present | Contains:
    if part.field is None:
        return _spoken(part)
    if part.field not in IN_LISTS and not part.field.startswith(CUSTOM):
        known = ", ".join(sorted({*IN_LISTS, "custom.…"}))
        raise NotUnderstood(f"There is no filter {part.field!r}; there are {known}.", part.position)
    condition = in_list(part.field, part.value, part.is_negated, reading)
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
        "is": "say open, unsolved, solved, unassigned or waiting.",
        "priority": "say low, normal, high, urgent or 1 to 4, if you like behind >=.",
    }
    times = "write a day such as 2026-01-31, a span such as 2026-01..2026-03, or 7d for the last seven days."
    return hints.get(field, times if field in ("created", "updated", "solved", "closed", "replied", "waiting") else
                     "write a value behind it.")  # fmt: skip
