"""What will come, over HTTP. For colleagues, each within what they see."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from analytics import forecast
from app.analysis.asking import Ahead, Today, given
from app.numbers.behind import demand_colleague
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses

router = APIRouter(
    prefix=f"{PREFIX}/analysis/forecast", tags=["analysis"], responses=responses(401, 403, 404, 422, 503)
)


class Coming(Ahead):
    """A question for arrivals."""

    grain: Literal["hour", "day"] = "day"


class Draining(Today):
    """A question for the end of the backlog."""

    target: float = Field(0, ge=0, le=1e9, description="The backlog to come down to.")
    weeks: int = Field(8, ge=1, le=26, description="From the net flow of so many whole weeks.")


class ComingItem(BaseModel):
    """One hour or day: the mean, the median, and the edges of the 50, 80 and 95 % bands."""

    period: datetime
    mean: float
    p2_5: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    p97_5: float


class ScoreAnswer(BaseModel):
    """How wrong forecasts of the past would have been."""

    wape: float | None = Field(description="Sum of misses by sum of what came.")
    mase: float | None = Field(description="Mean miss by that of last week's repeat in the time before.")
    pinball: float | None = Field(description="Quantile loss at 10, 50 and 90 %.")
    coverage_80: float | None = Field(description="How often the 80 % band held what came.")

    @classmethod
    def of(cls, found: forecast.Score) -> Self:
        """What is told of a score; infinite: null."""
        values = [None if value == float("inf") else value for value in (found.wape, found.mase, found.pinball)]
        return cls(wape=values[0], mase=values[1], pinball=values[2], coverage_80=found.coverage)


class TestAnswer(BaseModel):
    """The back-test: the forecast made again for weeks of the past, beside the repeat of the week before."""

    __test__ = False

    model: ScoreAnswer
    naive: ScoreAnswer
    origins: int = Field(description="How many weeks of the past it was made for.")
    periods: int


class DayOffAnswer(BaseModel):
    """A day off."""

    date: date
    name: str


class ComingAnswer(BaseModel):
    """Arrivals by hour or day; none if repeating last week would have done as well, and then why."""

    rows: list[ComingItem]
    reason: str | None = Field(description="Why there are no rows.")
    test: TestAnswer | None
    holidays: list[DayOffAnswer] = Field(description="Days off ahead, which the forecast heeds.")
    holiday_factor: float = Field(description="What comes on a day off, of what would come otherwise.")
    position: int = Field(description="The newest event that this knows of.")

    @classmethod
    def of(cls, found: forecast.Arrivals) -> Self:
        """What is told of a forecast."""
        test = found.forecast.test
        told = test and TestAnswer(
            model=ScoreAnswer.of(test.model),
            naive=ScoreAnswer.of(test.naive),
            origins=test.origins,
            periods=test.periods,
        )
        rows = [ComingItem(**row) for row in found.frame.to_dicts()]
        days = {str(day) for day in found.forecast.ahead.days}
        off = [DayOffAnswer(date=day, name=name) for day, name in found.holidays.items() if day.isoformat() in days]
        return cls(
            rows=rows, reason=found.forecast.reason, test=told, holidays=off,
            holiday_factor=found.forecast.holiday_factor, position=found.position,
        )  # fmt: skip


class DrainAnswer(BaseModel):
    """When the backlog will be down to the target, with an 80 % band. A growing one has no such day."""

    state: str = Field(description="reached, draining, growing, or unknown: fewer than three whole weeks.")
    backlog: float
    target: float
    net_per_day: float | None
    days: float | None
    low_days: float | None
    high_days: float | None = Field(description="Null while draining: it may as well never be reached.")

    @classmethod
    def of(cls, found: forecast.Drain) -> Self:
        """What is told of a drain."""
        return cls(
            state=found.state,
            backlog=found.backlog,
            target=found.target,
            net_per_day=found.net_per_day,
            days=found.days,
            low_days=found.low_days,
            high_days=found.high_days,
        )


@router.get("/arrivals")
def read_arrivals_forecast(ask: Reading, wanted: Annotated[Coming, Query()]) -> ComingAnswer:
    """How many tickets will come by hour or day, with bands; nothing where repeating last week would do as well."""
    demand_colleague(ask)
    found = forecast.arrivals(grain=wanted.grain, weeks=wanted.weeks, holidays=wanted.holidays(), **given(ask, wanted))
    return ComingAnswer.of(found)


@router.get("/drain")
def read_drain_forecast(ask: Reading, wanted: Annotated[Draining, Query()]) -> DrainAnswer:
    """In how many days the backlog is down to a target at the net flow of the last weeks; "growing" if it grows."""
    demand_colleague(ask)
    return DrainAnswer.of(forecast.backlog_drain(target=wanted.target, weeks=wanted.weeks, **given(ask, wanted)))
