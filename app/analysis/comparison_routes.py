"""Case mix and contact rates over HTTP: numbers by what stands behind them. For colleagues, what each sees."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from analytics.case_mix import COMPARED, OUTCOMES, case_mix
from analytics.contact_rate import PER, contact_rate
from analytics.zones import zone_of
from app.analysis.asking import Cohort, given
from app.numbers.asking import Text
from app.numbers.behind import demand_colleague
from app.numbers.dates import instant
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses
from core import clock

router = APIRouter(prefix=f"{PREFIX}/analysis", tags=["analysis"], responses=responses(401, 403, 404, 422, 503))


class Compared(Cohort):
    """A question for case mix: what is compared, of whom. The time is that of the metric, mostly of the solve."""

    of: Literal[*OUTCOMES] = Field("full_resolution_time", description="How tickets went.")  # type: ignore[valid-type]
    by: Literal[COMPARED] = Field("agent", description="Of each.")  # type: ignore[valid-type]


class ComparedItem(BaseModel):
    """One slice. Null from `index` on: fewer than 30 tickets."""

    id: UUID | None = None
    name: str
    tickets: int
    observed: float = Field(description="Geometric mean of durations, in seconds; else the mean, or the share.")
    expected: float
    index: float | None = Field(description="Observed by expected; 1 is as like tickets go.")
    low: float | None = Field(description="Of its 90 % band.")
    high: float | None
    usual_low: float | None = Field(description="Of where 998 of 1,000 slices of as many tickets lie by chance.")
    usual_high: float | None
    is_beyond: bool | None = Field(description="Outside of that.")


class ComparisonAnswer(BaseModel):
    """Each slice, in the order of names: no league table."""

    unit: str
    tickets: int
    observed: float | None
    rows: list[ComparedItem]


@router.get("/comparison")
def read_comparison(ask: Reading, wanted: Annotated[Compared, Query()]) -> ComparisonAnswer:
    """How tickets went by how like tickets go: of the same queue, priority, channel and hour of day."""
    demand_colleague(ask)
    found = case_mix(wanted.of, wanted.by, **given(ask, wanted))
    rows = [
        ComparedItem(**row, id=row.get(f"{wanted.by}_id"), name=row[wanted.by])
        for row in found.frame.to_dicts()
    ]  # fmt: skip
    return ComparisonAnswer(unit=found.unit, tickets=found.tickets, observed=found.observed, rows=rows)


class Contacts(Cohort):
    """A question for contact rates: of tickets created in a time."""

    per: Literal[*PER] = Field("active_customers", description="By what tickets are divided.")  # type: ignore[valid-type]
    grain: Literal["day", "week", "month", "quarter", "year"] = "month"
    as_known_at: Text | None = Field(None, description="What was said then: of the events recorded by that instant.")


class ContactItem(BaseModel):
    """One period."""

    period: datetime
    tickets: int
    of: float | None = Field(description="Customers on average, or orders; null: not told for all of the period.")
    rate: float | None = Field(description="Tickets per 100 customers, or per 1,000 orders.")


class ContactAnswer(BaseModel):
    """How often customers needed us."""

    rows: list[ContactItem]
    reason: str | None = Field(description="Why there is no rate at all.")


@router.get("/contacts")
def read_contact_rate(ask: Reading, wanted: Annotated[Contacts, Query()]) -> ContactAnswer:
    """Tickets created per 100 active customers or 1,000 orders, as many as administrators told there are."""
    demand_colleague(ask)
    zone, known = zone_of(wanted.timezone or ask.actor.timezone), wanted.as_known_at
    known_at = None if known is None else instant(known, zone, clock.now())
    found = contact_rate(wanted.per, grain=wanted.grain, as_known_at=known_at, **given(ask, wanted))
    return ContactAnswer(rows=[ContactItem(**row) for row in found.frame.to_dicts()], reason=found.reason)
