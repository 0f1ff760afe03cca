"""How tickets flow, over HTTP. For colleagues, each within what they see."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from analytics import flow
from app.analysis.asking import Cohort, Standing, given
from app.analysis.flow_answers import AgeingAnswer, AgeingItem, BalanceAnswer, FlowAnswer, StackAnswer, StackItem
from app.numbers.behind import demand_colleague, titled
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses
from core.errors import Invalid

router = APIRouter(prefix=f"{PREFIX}/analysis/flow", tags=["analysis"], responses=responses(401, 403, 422, 503))

MOST_PERIODS = 5_000


class Ways(Cohort):
    """A question for the ways of tickets."""

    activity: Literal["state", "category", "queue", "agent"] = Field(
        "state", description="From state to state, queue to queue, or hand to hand (the handover network)."
    )


class Stack(Cohort):
    """A question for a cumulative flow diagram."""

    grain: Literal["hour", "day", "week", "month"] = Field("day", description="One stack at the end of each.")


@router.get("")
def read_flow(ask: Reading, wanted: Annotated[Ways, Query()]) -> FlowAnswer:
    """How tickets go from state to state, queue to queue or hand to hand: transitions, variants, rework, sojourns."""
    demand_colleague(ask)
    return FlowAnswer.of(flow.process(activity=wanted.activity, **given(ask, wanted)))


@router.get("/balance")
def read_flow_balance(ask: Reading, wanted: Annotated[Cohort, Query()]) -> BalanceAnswer:
    """Little's law over a window (the last 90 days unless said), by the values of the time, and flow efficiency."""
    demand_colleague(ask)
    asked = given(ask, wanted)
    return BalanceAnswer.of(flow.little(**asked), flow.efficiency(**asked))


@router.get("/cumulative")
def read_cumulative_flow(ask: Reading, wanted: Annotated[Stack, Query()]) -> StackAnswer:
    """The cumulative flow diagram: tickets in each category at the end of each period, the last 90 days unless said."""
    demand_colleague(ask)
    found = flow.cumulative(grain=wanted.grain, **given(ask, wanted))
    if len(found) > MOST_PERIODS:
        raise Invalid(f"That is {len(found):,} periods, more than {MOST_PERIODS:,}; ask for a coarser grain.")
    return StackAnswer(rows=[StackItem(**row) for row in found.to_dicts()])


@router.get("/ageing")
def list_ageing_work(ask: Reading, wanted: Annotated[Standing, Query()]) -> AgeingAnswer:
    """Unsolved tickets by how unusually long they have been in their state. Filters are by today's values."""
    demand_colleague(ask)
    found = flow.ageing(**given(ask, wanted))
    rows = titled(ask, found.slice(wanted.offset, wanted.limit)).to_dicts()
    return AgeingAnswer(total=len(found), items=[AgeingItem.model_validate(row) for row in rows])
