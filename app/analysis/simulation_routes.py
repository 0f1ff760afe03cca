"""How many people tickets need, over HTTP: a simulation of the weeks to come, within what the asker sees."""

from typing import Annotated, Literal, Self

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from analytics import staffing
from app.analysis.asking import Ahead, given
from app.numbers.behind import demand_colleague
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses

router = APIRouter(
    prefix=f"{PREFIX}/analysis/staffing", tags=["analysis"], responses=responses(401, 403, 404, 422, 503)
)


class Shifts(Ahead):
    """A question for the people that tickets need."""

    weeks: int = Field(2, ge=1, le=4, description="How far to look ahead.")
    shifts: str = Field(
        max_length=1_000,
        description="Who works when, in your time zone; several with ; between.",
        examples=["mon-fri 09:00-17:00 = 4; sat 10:00-14:00 = 2"],
    )
    handle_minutes: float = Field(ge=0.5, le=1_440, description="Mean time that a ticket takes.", examples=[12])
    handle_spread: float = Field(1.0, ge=0, le=5, description="Standard deviation of that, in means.")
    target_minutes: float = Field(ge=15, le=43_200, description="Tickets are promised to be done within …")
    urgent_share: float = Field(0.0, ge=0, lt=1, description="This share of tickets is urgent …")
    urgent_target_minutes: float = Field(60, ge=15, le=43_200, description="… and promised within.")
    share: float = Field(0.9, gt=0, le=1, description="The share of promises to be kept …")
    confidence: float = Field(0.8, gt=0, lt=1, description="… in this share of runs.")
    order: Literal["due", "priority", "oldest"] = Field("due", description="What is taken first.")
    business_time: bool = Field(True, description="Promises stand still while nobody works.")
    opening: int | None = Field(None, ge=0, le=100_000, description="Tickets waiting at the start, else the backlog.")
    runs: int = Field(50, ge=1, le=1_000)
    seed: int = Field(0, ge=0, le=2**31, description="The same seed gives the same answer.")


class OutcomeAnswer(BaseModel):
    """What happened in all runs; bands reach from the 10th to the 90th percentile of them."""

    p_kept: float = Field(description="How likely the share of promises is kept.")
    attainment: float = Field(description="Share of promises kept, median.")
    attainment_low: float
    attainment_high: float
    backlog_at_end: float = Field(description="Median.")
    backlog_high: float
    occupancy: float = Field(description="Share of their time that people are busy, mean.")

    @classmethod
    def of(cls, found: staffing.Outcome, share: float) -> Self:
        """What is told of an outcome."""
        low, median, high = np.quantile(found.attainment, (0.1, 0.5, 0.9)).tolist()
        return cls(
            p_kept=found.p_attained(share),
            attainment=median,
            attainment_low=low,
            attainment_high=high,
            backlog_at_end=float(np.median(found.backlog)),
            backlog_high=float(np.quantile(found.backlog, 0.9)),
            occupancy=float(found.occupancy.mean()),
        )


class StaffingAnswer(BaseModel):
    """What the shifts give, and the fewest people at work during them that keep the promise."""

    shifts: OutcomeAnswer
    fewest: int | None = Field(description="The same number at all times of the shifts; null: not even 512 suffice.")
    with_fewest: OutcomeAnswer | None
    expected_tickets: float
    opening: int
    reason: str | None = Field(description="Why arrivals repeat last week rather than follow a forecast.")


@router.get("/tickets")
def read_ticket_staffing(ask: Reading, wanted: Annotated[Shifts, Query()]) -> StaffingAnswer:
    """How likely shifts keep promises in the weeks to come, and how many people would: simulated, as tickets wait."""
    demand_colleague(ask)
    usual = staffing.Kind(60 * wanted.target_minutes, 1 - wanted.urgent_share)
    urgent = staffing.Kind(60 * wanted.urgent_target_minutes, wanted.urgent_share, rank=1)
    found = staffing.staff_tickets(
        shifts=wanted.shifts,
        handling=staffing.Handling(60 * wanted.handle_minutes, wanted.handle_spread),
        kinds=(usual, urgent) if wanted.urgent_share else (usual,),
        share=wanted.share,
        confidence=wanted.confidence,
        weeks=wanted.weeks,
        opening=wanted.opening,
        discipline=wanted.order,
        is_business_time=wanted.business_time,
        runs=wanted.runs,
        seed=wanted.seed,
        holidays=wanted.holidays(),
        **given(ask, wanted),
    )
    return StaffingAnswer(
        shifts=OutcomeAnswer.of(found.outcome, wanted.share),
        fewest=found.fewest,
        with_fewest=found.fewest_outcome and OutcomeAnswer.of(found.fewest_outcome, wanted.share),
        expected_tickets=found.expected,
        opening=found.opening,
        reason=found.reason,
    )
