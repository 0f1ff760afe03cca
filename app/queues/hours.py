"""Whose hours a queue went by, and below which queue it stood, at any time: what SLA clocks of history ask."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.columns import instant


class QueueHours(SQLModel, table=True):
    """From an instant on a queue has this calendar (or none of its own) and this parent. The first holds for the past.

    A version is added by `define_queue` when either changes, beside the event that tells of the whole queue.
    """

    __tablename__ = "queue_hours"

    queue_id: UUID = Field(primary_key=True)
    effective_from: datetime = instant(primary_key=True)
    calendar_id: UUID | None = None
    parent_id: UUID | None = None
