"""Custom fields in forms: what a ticket is asked for as inputs, and what was typed as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.fields.asked import Circumstances, asked
from app.fields.definition import Definition
from app.queues.house import House

PREFIX = "field."
KINDS = {"number": "number", "date": "date", "url": "url"}
"""The browser's own inputs where they fit; all others are typed as text."""

YES_OR_NO = (("true", "Yes"), ("false", "No"))


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form. `choices` empty: it is typed."""

    name: str
    label: str
    hint: str
    kind: str
    value: str
    choices: tuple[tuple[str, str], ...]
    is_required: bool


def inputs(house: House, about: Circumstances, typed: Mapping[str, str], *, staff: bool, new: bool) -> list[Input]:
    """What is asked for as things stand. `new`: what is required on opening is required here."""
    return [_input(one, about, typed, new=new) for one in asked(house.fields, about, staff=staff)]


def about(house: House, queue_id: UUID, priority: int, values: Mapping[str, str]) -> Circumstances:
    """The circumstances of a ticket that may not be there yet."""
    return Circumstances(tuple(house.line(queue_id)), priority, values)


def given(typed: Mapping[str, str]) -> dict[str, str | None]:
    """The values that a form brought, by key; None: it was emptied."""
    return {name.removeprefix(PREFIX): text.strip() or None for name, text in typed.items() if name.startswith(PREFIX)}


def _input(field: Definition, about: Circumstances, typed: Mapping[str, str], *, new: bool) -> Input:
    name = PREFIX + field.key
    value = typed.get(name, about.values.get(field.key, ""))
    choices: tuple[tuple[str, str], ...] = YES_OR_NO if field.type == "boolean" else ()
    if field.type == "choice":
        choices = tuple((one.value, one.words) for one in field.choices if one.is_active or one.value == value)
    hint = field.help
    if field.type == "multi_choice":
        some = ", ".join(one.value for one in field.choices if one.is_active)
        hint = f"{hint} Any of these, with commas: {some}".strip()
    is_required = new and "create" in field.required_on
    return Input(name, field.label, hint, KINDS.get(field.type, "text"), value, choices, is_required)
