"""How many people a promise needs, over HTTP. Live channels: Erlang; nothing here reads a ticket."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from analytics import staffing
from analytics.staffing.required import USUAL_OCCUPANCY
from app.numbers.behind import demand_colleague
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses

router = APIRouter(prefix=f"{PREFIX}/analysis/staffing", tags=["analysis"], responses=responses(401, 403, 422))

Day = Annotated[float, Field(ge=1, le=86_400)]


class LiveChannel(BaseModel):
    """One interval of a channel where people wait at once: phone, chat."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_hour: float = Field(ge=0.01, le=1_000_000, description="Contacts an hour.", examples=[200])
    handle_seconds: Day = Field(description="Mean time that one keeps an agent busy, wrap-up included.", examples=[180])
    within_seconds: float = Field(20, ge=0, le=86_400, description="Answered within so long …")
    share: float = Field(0.8, gt=0, lt=1, description="… should be this share of all contacts.")
    patience_seconds: Day | None = Field(
        None, description="How long people wait on average before they give up; left out: for ever (Erlang C)."
    )
    most_occupancy: float = Field(USUAL_OCCUPANCY, gt=0, le=1, description="Agents are busy for no larger share.")
    agents: int | None = Field(
        None, ge=1, le=10_000, description="What so many give; left out: the fewest that suffice."
    )
    shrinkage: float = Field(0.0, ge=0, lt=1, description="Share of paid time in which people cannot answer.")
    scheduled: float = Field(0.0, ge=0, le=10_000, description="People scheduled for the interval.")


class ServiceAnswer(BaseModel):
    """What contacts meet with so many agents."""

    agents: int
    share_within: float = Field(description="Answered within the time asked about.")
    p_wait: float = Field(description="Has to wait at all.")
    p_abandon: float = Field(description="Gives up.")
    wait_seconds: float | None = Field(description="Mean wait of all; null: the queue grows without end.")
    occupancy: float

    @classmethod
    def of(cls, found: staffing.Service) -> Self:
        """What is told of a service."""
        return cls(
            agents=found.agents,
            share_within=found.within,
            p_wait=found.p_wait,
            p_abandon=found.p_abandon,
            wait_seconds=found.wait_seconds,
            occupancy=found.occupancy,
        )


class LiveAnswer(BaseModel):
    """The fewest agents that keep the promise, what the agents asked about give, and how many people are missing."""

    model: str = Field(examples=["Erlang C"])
    erlangs: float = Field(description="How many agents the work alone keeps busy.")
    required: ServiceAnswer
    asked: ServiceAnswer | None
    gap: float = Field(description="required / (1 − shrinkage) − scheduled; negative: so many could be spared.")


@router.get("/live")
def read_live_staffing(ask: Reading, wanted: Annotated[LiveChannel, Query()]) -> LiveAnswer:
    """How many agents phone or chat need in one interval: Erlang C, or A where people give up."""
    demand_colleague(ask)
    load = staffing.Load(wanted.per_hour, wanted.handle_seconds)
    patience, within = wanted.patience_seconds, wanted.within_seconds
    fewest = staffing.required(
        load, share=wanted.share, within=within, occupancy=wanted.most_occupancy, patience=patience
    )
    asked = None
    if wanted.agents is not None:
        asked = (
            staffing.erlang_a(load, wanted.agents, within, patience)
            if patience
            else staffing.erlang_c(load, wanted.agents, within)
        )
    return LiveAnswer(
        model="Erlang A" if patience else "Erlang C",
        erlangs=load.erlangs,
        required=ServiceAnswer.of(fewest),
        asked=asked and ServiceAnswer.of(asked),
        gap=staffing.staffing_gap(fewest.agents, shrinkage=wanted.shrinkage, scheduled=wanted.scheduled),
    )
