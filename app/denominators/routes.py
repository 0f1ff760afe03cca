"""Denominators over HTTP: told by administrators, read by colleagues."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.audience import demand_staff
from app.denominators.record import denominators, record, remove
from app.denominators.row import Denominator
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.fields import Instant, Whole
from app.rest.page import Page
from app.rest.problem import responses

router = APIRouter(
    prefix=f"{PREFIX}/denominators", tags=["analysis"], route_class=Route, responses=responses(401, 403, 422, 503)
)


Name = Literal["active_customers", "orders_per_day"]


class DenominatorWish(BaseModel):
    """How many there are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(description="Of what.")
    count: Annotated[int, Field(ge=0, le=10**12, description="How many.", examples=[4200]), Whole]
    since: Instant | None = Field(
        None, description="From when on, until the next of its name; null: now.", examples=["2026-01-01T00:00:00Z"]
    )


class DenominatorAnswer(BaseModel):
    """How many there are, from when on."""

    name: str
    since: datetime
    count: int

    @classmethod
    def of(cls, row: Denominator) -> Self:
        """The same as an answer."""
        return cls(**row.model_dump())


@router.get("")
def list_denominators(ask: Reading) -> Page[DenominatorAnswer]:
    """How many customers and orders there are and were, the newest first."""
    demand_staff(ask.actor)
    return Page(items=[DenominatorAnswer.of(row) for row in denominators(ask.session)], next=None)


@router.post("")
def record_denominator(ask: Writing, body: DenominatorWish) -> DenominatorAnswer:
    """Say how many there are from an instant on, or say it anew: contact rates are divided by it."""
    return DenominatorAnswer.of(record(ask.session, ask.actor, **body.model_dump()))


@router.delete("", status_code=204, responses=responses(404))
def remove_denominator(
    ask: Writing, name: Name, since: Annotated[Instant, Query(description="The instant that it was told of.")]
) -> None:
    """Take back what was told of an instant: what held before it holds on. What was known until now stays known."""
    remove(ask.session, ask.actor, name=name, since=since)
