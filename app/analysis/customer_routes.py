"""How customers fare, and by which ways they come, over HTTP. For colleagues, each within what they see."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from analytics.channels import channels
from analytics.pain import pain
from analytics.wellbeing import PARTS, WEIGHTS, wellbeing
from app.analysis.asking import Cohort, Today, given
from app.numbers.behind import demand_colleague
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses

router = APIRouter(prefix=f"{PREFIX}/analysis", tags=["analysis"], responses=responses(401, 403, 404, 422, 503))


class Ways(Cohort):
    """A question for channels. Tickets are filtered by their values at creation, messages by those at theirs."""

    grain: Literal["hour", "day", "week", "month"] | None = Field(None, description="Left out: the total.")


class WayItem(BaseModel):
    """One channel, in one period."""

    period: datetime | None = None
    channel: str
    tickets: int
    tickets_share: float | None
    contacts: int
    contacts_share: float | None


class WaysAnswer(BaseModel):
    """By which ways people came."""

    rows: list[WayItem]


class PainItem(BaseModel):
    """One organisation, and why it stands here."""

    organisation_id: UUID
    organisation: str
    reasons: int = Field(description="How many reasons hold.")
    breached: int = Field(description="Tickets behind a promise now.")
    reopened: int = Field(description="Reopenings in the last 14 days; two are a reason.")
    unhappy: int = Field(description="Ratings of 3 or less in the last 14 days; a reason while something is open.")
    open: int


class PainAnswer(BaseModel):
    """Customers in pain, the worst first."""

    rows: list[PainItem]


class WellbeingItem(BaseModel):
    """One organisation: its score, the parts (null: nothing is known of it), and the counts that they rest on."""

    organisation_id: UUID
    organisation: str
    score: float | None
    parts: dict[str, float | None]
    due: int = Field(description="SLA clocks due.")
    rated: int
    created: int
    solved: int = Field(description="First solves.")
    open: int


class WellbeingAnswer(BaseModel):
    """How organisations fare, the worst first; the weights of the parts."""

    since: datetime
    until: datetime
    weights: dict[str, int]
    rows: list[WellbeingItem]


@router.get("/channels")
def read_channels(ask: Reading, wanted: Annotated[Ways, Query()]) -> WaysAnswer:
    """Tickets by the channel that they began in and contacts by that of the message, with their shares."""
    demand_colleague(ask)
    found = channels(grain=wanted.grain, **given(ask, wanted))
    return WaysAnswer(rows=[WayItem(**row) for row in found.to_dicts()])


@router.get("/pain")
def read_pain(ask: Reading, wanted: Annotated[Today, Query()]) -> PainAnswer:
    """Organisations to call today: promises broken now, reopened again and again, or unhappy with something open."""
    demand_colleague(ask)
    return PainAnswer(rows=[PainItem(**row) for row in pain(**given(ask, wanted)).to_dicts()])


@router.get("/wellbeing")
def read_wellbeing(ask: Reading, wanted: Annotated[Cohort, Query()]) -> WellbeingAnswer:
    """Each organisation's health by a published formula, from its parts; without a time, of the last four weeks."""
    demand_colleague(ask)
    found = wellbeing(**given(ask, wanted))
    rows = [WellbeingItem(**row, parts={name: row[name] for name in PARTS}) for row in found.frame.to_dicts()]
    return WellbeingAnswer(since=found.since, until=found.until, weights=dict(WEIGHTS), rows=rows)
