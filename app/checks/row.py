"""Rows: how each law fared when it was last looked at, and how many looks of an hour found something."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant, maybe_instant, words


class DataCheck(SQLModel, table=True):
    """A law at its newest look. It holds while `wrong` is 0."""

    __tablename__ = "data_check"

    name: str = Field(primary_key=True, max_length=100)
    checked: int = Field(sa_type=sa.BigInteger)
    """How many things the newest look saw."""
    wrong: int = Field(sa_type=sa.BigInteger)
    examples: list[str] = words()
    seconds: float
    one_in: int
    """The newest look saw one ticket in so many; the next one sees others."""
    checked_at: datetime = instant()
    broken_since: datetime | None = maybe_instant()


class DataCheckHour(SQLModel, table=True):
    """An hour of looks: how many there were, and how many of them found something wrong."""

    __tablename__ = "data_check_hour"

    hour: datetime = Field(sa_type=sa.DateTime(timezone=True), primary_key=True)
    looks: int
    broken: int
