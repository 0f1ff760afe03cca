"""Custom fields in forms: what a ticket is asked for as inputs, and what was typed as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.fields.asked import Circumstances, asked
from app.fields.definition import MOST_CHARS, Definition, Definitions
from app.fields.masks import rights_for
from app.people.person import Person
from app.queues.house import House
from app.web.times import local_instant, machine, zone
from core.actor import Actor, Role

PREFIX = "field."
KINDS = {"number": "number", "decimal": "number", "date": "date", "url": "url", "datetime": "datetime-local"}
"""The browser's own inputs where they fit; all others are typed as text."""

YES_OR_NO = (("true", "Yes"), ("false", "No"))
MOMENTS = {"create": "to open", "solve": "to solve", "close": "to close"}
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
"""A date and time as a browser's own input sends it: in the reader's zone."""

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a form is made: their zone, and whom they may choose as a person."""

    is_staff: bool
    timezone: str
    people: Choices = ()
    actor: Actor | None = None

    def may_change(self, field: Definition, queue_id: UUID) -> bool:
        """Whether a field is theirs to see and to change in a queue; others are not in the form."""
        actor = self.actor
        needed = rights_for({field.key: field}, [field.key], actor, queue_id) if actor else []
        return all(actor is None or policy.can(actor, right, queue) for right, queue in needed)


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form. `choices` empty: it is typed. `is_many`: boxes to tick."""

    name: str
    label: str
    hint: str
    kind: str
    value: str
    choices: Choices
    is_required: bool
    is_many: bool
    needed: str
    least: str
    most: str
    max_chars: int

    @property
    def chosen(self) -> list[str]:
        """The values of a field that has several."""
        return self.value.split(",")


def reader_of(session: Session, house: House, actor: Actor, values: Mapping[str, str]) -> Reader:
    """Whoever fills in the form. People are read only where a field asks for one, and told to colleagues only."""
    persons = [one.key for one in house.fields.values() if one.type == "person" and one.is_active]
    if not persons or not actor.role.is_staff:
        return Reader(actor.role.is_staff, actor.timezone, actor=actor)
    named = [found for key in persons if (found := _id(values.get(key, "")))]
    is_colleague = col(Person.role).in_([role.value for role in Role if role.is_staff]) & col(Person.is_active)
    rows = session.execute(
        sa.select(col(Person.id), col(Person.name))
        .where(is_colleague | col(Person.id).in_(named))
        .order_by(col(Person.name))
    )
    return Reader(True, actor.timezone, tuple((str(row.id), row.name) for row in rows), actor)


def inputs(house: House, about: Circumstances, typed: Mapping[str, str], reader: Reader, *, new: bool) -> list[Input]:
    """What is asked for as things stand. `new`: what is required on opening is required here."""
    return [
        input_of(one, about.values, typed, reader, new=new)
        for one in asked(house.fields, about, staff=reader.is_staff)
        if reader.may_change(one, about.queue_line[0])
    ]  # fmt: skip


def about(house: House, queue_id: UUID, priority: int, values: Mapping[str, str]) -> Circumstances:
    """The circumstances of a ticket that may not be there yet."""
    return Circumstances(tuple(house.line(queue_id)), priority, values)


def overlaid(stands: Circumstances, house: House, typed: Mapping[str, str], timezone: str) -> Circumstances:
    """The circumstances as they would be with what was typed."""
    after = {**stands.values, **given(typed, house.fields, timezone)}
    return replace(stands, values={key: value for key, value in after.items() if value is not None})


def given(typed: Mapping[str, str], fields: Definitions, timezone: str) -> dict[str, str | None]:
    """The values that a form brought, by key; None: it was emptied."""
    texts = {name.removeprefix(PREFIX): text.strip() for name, text in typed.items() if name.startswith(PREFIX)}
    return {key: _value(fields.get(key), text, timezone) if text else None for key, text in texts.items()}


def input_of(
    field: Definition, values: Mapping[str, str], typed: Mapping[str, str], reader: Reader, *, new: bool
) -> Input:
    """One field as an input."""
    name = PREFIX + field.key
    value = typed.get(name, shown(field, values.get(field.key, ""), reader.timezone))
    later = [MOMENTS[moment] for moment in field.required_on if moment != "create"]
    return Input(
        name, field.label, field.help, KINDS.get(field.type, "text"), value, _choices(field, value, reader),
        is_required=new and "create" in field.required_on, is_many=field.type == "multi_choice",
        needed=" and ".join(later), least=field.least or "", most=field.most or "",
        max_chars=field.max_chars or MOST_CHARS,
    )  # fmt: skip


def _choices(field: Definition, value: str, reader: Reader) -> Choices:
    if field.type == "boolean":
        return YES_OR_NO
    if field.type == "person":
        return reader.people
    held = value.split(",")
    return tuple((one.value, one.words) for one in field.choices if one.is_active or one.value in held)


def shown(field: Definition, value: str, timezone: str) -> str:
    """A value as an input shows it: times in the reader's zone."""
    if field.type != "datetime" or not value:
        return value
    try:
        local = datetime.fromisoformat(value).astimezone(zone(timezone))
    except ValueError:
        return value
    return local.replace(tzinfo=None).isoformat(timespec="seconds" if local.second else "minutes")


def _value(field: Definition | None, text: str, timezone: str) -> str:
    if field is None or field.type != "datetime" or not LOCAL.fullmatch(text):
        return text
    try:
        return machine(local_instant(text, timezone))
    except ValueError:
        return text


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
