"""Row: the rating of a ticket that holds."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.columns import instant


class Rating(SQLModel, table=True):
    """The newest rating of a ticket, with its author's words, which the ledger does not know."""

    ticket_id: UUID = Field(primary_key=True)
    person_id: UUID
    score: int
    comment: str = Field(default="", max_length=2_000)
    effort: int | None = None
    """How easy it was, 1 to 7, if they were asked and said so."""
    recommendation: int | None = None
    """How likely they would recommend us, 0 to 10, if they were asked and said so."""
    rated_at: datetime = instant()
