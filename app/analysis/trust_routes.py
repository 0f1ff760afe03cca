"""Peaks, concentration, and how far numbers can be trusted, over HTTP. For colleagues, each within what they see."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from analytics import catalogue
from analytics.concentration import concentration
from analytics.peak import peak
from analytics.restated import lateness, restatement
from analytics.zones import zone_of
from app import policy
from app.analysis.asking import Cohort, given, windowed
from app.analysis.attendance_routes import Days
from app.numbers.asking import Dimension, Text
from app.numbers.behind import demand_colleague
from app.numbers.dates import instant
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses
from core import clock

router = APIRouter(prefix=f"{PREFIX}/analysis", tags=["analysis"], responses=responses(401, 403, 404, 422, 503))


class Heights(Cohort):
    """A question for peaks. Filters are by the values of the time."""

    of: Literal["queue_depth", "backlog", "wip", "unassigned_backlog"] = "queue_depth"
    above: int | None = Field(None, ge=0, le=10**9, description="Tell the hours in which it stood higher.")
    grain: Literal["hour", "day", "week", "month"] = "day"


class PeakItem(BaseModel):
    """The highest of one period."""

    period: datetime
    peak: int
    peak_at: datetime = Field(description="When it first stood so high.")
    hours_above: float | None = None


class PeakAnswer(BaseModel):
    """How high it stood."""

    rows: list[PeakItem]


class ShareItem(BaseModel):
    """One organisation's part."""

    organisation_id: UUID
    organisation: str
    tickets: int
    share: float


class ConcentrationAnswer(BaseModel):
    """How much comes from few organisations."""

    tickets: int
    others: int = Field(description="Tickets of no organisation, which are in no share.")
    top_share: float | None = Field(description="Of the ten largest.")
    index: float | None = Field(description="Herfindahl-Hirschman: 1 if all comes from one, 1/n if from n alike.")
    items: list[ShareItem] = Field(description="The largest hundred.")


class LateItem(BaseModel):
    """Events by how they came in."""

    source: str
    events: int
    late: int
    late_share: float


class LateAnswer(BaseModel):
    """Events that were entered more than five minutes after they happened."""

    rows: list[LateItem]


class Published(Cohort):
    """Which number was published, when, by what."""

    metric: Annotated[str, Field(max_length=100, examples=["first_reply_time_median"])]
    published_at: Text = Field(description="When it was said.", examples=["2026-03-02T08:00Z"])
    by: list[Dimension] = Field([], max_length=3, description="Split by.", examples=[["queue"]])
    grain: Literal["hour", "day", "week", "month", "quarter", "year"] | None = None


class RestatementAnswer(BaseModel):
    """Of the published cells those that are another number today, by more than half a percent."""

    cells: int
    restated: int
    rate: float | None = Field(description="Null: nothing was published.")


@router.get("/peak")
def read_peak(ask: Reading, wanted: Annotated[Heights, Query()]) -> PeakAnswer:
    """The highest that a level stood in each period, to the instant, and for how long a threshold was passed."""
    demand_colleague(ask)
    found = peak(wanted.of, above=wanted.above, grain=wanted.grain, **given(ask, wanted))
    return PeakAnswer(rows=[PeakItem(**row) for row in found.to_dicts()])


@router.get("/concentration")
def read_concentration(ask: Reading, wanted: Annotated[Cohort, Query()]) -> ConcentrationAnswer:
    """How much of what was created came from few organisations."""
    demand_colleague(ask)
    found = concentration(**given(ask, wanted))
    return ConcentrationAnswer(
        tickets=found.tickets, others=found.others, top_share=found.top_share, index=found.index,
        items=[ShareItem(**row) for row in found.frame.head(100).to_dicts()],
    )  # fmt: skip


@router.get("/lateness")
def read_lateness(ask: Reading, wanted: Annotated[Days, Query()]) -> LateAnswer:
    """Events of tickets by how they came in, and how many of them were entered over five minutes late."""
    demand_colleague(ask)
    time = windowed(wanted.since, wanted.until, wanted.as_of, wanted.timezone or ask.actor.timezone)
    found = lateness(**time, scope=policy.visible(ask.actor), lake=ask.desk.lake)
    return LateAnswer(rows=[LateItem(**row) for row in found.to_dicts()])


@router.get("/restatement")
def read_restatement(ask: Reading, wanted: Annotated[Published, Query()]) -> RestatementAnswer:
    """How many cells of a number have moved since it was published: what came late, was reopened or restated."""
    demand_colleague(ask)
    catalogue.find(wanted.metric)
    zone = zone_of(wanted.timezone or ask.actor.timezone)
    published_at = instant(wanted.published_at, zone, clock.now())
    found = restatement(
        wanted.metric, published_at=published_at, by=wanted.by, grain=wanted.grain, **given(ask, wanted)
    )  # fmt: skip
    return RestatementAnswer(cells=found.cells, restated=found.restated, rate=found.rate)
