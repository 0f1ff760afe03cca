"""The filters of the search box: `field:value` becomes a condition that both engines know, or nothing."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from core.actor import Scope
from core.events import UNSOLVED, Category
from search.document import NOBODY, key, milliseconds
from search.spans import Span, moves, time_span
from search.words import words


@dataclass(frozen=True, slots=True)
class Reading:
    """What helps to read a question: the hour, the reader's zone, who "me" is, and by the `key` of its name each queue
    with all below it.
    """

    now: datetime
    zone: ZoneInfo
    me: UUID | None
    queues: Mapping[str, Collection[UUID]]
    masked: Collection[str] = frozenset()
    """Custom fields that the reader may not ask for: to them there are none of these names."""
    found: "Callable[[Condition], Numbered | None] | None" = None
    """Search only: finds in the desk's own database what no index can tell; None: what is asked cannot be read."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """The ticket's `field` is one of `values`; `NOBODY` is one of them."""

    field: str
    values: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """All `words` occur in the name (or address) that the ticket has in `field`."""

    field: str
    words: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """`low` ≤ the ticket's `field` < `high`; None is no bound. Times are milliseconds since 1970."""

    field: str
    low: int | None
    high: int | None
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """The ticket has something in `field`."""

    field: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Pressing:
    """A clock of the ticket is at risk `now` (milliseconds since 1970)."""

    now: int
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """The ticket is one of these: what only the desk's own database knows was looked up there."""

    numbers: tuple[int, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The ticket's subject has these words in this order: what words mean inside of `or`, `not` and brackets."""

    words: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """All of the parts hold, or any of them."""

    parts: "tuple[Condition | Said | Group, ...]"
    is_any: bool
    is_negated: bool = False


Condition = OneOf | Named | Between | Present | Pressing | Numbered
Reader = Callable[[str, bool, Reading], Condition | None]

PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
STANDINGS = {
    "open": tuple(category.value for category in UNSOLVED),
    "unsolved": tuple(category.value for category in UNSOLVED),
    "solved": (Category.SOLVED.value, Category.CLOSED.value),
}
MOST_VALUES = 50


def values_in(value: str) -> tuple[str, ...]:
    """The parts between commas, without quotes and in folded case: `open,"waiting for us"`."""
    parts = (key(part.strip('"')) for part in re.findall(r'"[^"]*"?|[^,"]+', value))
    return tuple(part for part in parts if part)


def _values(value: str) -> tuple[str, ...]:
    return values_in(value)[:MOST_VALUES]


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _texts(field: str) -> Reader:
    def read(value: str, is_negated: bool, _: Reading) -> Condition | None:
        found = _values(value)
        return OneOf(field, found, is_negated) if found else None

    return read


def _person(field: str) -> Reader:
    """A person or organisation: by id, by words of the name, "me" or "none"."""

    def read(value: str, is_negated: bool, reading: Reading) -> Condition | None:
        found = _values(value)
        if found in ((NOBODY,), ("nobody",)):
            return OneOf(f"{field}_id", (NOBODY,), is_negated)
        if found == ("me",) and reading.me:
            return OneOf(f"{field}_id", (str(reading.me),), is_negated)
        if found and all(map(_is_id, found)):
            return OneOf(f"{field}_id", tuple(str(UUID(one)) for one in found), is_negated)
        named = words(value)
        return Named(field, named, is_negated) if named else None

    return read


def _called(value: str, is_negated: bool, reading: Reading) -> Condition | None:
    """By whom a note calls; that it calls nobody is no question."""
    return None if NOBODY in _values(value) else _person("mentioned")(value, is_negated, reading)


def _queue(value: str, is_negated: bool, reading: Reading) -> Condition | None:
    found = [reading.queues.get(one) or ([UUID(one)] if _is_id(one) else []) for one in _values(value)]
    ids = tuple(str(one) for branch in found for one in branch)
    return OneOf("queue_id", ids, is_negated) if found and all(found) else None


def _standing(value: str, is_negated: bool, reading: Reading) -> Condition | None:
    if value.lower() == "waiting":
        return Present("waiting", is_negated)
    if value.lower() == "unassigned":
        return OneOf("agent_id", (NOBODY,), is_negated)
    if value.lower() == "breached":
        return Between("due", None, milliseconds(reading.now), is_negated)
    if value.lower() == "at-risk":
        return Pressing(milliseconds(reading.now), is_negated)
    categories = STANDINGS.get(value.lower())
    return OneOf("category", tuple(map(key, categories)), is_negated) if categories else None


def _time(field: str) -> Reader:
    def read(value: str, is_negated: bool, reading: Reading) -> Condition | None:
        span = time_span(value, reading.now, reading.zone)
        return Between(field, *span, is_negated) if span else None

    return read


def _due(value: str, is_negated: bool, reading: Reading) -> Condition | None:
    """By the next due time: spans lead into the future. `none`: no clock of it is due."""
    if value.lower() == NOBODY:
        return Present("due", not is_negated)
    span = time_span(value, reading.now, reading.zone, ahead=True)
    return Between("due", *span, is_negated) if span else None


def _priority(value: str, is_negated: bool, _: Reading) -> Condition | None:
    shape = re.fullmatch(r"(>=|<=|>|<)?(\w+)", value.strip('"'), re.ASCII)
    level = shape and (PRIORITIES.get(shape[2].lower()) or {"1": 1, "2": 2, "3": 3, "4": 4}.get(shape[2]))
    if not shape or not level:
        return None
    spans: dict[str | None, Span] = {
        None: (level, level + 1),
        ">": (level + 1, None),
        ">=": (level, None),
        "<": (None, level),
        "<=": (None, level + 1),
    }
    return Between("priority", *spans[shape[1]], is_negated)


FIELDS: dict[str, Reader] = {
    "state": _texts("state"),
    "status": _texts("state"),
    "category": _texts("category"),
    "is": _standing,
    "queue": _queue,
    "tag": _texts("tag"),
    "agent": _person("agent"),
    "assignee": _person("agent"),
    "requester": _person("requester"),
    "from": _person("requester"),
    "organisation": _person("organisation"),
    "organization": _person("organisation"),
    "org": _person("organisation"),
    "channel": _texts("channel"),
    "language": _texts("language"),
    "lang": _texts("language"),
    "priority": _priority,
    "created": _time("created"),
    "updated": _time("updated"),
    "solved": _time("solved"),
    "closed": _time("closed"),
    "replied": _time("replied"),
    "waiting": _time("waiting"),
    "due": _due,
    "mentioned": _called,
}
"""What may stand before the colon; and `custom.key`."""

CUSTOM = "custom."
TIMES = frozenset({"created", "updated", "solved", "closed", "replied", "waiting", "due"})
OUTSIDE = frozenset({"due", "mentioned", "mentioned_id"})
"""What no index of tickets holds: it changes with the clock, or is nobody else's business."""


def condition_of(name: str, value: str, is_negated: bool, reading: Reading) -> Condition | None:
    """What `name:value` asks, or None if it cannot be read."""
    if name.removeprefix(CUSTOM) in reading.masked and name.startswith(CUSTOM):
        return None
    read = _texts(name) if name.startswith(CUSTOM) else FIELDS.get(name)
    return read(value, is_negated, reading) if read else None


def indexed_condition_of(name: str, value: str, is_negated: bool, reading: Reading) -> Condition | None:
    """The same for an index: what it cannot tell is looked up, as far as anybody does."""
    condition = condition_of(name, value, is_negated, reading)
    if condition is not None and is_outside(condition):
        return reading.found(condition) if reading.found else None
    return condition


def named_in(asked: Named, scope: Scope) -> tuple[str, ...]:
    """Where the words of a name may stand: a requester's address counts for those who may have addresses."""
    return (asked.field, "address") if asked.field == "requester" and scope.sees_addresses else (asked.field,)


def is_internal(field: str) -> bool:
    """Whether only colleagues may ask for it."""
    return field == "tag" or field.startswith(CUSTOM)


def is_outside(condition: object) -> bool:
    """Whether only the desk's own database can tell."""
    return isinstance(condition, Pressing) or (
        isinstance(condition, OneOf | Named | Between | Present) and condition.field in OUTSIDE
    )


def is_moving(name: str, value: str) -> bool:
    """Whether the answer changes while no ticket's row does: by time, such as `created:7d`, or by what stands
    elsewhere.
    """
    if name == "is":
        return value.lower() in ("breached", "at-risk")
    return name == "mentioned" or (name in TIMES and moves(value))
