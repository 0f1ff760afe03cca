"""The row of a person's choices."""

from uuid import UUID

from sqlmodel import Field, SQLModel


class Preference(SQLModel, table=True):
    """What one person chose; no row, or null: as the house does."""

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    undo_send_seconds: int | None = None
