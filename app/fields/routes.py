"""Custom fields over HTTP. Everybody reads those that concern them; administrators set them up."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel

from app import policy
from app.fields.change import NoSuchField
from app.fields.definition import Definition, Key, Shape
from app.fields.row import FieldDefinition
from app.fields.setup import create_field, define_field, versions
from app.queues.house import house_of
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.page import Page
from app.rest.problem import responses

router = APIRouter(
    prefix=f"{PREFIX}/fields", tags=["fields"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)
FieldKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="The field's key.")]


class FieldWish(Shape):
    """A field as it shall be, with the key that programs and events call it by."""

    key: Key


class FieldAnswer(Shape):
    """A custom field as it stands. `version` counts up with every change."""

    key: str
    version: int

    @classmethod
    def of(cls, definition: Definition) -> Self:
        """What is told of a field."""
        return cls(**definition.model_dump())


class FieldVersion(BaseModel):
    """A field as it was set up at one time."""

    version: int
    defined_at: datetime
    defined_by: UUID | None
    definition: Shape

    @classmethod
    def of(cls, row: FieldDefinition) -> Self:
        """What is told of a version."""
        return cls(version=row.version, defined_at=row.defined_at, defined_by=row.defined_by,
                   definition=Shape.model_validate(row.shape))  # fmt: skip


@router.get("")
def list_fields(ask: Reading) -> Page[FieldAnswer]:
    """All custom fields in their order, retired ones too. Customers see those that are theirs to fill in."""
    return Page(items=[FieldAnswer.of(one) for one in house_of(ask.session).fields.values() if _sees(ask, one)])


@router.post("", status_code=201, responses=responses(409))
def create_field_route(ask: Writing, body: FieldWish) -> FieldAnswer:
    """Set up a field (administrators only)."""
    policy.demand_admin(ask.actor)
    return FieldAnswer.of(create_field(ask.session, ask.actor, body.key, _shape(body)))


@router.get("/{field_key}")
def read_field(ask: Reading, field_key: FieldKey) -> FieldAnswer:
    """One field."""
    return FieldAnswer.of(_known(ask, field_key))


@router.put("/{field_key}", responses=responses(409))
def change_field(ask: Writing, field_key: FieldKey, body: Shape) -> FieldAnswer:
    """Give a field a new version; `is_active` false retires it. Values that tickets carry stay as they are."""
    policy.demand_admin(ask.actor)
    _known(ask, field_key)
    return FieldAnswer.of(define_field(ask.session, ask.actor, field_key, body))


@router.get("/{field_key}/versions")
def list_field_versions(ask: Reading, field_key: FieldKey) -> Page[FieldVersion]:
    """How a field was set up over time, the newest first (administrators only)."""
    policy.demand_admin(ask.actor, reading=True)
    _known(ask, field_key)
    return Page(items=[FieldVersion.of(row) for row in versions(ask.session, field_key)])


def _sees(ask: Ask, definition: Definition) -> bool:
    return ask.actor.scope.internal or (definition.audience == "customers" and definition.is_active)


def _known(ask: Ask, key: str) -> Definition:
    definition = house_of(ask.session).fields.get(key)
    if definition is None or not _sees(ask, definition):
        raise NoSuchField(key)
    return definition


def _shape(wish: FieldWish) -> Shape:
    return Shape.model_validate(wish.model_dump(exclude={"key"}))
