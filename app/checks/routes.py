"""GET /api/v1/health/data: whether the numbers agree with each other and with the events."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.checks.look import EVERY_SECONDS, checks, hours
from app.checks.row import DataCheck
from app.rest import PREFIX
from app.rest.ask import Reading, Route
from app.rest.problem import responses
from core.actor import Actor
from core.errors import NotAllowed

router = APIRouter(prefix=f"{PREFIX}/health", tags=["health"], route_class=Route)


class CheckOut(BaseModel):
    """A law about the numbers, at its newest look."""

    name: str = Field(examples=["opening + in - out = closing"])
    holds: bool
    checked: int = Field(description="How many rows, cells or tickets were looked at.")
    wrong: int
    examples: list[str] = Field(description="The first that are wrong; only for those who may see every ticket.")
    one_in: int = Field(description="One ticket in so many was looked at; each look takes others.")
    checked_at: datetime
    broken_since: datetime | None

    @classmethod
    def of(cls, row: DataCheck, actor: Actor) -> Self:
        """What somebody is told of a check."""
        return cls(
            name=row.name, holds=row.wrong == 0, checked=row.checked, wrong=row.wrong,
            examples=row.examples if actor.scope.everything else [], one_in=row.one_in, checked_at=row.checked_at,
            broken_since=row.broken_since,
        )  # fmt: skip


class HourOut(BaseModel):
    """The looks of an hour."""

    hour: datetime
    looks: int
    broken: int = Field(description="Looks that found something wrong.")


class DataHealth(BaseModel):
    """Whether the numbers agree."""

    agrees: bool | None = Field(description="null: nobody has looked yet.")
    every_seconds: int = EVERY_SECONDS
    checks: list[CheckOut]
    hours: list[HourOut] = Field(description="Two weeks, the oldest hour first; one without looks is not listed.")


@router.get("/data", responses=responses(401, 403, 503))
def read_data_health(ask: Reading) -> DataHealth:
    """What is checked all the time: stock and flow, spans and lives, increments and rebuilds. For colleagues."""
    demand_colleague(ask.actor)
    found = checks(ask.session)
    return DataHealth(
        agrees=all(row.wrong == 0 for row in found) if found else None,
        checks=[CheckOut.of(row, ask.actor) for row in found],
        hours=[HourOut(hour=row.hour, looks=row.looks, broken=row.broken) for row in hours(ask.session)],
    )


def demand_colleague(actor: Actor) -> None:
    """Customers have no use for it."""
    if not actor.role.is_staff:
        raise NotAllowed("This is for those who work here.")
