"""Who was there and how load lay, over HTTP: of oneself, of those whose queue one leads, of all for administrators."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from analytics.attendance import attendance, fairness
from app import policy
from app.analysis.asking import windowed
from app.numbers.asking import Text
from app.numbers.behind import demand_colleague
from app.presence.team import team_of
from app.queues.house import house_of
from app.rest import PREFIX
from app.rest.ask import Ask, Reading
from app.rest.problem import responses

router = APIRouter(prefix=f"{PREFIX}/analysis", tags=["analysis"], responses=responses(401, 403, 422, 503))


class Days(BaseModel):
    """Which time, in whose zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Text | None = Field(None, description="2026-03, 2026-03-01, 7d, …; left out: four weeks.", examples=["7d"])
    until: Text | None = Field(None, description="The first instant behind it.", examples=["2026-04"])
    as_of: Text | None = Field(None, description="What was true at that instant; left out: now.")
    timezone: Text | None = Field(None, description="IANA name; left out: your own.", examples=["Europe/Berlin"])


class Hours(Days):
    """A question for hours of presence."""

    grain: Literal["hour", "day", "week", "month"] | None = Field(None, description="Left out: the total.")


class HoursItem(BaseModel):
    """One person's hours in one period."""

    period: datetime | None = None
    agent_id: UUID
    agent: str
    online_hours: float
    away_hours: float


class HoursAnswer(BaseModel):
    """Hours online and away; what nobody told is offline."""

    rows: list[HoursItem]


class LoadItem(BaseModel):
    """What one person had, by the hour that they were online."""

    agent_id: UUID
    agent: str
    open: int = Field(description="Owned unsolved at the end.")
    taken: int = Field(description="How often they came to own a ticket.")
    hours: float
    load: float


class FairnessAnswer(BaseModel):
    """How evenly load lay on those who were online."""

    gini: float | None = Field(description="0: even; towards 1: it lay on one. Null: fewer than two, or no load.")
    max_to_median: float | None
    rows: list[LoadItem]


@router.get("/attendance")
def read_attendance(ask: Reading, wanted: Annotated[Hours, Query()]) -> HoursAnswer:
    """Hours that people said they were online or away. Yours, and those of the people whose queues you lead."""
    demand_colleague(ask)
    given = windowed(wanted.since, wanted.until, wanted.as_of, wanted.timezone or ask.actor.timezone)
    people = people_of(ask)
    found = attendance(grain=wanted.grain, **given, people=people, lake=ask.desk.lake)
    return HoursAnswer(rows=[HoursItem(**row) for row in found.to_dicts()])


@router.get("/fairness")
def read_fairness(ask: Reading, wanted: Annotated[Days, Query()]) -> FairnessAnswer:
    """How evenly open and arriving tickets lay on those who were online, by their hours; of tickets that you see."""
    demand_colleague(ask)
    given = windowed(wanted.since, wanted.until, wanted.as_of, wanted.timezone or ask.actor.timezone)
    people = people_of(ask)
    found = fairness(**given, people=people, scope=policy.visible(ask.actor), lake=ask.desk.lake)
    rows = [LoadItem(**row) for row in found.frame.to_dicts()]
    return FairnessAnswer(gini=found.gini, max_to_median=found.max_to_median, rows=rows)


def people_of(ask: Ask) -> frozenset[UUID] | None:
    """Whose presence the asker may see; None: everybody's."""
    with ask.desk.database.reading() as session:
        return team_of(session, house_of(session), ask.actor)
