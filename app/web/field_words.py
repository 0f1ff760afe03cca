"""A custom field in words: where it is asked for, and what a new version changes."""

from collections.abc import Callable, Mapping, Sequence

from app.fields.definition import Choice, Condition, Definition, Definitions, Shape
from app.queues.house import House
from app.web.field_form import TYPES
from app.web.sentences import PRIORITIES

MOMENTS = {"create": "opening", "solve": "solving", "close": "closing"}
AUDIENCES = {"staff": "Colleagues", "customers": "Colleagues and customers"}


def places(house: House, shape: Shape) -> str:
    """`Billing, Technical` or `every queue`."""
    names = [house.queues[one].name for one in shape.queue_ids if one in house.queues]
    return ", ".join(names) or "every queue"


def conditions(fields: Definitions, shape: Shape) -> str:
    """`Product is Printer or Scanner; priority is high`."""
    return "; ".join(_condition(fields, one) for one in shape.when)


def needed(shape: Shape) -> str:
    """`solving, closing`."""
    return ", ".join(MOMENTS[one] for one in shape.required_on)


def changes(house: House, before: Definition | None, after: Shape) -> list[tuple[str, str, str]]:
    """(what, before, after) of whatever differs; against nothing, all that is said."""
    told = {name: words(house, after) for name, words in _TOLD.items()}
    was = {name: words(house, before) if before else "" for name, words in _TOLD.items()}
    found = [(name, was[name], told[name]) for name in _TOLD if was[name] != told[name]]
    return found + (_options(before.choices if before else (), after.choices))


def _options(before: Sequence[Choice], after: Sequence[Choice]) -> list[tuple[str, str, str]]:
    old, new = ({one.value: one for one in side} for side in (before, after))
    told = [("Option", _option(old.get(value)), _option(one)) for value, one in new.items() if old.get(value) != one]
    is_reordered = [one for one in old if one in new] != [one for one in new if one in old]
    return told + ([("Order of options", ", ".join(old), ", ".join(new))] if is_reordered else [])


def _option(choice: Choice | None) -> str:
    if choice is None:
        return ""
    return choice.words + ("" if choice.is_active else " (no longer offered)")


def _condition(fields: Definitions, one: Condition) -> str:
    if one.on == "priority":
        words = [PRIORITIES.get(int(value), value) if value.isdecimal() else value for value in one.values]
        return f"priority is {' or '.join(words)}"
    other = fields.get(one.field or "")
    words = [other.words(value) if other else value for value in one.values]
    return f"{other.label if other else one.field} is {' or '.join(words)}"


_TOLD: Mapping[str, Callable[[House, Shape], str]] = {
    "Name": lambda house, shape: shape.label,
    "Hint": lambda house, shape: shape.help,
    "Kind": lambda house, shape: TYPES[shape.type][0],
    "Pattern": lambda house, shape: shape.pattern or "",
    "Longest": lambda house, shape: f"{shape.max_chars} characters" if shape.max_chars else "",
    "Least": lambda house, shape: shape.least or "",
    "Most": lambda house, shape: shape.most or "",
    "Needed for": lambda house, shape: needed(shape),
    "Asked for in": places,
    "Only when": lambda house, shape: conditions(house.fields, shape),
    "For": lambda house, shape: AUDIENCES[shape.audience],
    "Seen with": lambda house, shape: shape.see or "",
    "Changed with": lambda house, shape: shape.change or "",
    "Place": lambda house, shape: str(shape.sort),
    "In use": lambda house, shape: "yes" if shape.is_active else "no, retired",
}
