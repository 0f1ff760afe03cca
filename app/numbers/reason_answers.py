"""What the API tells of why a number is as it is: a ticket's part in it, and what moved it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from analytics.explanation import Explained
from analytics.movement import Moved
from app.numbers.answers import BehindItem


class HappenedAnswer(BaseModel):
    """An event of the ticket at an instant of the row."""

    kind: str = Field(examples=["ticket.status_changed"])
    ticket_version: int
    occurred_at: datetime


class ReasonAnswer(BaseModel):
    """A row of the ticket behind the number: why it counts, in a sentence, and the events that made it."""

    sentence: str = Field(examples=["Counts on Mon 5 Jan 2026 10:00 (status changed), in Billing, with Ana."])
    row: BehindItem
    events: list[HappenedAnswer]


class ExplainedAnswer(BaseModel):
    """A ticket's part in a number."""

    ticket_id: UUID
    number: int = Field(description="The ticket's number.")
    metric: str = Field(description="The number that was asked for.", examples=["first_reply_time_p90"])
    of: str = Field(
        description="The number that tickets share: a percentile is no sum, so they share the count that it rests on."
    )
    value: float = Field(description="That number, of all tickets; the shares of all sum to it.")
    share: float = Field(description="What this ticket adds to it.")
    reasons: list[ReasonAnswer]

    @classmethod
    def of_ticket(cls, found: Explained) -> Self:
        """What is told of an explanation."""
        reasons = [
            ReasonAnswer(
                sentence=reason.sentence, row=BehindItem.model_validate(reason.row),
                events=[HappenedAnswer(**_fields(event)) for event in reason.events],
            )
            for reason in found.reasons
        ]  # fmt: skip
        return cls(
            ticket_id=UUID(found.ticket_id), number=found.number, metric=found.column, of=found.of, value=found.value,
            share=found.share, reasons=reasons,
        )  # fmt: skip


class MovedItem(BaseModel):
    """A slice's part in the change."""

    dimension: str
    value_id: str | None
    value: str
    before: float = Field(description="The slice's own number at the time before.")
    now: float
    change: float = Field(description="Its part in the change: those of a dimension sum to the whole.")
    rate: float | None = Field(description="Of that, because its own number changed; null for counts and sums.")
    mix: float | None = Field(description="Of that, because its weight among all changed.")


class MovedAnswer(BaseModel):
    """What moved a number, the largest parts of each dimension first."""

    metric: str
    before: float
    now: float
    change: float
    rows: list[MovedItem]

    @classmethod
    def of(cls, found: Moved) -> Self:
        """What is told of a change."""
        rows = [MovedItem.model_validate(row) for row in found.frame.iter_rows(named=True)]
        return cls(metric=found.column, before=found.before, now=found.now, change=found.change, rows=rows)


def _fields(event: object) -> dict[str, object]:
    return {name: getattr(event, name) for name in HappenedAnswer.model_fields}
