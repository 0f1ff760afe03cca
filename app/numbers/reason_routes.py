"""Why a number is as it is, over HTTP: what a ticket adds to it, and what moved it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from analytics.explanation import explain
from analytics.movement import moved
from app import policy
from app.numbers import render
from app.numbers.asking import Changed, Opened
from app.numbers.behind import demand_colleague
from app.numbers.reason_answers import ExplainedAnswer, MovedAnswer
from app.numbers.render import Format
from app.numbers.routes import Accept, Name, arguments_of, table, table_or
from app.rest import PREFIX
from app.rest.ask import Reading
from app.rest.problem import responses

router = APIRouter(prefix=f"{PREFIX}/metrics", tags=["metrics"], responses=responses(401, 403, 404, 422, 503))

Ticket = Annotated[str, Path(max_length=40, description="A ticket's id or number.", examples=["1001"])]


@router.get("/{name}/tickets/{ticket_id}", response_model=ExplainedAnswer)
def explain_ticket(ask: Reading, name: Name, ticket_id: Ticket, wanted: Annotated[Opened, Query()]) -> Response:
    """What a ticket adds to a number, and why it counts there. The shares of all tickets sum to the number."""
    demand_colleague(ask)
    found = explain(
        ticket_id, name, **arguments_of(ask, wanted), period=wanted.one_period(ask.actor.timezone),
        scope=policy.visible(ask.actor), lake=ask.desk.lake,
    )  # fmt: skip
    return Response(ExplainedAnswer.of_ticket(found).model_dump_json(), media_type="application/json")


@router.get("/{name}/moved", response_model=None, responses=table_or(MovedAnswer))
def read_change(ask: Reading, name: Name, wanted: Annotated[Changed, Query()], accept: Accept = None) -> Response:
    """What moved a number since the time before: each slice's part in the change, of counts, sums, ratios and means."""
    demand_colleague(ask)
    found = moved(
        name, by=wanted.by, compare=wanted.compare, **arguments_of(ask, wanted), scope=policy.visible(ask.actor),
        lake=ask.desk.lake,
    )  # fmt: skip
    form = render.wanted(wanted.format, accept)
    if form is not Format.JSON:
        return table(
            ask, wanted.zone(ask.actor.timezone), form, f"{name}_moved", pages=[found.frame], rows=len(found.frame)
        )
    return Response(MovedAnswer.of(found).model_dump_json(), media_type="application/json")
