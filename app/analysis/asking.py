"""What people and programs may ask of an analysis: words and dates as for metrics."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from analytics.zones import zone_of
from app.numbers.asking import MANY, Dimension, Filter, Text, arguments


class Cohort(BaseModel):
    """Which tickets: those created in a time, of some values, as of when, in whose zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Text | None = Field(
        None,
        description="Tickets created from then on. 2026-03, 2026-03-01, 2026-03-01T09:30Z, 7d, …",
        examples=["2026-03"],
    )
    until: Text | None = Field(None, description="And before then.", examples=["2026-04"])
    where: list[Filter] = Field(
        [],
        max_length=MANY,
        description="`queue:Billing`: a dimension and a name or id, by the values at creation.",
        examples=[["queue:Billing"]],
    )
    as_of: Text | None = Field(None, description="What was true at that instant; left out: now.")
    timezone: Text | None = Field(None, description="IANA name; left out: your own.", examples=["Europe/Berlin"])

    def arguments(self, readers_own: str) -> dict[str, Any]:
        """The arguments of an analysis."""
        zone = zone_of(self.timezone or readers_own)
        given = arguments(self.since, self.until, self.as_of, self.where, grain=None, zone=zone)
        del given["grain"]
        return given


class Split(Cohort):
    """Tickets, and by what they are split."""

    by: list[Dimension] = Field([], max_length=2, description="A curve for each of these values.", examples=[["queue"]])


class Listed(Cohort):
    """A page of tickets."""

    limit: Annotated[int, Field(ge=1, le=1_000)] = 100
    offset: int = Field(0, ge=0, le=2**31, description="How many rows to leave out.")
