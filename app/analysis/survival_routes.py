"""Honest durations over HTTP. For colleagues, each within what they see."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from analytics import survival
from app.analysis.asking import Cohort, Listed, Split, given
from app.analysis.survival_answers import ClosureAnswer, LifeItem, LivesAnswer, SurvivalAnswer
from app.numbers.behind import demand_colleague, titled
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses

router = APIRouter(prefix=f"{PREFIX}/analysis", tags=["analysis"], responses=responses(401, 403, 422, 503))

Seconds = Annotated[int, Field(ge=1, le=10 * 366 * 86_400)]


class Curves(Split):
    """A question for curves."""

    within: list[Seconds] = Field(
        [], max_length=30, description="Which share is solved within so many seconds; left out: 15 minutes to 90 days."
    )


class Cohorts(Cohort):
    """A question for the closure triangle."""

    grain: Literal["day", "week", "month"] = Field("week", description="By what cohorts are cut.")
    steps: int = Field(12, ge=1, le=60, description="How many steps of age.")


@router.get("/survival")
def read_survival(ask: Reading, wanted: Annotated[Curves, Query()]) -> SurvivalAnswer:
    """How long until tickets are solved, the unsolved included: Kaplan-Meier with medians, quartiles and bands."""
    demand_colleague(ask)
    found = survival.survival(by=wanted.by, **given(ask, wanted))
    return SurvivalAnswer.of(found, sorted(set(wanted.within)))


@router.get("/survival/tickets")
def list_survival_tickets(ask: Reading, wanted: Annotated[Listed, Query()]) -> LivesAnswer:
    """The tickets behind a curve: as many as its n, the longest first."""
    demand_colleague(ask)
    found = survival.tickets(limit=wanted.limit, offset=wanted.offset, **given(ask, wanted))
    rows = titled(ask, found.frame).to_dicts()
    return LivesAnswer(total=found.total, items=[LifeItem.model_validate(row) for row in rows])


@router.get("/closure")
def read_closure(ask: Reading, wanted: Annotated[Cohorts, Query()]) -> ClosureAnswer:
    """The closure triangle: of the tickets created in each period, how many were solved by which age."""
    demand_colleague(ask)
    return ClosureAnswer.of(survival.closure(grain=wanted.grain, steps=wanted.steps, **given(ask, wanted)))
