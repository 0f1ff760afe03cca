"""Rows: the versions of custom fields. A version is never changed; the newest of a key holds."""

from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from app.columns import instant, mapping
from app.fields.definition import Definition, Definitions


class FieldDefinition(SQLModel, table=True):
    """A custom field as it was set up at one time. `shape` is app.fields.definition.Shape."""

    __tablename__ = "field_definition"

    key: str = Field(primary_key=True, max_length=63)
    version: int = Field(primary_key=True)
    shape: dict[str, Any] = mapping()
    defined_at: datetime = instant()
    defined_by: UUID | None = None


def definition_of(row: Any) -> Definition:
    """A row as rules see it."""
    return Definition(key=row.key, version=row.version, **row.shape)


def read_definitions(session: Session) -> Definitions:
    """All fields as they stand, in their order, retired ones too."""
    newest = session.execute(
        sa.select(col(FieldDefinition.key), col(FieldDefinition.version), col(FieldDefinition.shape))
        .ext(distinct_on(col(FieldDefinition.key)))
        .order_by(col(FieldDefinition.key), col(FieldDefinition.version).desc())
    )
    found = sorted((definition_of(row) for row in newest), key=lambda one: (one.sort, one.label, one.key))
    return MappingProxyType({one.key: one for one in found})
