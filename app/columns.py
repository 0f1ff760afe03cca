"""The few column shapes that all our tables share."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

TIMESTAMP = sa.DateTime(timezone=True)


def instant(*, index: bool = False, primary_key: bool = False) -> Any:
    """A required point in time (aware, UTC)."""
    return Field(sa_type=TIMESTAMP, nullable=False, index=index, primary_key=primary_key)


def maybe_instant(*, index: bool = False) -> datetime | None:
    """A point in time that may not have come."""
    field: datetime | None = Field(default=None, sa_type=TIMESTAMP, nullable=True, index=index)
    return field


def words() -> list[str]:
    """A list of short texts: tags, scopes, rights."""
    field: list[str] = Field(default_factory=list, sa_type=ARRAY(sa.Text), nullable=False)
    return field


def mapping() -> dict[str, Any]:
    """A JSON object."""
    field: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB, nullable=False)
    return field


def ids() -> list[UUID]:
    """A list of ids in an order of their own."""
    field: list[UUID] = Field(default_factory=list, sa_type=ARRAY(sa.Uuid), nullable=False)
    return field


def people() -> list[UUID]:
    """A list of people's ids, sorted, so that equal sets are equal rows."""
    field: list[UUID] = Field(default_factory=list, sa_type=ARRAY(sa.Uuid), nullable=False)
    return field
