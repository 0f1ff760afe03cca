"""Giving fields values: what a ticket's fields become, as events. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from app.fields.asked import Circumstances, FieldDoesNotApply, applies
from app.fields.definition import MOST_CHARS, Definition
from app.fields.values import FieldInvalid, normalised, text_of
from app.rest.fields import STORABLE, Storable
from core.errors import Conflict, NotFound
from core.events import FieldChanged

if TYPE_CHECKING:
    from app.tickets.command import Now

MOST_FIELDS = 100
Text = Annotated[str, Field(max_length=MOST_CHARS, json_schema_extra=STORABLE), Storable]
Value = (
    StrictBool
    | StrictInt
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
    | Text
    | Annotated[list[Text], Field(max_length=200)]
)
"""What programs send for a value: JSON of its kind, or its text."""
OTHERS_REFUSED: dict[str, Any] = {"additionalProperties": False}
"""For the API's description of values by key: what is no key is refused."""

Values = Mapping[str, Value | None]


class TooManyFields(Conflict):
    """A ticket has room for so many custom fields."""

    code = "too_many_fields"

    def __init__(self, most: int) -> None:
        super().__init__(f"A ticket holds at most {most} custom fields; empty some first.", most=most)


class NoSuchField(NotFound):
    """Nobody set up this field, or it is not the asker's to see."""

    code = "no_such_field"

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no field {key}; GET /api/v1/fields lists those that there are.", field=key)


def people_in(values: Values) -> set[UUID]:
    """The ids that could be people: the decision will want to know them."""
    found = set()
    for value in values.values():
        try:
            found.add(UUID(str(value)))
        except ValueError:
            continue
    return found


def changes(wanted: Values, about: Circumstances, now: "Now", *, staff: bool = True) -> list[FieldChanged]:
    """The events of giving these values, by key; none for what is so already. `about` is before the change."""
    after, events = dict(about.values), []
    for key in sorted(wanted):
        if not now.actor.scope.sees_field(key, about.queue_line[0]):
            raise NoSuchField(key)
        before = about.values.get(key)
        value = _value(key, text_of(wanted[key]), before, now, staff=staff)
        if value == before:
            continue
        events.append(FieldChanged(field=key, value=value, before=before))
        after.pop(key, None)
        if value is not None:
            after[key] = value
    _must_be_asked_for(events, replace(about, values=after), now)
    if len(after) > MOST_FIELDS and len(after) > len(about.values):
        raise TooManyFields(MOST_FIELDS)
    return events


def _value(key: str, text: str | None, before: str | None, now: "Now", *, staff: bool) -> str | None:
    """The canonical text. A key that nobody set up takes any text from colleagues: imports bring such keys."""
    definition = now.house.fields.get(key)
    if definition is None and staff:
        return text or None
    if definition is None or not (staff or definition.audience == "customers"):
        raise NoSuchField(key)
    if text is None or text == before:
        return text
    value = normalised(definition, text, before)
    if definition.type == "person" and value:
        _must_be_somebody(definition, value, now)
    return value


def _must_be_somebody(definition: Definition, value: str, now: "Now") -> None:
    person = now.people.get(UUID(value))
    if person is None or not person.is_active:
        raise FieldInvalid(definition, "there is no such active person; check the id.")


def _must_be_asked_for(events: Sequence[FieldChanged], after: Circumstances, now: "Now") -> None:
    for event in events:
        definition = now.house.fields.get(event.field)
        if definition and event.value is not None and not applies(definition, now.house.fields, after):
            raise FieldDoesNotApply(definition)
