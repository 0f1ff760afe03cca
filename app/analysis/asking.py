"""What people and programs may ask of an analysis: words and dates as for metrics."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from analytics.zones import zone_of
from app import policy
from app.calendars.countries import FIRST_YEAR, LAST_YEAR, country_holidays
from app.numbers.asking import MANY, Dimension, Filter, Text, arguments
from app.rest.ask import Ask
from core import clock

ARGUMENTS = ("since", "until", "where", "as_of", "timezone")
"""Those of the arguments of `measure` that analyses take."""


def windowed(since: str | None, until: str | None, as_of: str | None, timezone: str) -> dict[str, Any]:
    """The arguments of an analysis of a time, whatever the tickets."""
    given = arguments(since, until, as_of, (), grain=None, zone=zone_of(timezone))
    return {name: given[name] for name in ("since", "until", "as_of", "timezone")}


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
        return {name: given[name] for name in ARGUMENTS}


class Split(Cohort):
    """Tickets, and by what they are split."""

    by: list[Dimension] = Field([], max_length=2, description="A curve for each of these values.", examples=[["queue"]])


class Listed(Cohort):
    """A page of tickets."""

    limit: Annotated[int, Field(ge=1, le=1_000)] = 100
    offset: int = Field(0, ge=0, le=2**31, description="How many rows to leave out.")


class Today(BaseModel):
    """Which tickets, by what they are today (or at `as_of`), in whose zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: list[Filter] = Field(
        [], max_length=MANY, description="`queue:Billing`: a dimension and a name or id.", examples=[["queue:Billing"]]
    )
    as_of: Text | None = Field(None, description="What was true at that instant; left out: now.")
    timezone: Text | None = Field(None, description="IANA name; left out: your own.", examples=["Europe/Berlin"])

    def arguments(self, readers_own: str) -> dict[str, Any]:
        """The arguments of an analysis of the present and what follows."""
        zone = zone_of(self.timezone or readers_own)
        given = arguments(None, None, self.as_of, self.where, grain=None, zone=zone)
        return {name: given[name] for name in ("where", "as_of", "timezone")}


class Standing(Today):
    """A page of the tickets that stand."""

    limit: Annotated[int, Field(ge=1, le=1_000)] = 100
    offset: int = Field(0, ge=0, le=2**31, description="How many rows to leave out.")


class Ahead(Today):
    """What is to come, and on which holidays."""

    weeks: int = Field(4, ge=1, le=13, description="How far to look ahead.")
    country: str | None = Field(
        None,
        pattern=r"^[A-Z]{2}$",
        description="Whose holidays count (ISO 3166-1 alpha-2); left out: the days off of the queues' calendars.",
    )
    subdivision: Text | None = Field(None, description="A part of the country, such as BY of DE.")

    def holidays(self) -> dict[date, str] | None:
        """Holidays there, from two years ago until next year; None: no country is named."""
        if self.country is None:
            return None
        today = clock.now().date()
        years = range(max(today.year - 2, FIRST_YEAR), min(today.year + 1, LAST_YEAR) + 1)
        found = country_holidays(self.country, self.subdivision, date(years[0], 1, 1), date(years[-1], 12, 31))
        return {holiday.date: holiday.name for holiday in found}


def given(ask: Ask, wanted: Cohort | Today) -> dict[str, Any]:
    """The arguments of an analysis of the tickets that the asker sees."""
    return {**wanted.arguments(ask.actor.timezone), "scope": policy.visible(ask.actor), "lake": ask.desk.lake}
