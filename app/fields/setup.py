"""Setting up custom fields. Each change is a new version and its event, in the same transaction."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.fields.definition import Definition, Definitions, Shape
from app.fields.row import FieldDefinition, definition_of
from app.fields.values import FieldInvalid, Unfit, matcher, normalised
from app.queues.house import House, house_changed, house_of
from core import clock
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.events import FieldDefined
from core.ledger import append, wrap

MOST_FIELDS = 300
RANGED = ("number", "decimal", "date", "datetime")
CHOSEN = ("choice", "multi_choice")


class KeyTaken(Conflict):
    """A field's key is its name for programs and stays its own."""

    code = "key_taken"


class FieldCannotWork(Conflict):
    """A definition whose parts contradict each other."""

    code = "field_cannot_work"


def define_field(session: Session, actor: Actor, key: str, shape: Shape, *, source: str = "api") -> Definition:
    """Set up a field, or give it a new version. Saying what already holds changes nothing."""
    session.execute(sa.text("select pg_advisory_xact_lock(hashtext('field_definition'))"))
    before = newest(session, key)
    if before and shape == _shape(before):
        return before
    if before and before.type != shape.type:
        raise Conflict("A field keeps its type, since tickets carry its values; retire it and set up a new one.")
    definition = Definition(key=key, version=before.version + 1 if before else 1, **shape.model_dump())
    check(definition, house_of(session))
    session.add(
        FieldDefinition(
            key=key, version=definition.version, shape=shape.model_dump(mode="json"),
            defined_at=clock.now(), defined_by=actor.person_id,
        )
    )  # fmt: skip
    house_changed(session)
    event = FieldDefined(
        field=key, version=definition.version, label=shape.label, type=shape.type, is_active=shape.is_active,
        definition=shape.model_dump(mode="json"),
    )  # fmt: skip
    append(session, [wrap(event, actor, source=source)])
    return definition


def create_field(session: Session, actor: Actor, key: str, shape: Shape, *, source: str = "api") -> Definition:
    """Set up a field that is not there yet."""
    if newest(session, key):
        raise KeyTaken(f"There is a field {key} already; change that one, or choose another key.")
    return define_field(session, actor, key, shape, source=source)


def newest(session: Session, key: str) -> Definition | None:
    """A field as it stands, from its row."""
    row = session.execute(
        sa.select(FieldDefinition)
        .where(col(FieldDefinition.key) == key)
        .order_by(col(FieldDefinition.version).desc())
        .limit(1)
    ).scalar_one_or_none()
    return definition_of(row) if row else None


def versions(session: Session, key: str) -> Sequence[FieldDefinition]:
    """All versions of a field, the newest first."""
    rows = session.execute(
        sa.select(FieldDefinition).where(col(FieldDefinition.key) == key).order_by(col(FieldDefinition.version).desc())
    )
    return list(rows.scalars())


def check(definition: Definition, house: House) -> None:
    """Refuse a definition that could never work."""
    if bool(definition.choices) != (definition.type in CHOSEN):
        raise FieldCannotWork("Fields of the types choice and multi_choice have choices, and only they.")
    if len({choice.value for choice in definition.choices}) != len(definition.choices):
        raise FieldCannotWork("Two choices have the same value; each value stands once.")
    if (definition.pattern or definition.max_chars) and definition.type != "text":
        raise FieldCannotWork("Only text fields have a pattern or a greatest length.")
    if (definition.least or definition.most) and definition.type not in RANGED:
        raise FieldCannotWork("Only numbers, days and times have a least and a most.")
    if definition.pattern:
        try:
            matcher(definition.pattern)
        except Unfit as error:
            raise FieldCannotWork(f"{definition.label}: {error}") from error
    _limits_are_values(definition)
    if unknown := [str(queue) for queue in definition.queue_ids if queue not in house.queues]:
        raise NotFound(f"There is no queue {unknown[0]}.")
    _conditions_lead_somewhere(definition, {**house.fields, definition.key: definition})


def _limits_are_values(definition: Definition) -> None:
    free = definition.model_copy(update={"least": None, "most": None})
    for limit in (definition.least, definition.most):
        if limit is not None and not _is_value(free, limit):
            raise FieldCannotWork(f"{definition.label}: a limit must be a value of the field's own type.")
    if definition.least is not None and definition.most is not None:
        below = definition.model_copy(update={"least": None})
        if not _is_value(below, definition.least):
            raise FieldCannotWork(f"{definition.label}: the least is greater than the most.")


def _is_value(definition: Definition, text: str) -> bool:
    try:
        return normalised(definition, text) is not None
    except FieldInvalid:
        return False


def _conditions_lead_somewhere(definition: Definition, fields: Definitions) -> None:
    for condition in definition.when:
        if (condition.on == "field") != (condition.field is not None):
            raise FieldCannotWork("A condition on a field names the field; one on the priority does not.")
        if condition.field and condition.field not in fields:
            raise NotFound(f"There is no field {condition.field} to hang a condition on.")
    if definition.key in _upwards(definition, fields):
        raise Conflict("A field cannot hang on itself, not even through others; change a condition.")


def _upwards(definition: Definition, fields: Definitions) -> set[str]:
    """All the fields that a field hangs on, directly or not."""
    found: set[str] = set()
    waiting = [one.field for one in definition.when if one.field]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [one.field for one in fields[key].when if one.field] if key in fields else []
    return found


def _shape(definition: Definition) -> Shape:
    return Shape.model_validate(definition.model_dump(exclude={"key", "version"}))
