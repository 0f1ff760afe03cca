"""Which fields a ticket is asked for, and which of them it still owes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.fields.definition import Condition, Definition, Definitions, Moment
from core.errors import Conflict


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whether a field is asked for: the queue with those above it, the priority, the other values."""

    queue_line: Sequence[UUID]
    priority: int
    values: Mapping[str, str]


class FieldsMissing(Conflict):
    """A ticket cannot be opened, solved or closed before these fields have a value."""

    code = "fields_missing"

    def __init__(self, missing: Sequence[Definition], moment: Moment) -> None:
        names = ", ".join(definition.label for definition in missing)
        super().__init__(
            f"To {_DEEDS[moment]} this ticket, fill in: {names}.", fields=[definition.key for definition in missing]
        )


class FieldDoesNotApply(Conflict):
    """The field is not asked for in this queue, or as the other fields stand."""

    code = "field_does_not_apply"

    def __init__(self, definition: Definition) -> None:
        super().__init__(f"{definition.label} is not asked for on this ticket; leave it out.", field=definition.key)


def applies(definition: Definition, fields: Definitions, about: Circumstances) -> bool:
    """Whether a field is asked for. One that hangs on a field that is itself not asked for is not, either."""
    return in_queue(definition, about.queue_line) and _holds(definition, fields, about, frozenset({definition.key}))


def in_queue(definition: Definition, queue_line: Sequence[UUID]) -> bool:
    """Whether a field is asked for in a queue at all, whatever other fields say."""
    return definition.is_active and (not definition.queue_ids or not set(definition.queue_ids).isdisjoint(queue_line))


def asked(fields: Definitions, about: Circumstances, *, staff: bool) -> list[Definition]:
    """The fields that a ticket is asked for, in their order; customers are not asked for what is the staff's."""
    return [one for one in fields.values() if (staff or one.audience == "customers") and applies(one, fields, about)]


def missing(fields: Definitions, about: Circumstances, moment: Moment, *, staff: bool) -> list[Definition]:
    """The fields that must have a value at this moment and have none."""
    wanted = asked(fields, about, staff=staff)
    return [one for one in wanted if moment in one.required_on and one.key not in about.values]


def must_be_filled(fields: Definitions, about: Circumstances, moments: Iterable[Moment], *, staff: bool) -> None:
    """Refuse while something is missing."""
    for moment in moments:
        if owed := missing(fields, about, moment, staff=staff):
            raise FieldsMissing(owed, moment)


def _holds(definition: Definition, fields: Definitions, about: Circumstances, seen: frozenset[str]) -> bool:
    return all(_is_met(condition, fields, about, seen) for condition in definition.when)


def _is_met(condition: Condition, fields: Definitions, about: Circumstances, seen: frozenset[str]) -> bool:
    if condition.on == "priority":
        return str(about.priority) in condition.values
    other = fields.get(condition.field or "")
    if other is None or other.key in seen:
        return False
    if not in_queue(other, about.queue_line) or not _holds(other, fields, about, seen | {other.key}):
        return False
    value = about.values.get(other.key, "")
    held = value.split(",") if other.type == "multi_choice" else [value]
    return not set(held).isdisjoint(condition.values)


_DEEDS: dict[Moment, str] = {"create": "open", "solve": "solve", "close": "close"}
