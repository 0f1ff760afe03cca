"""The row of whether somebody is there."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.columns import instant


class PersonPresence(SQLModel, table=True):
    """What one person said last; no row: they never said anything, and are offline."""

    __tablename__ = "presence"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    presence: str
    since: datetime = instant()
    seen_at: datetime = instant()
    """When they said it last, or said it again: a sign of life of programs, which have no session."""
