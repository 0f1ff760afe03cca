"""What people and programs may ask of a metric, and how it becomes the arguments of `measure()`."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from analytics.fiscal import FiscalGrain
from analytics.measure_compare import Compare
from analytics.measure_question import no_grain
from analytics.measure_restated import Series
from analytics.metric import Attribution, Basis
from analytics.zones import Grain, zone_of
from app.numbers.dates import instant
from app.numbers.render import Format
from core import clock
from core.errors import Invalid

Text = Annotated[str, Field(max_length=200)]
Dimension = Literal[
    "queue",
    "state",
    "category",
    "priority",
    "agent",
    "organisation",
    "channel",
    "target",
    "policy",
    "calendar",
    "activity",
    "team",
    "team_current",
    "tier",
    "tier_current",
    "region",
    "region_current",
    "role",
    "role_current",
]
"""All of analytics.measure_dimensions.DIMENSIONS; which of them a metric has, it says itself."""
FILTER = re.compile(rf"({'|'.join(get_args(Dimension))})[:=]")


def _filter(text: str) -> str:
    if not FILTER.match(text):
        raise ValueError(
            f"{text!r} is no filter; write a dimension and a value, such as queue:Billing. There are "
            f"{', '.join(get_args(Dimension))}."
        )
    return text


Filter = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"pattern": f"^{FILTER.pattern}"}),
    AfterValidator(_filter),
]
MANY = 50


def _grain(text: object, known: ValidatorFunctionWrapHandler) -> object:
    try:
        return known(text)
    except ValidationError as trouble:
        raise ValueError(no_grain(text)) from trouble


class Window(BaseModel):
    """Which time, which tickets, as of when, in whose zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    grain: Annotated[Grain | FiscalGrain | None, WrapValidator(_grain)] = Field(
        None, description="A number for each hour, day, … ; left out: the total. Weeks are ISO weeks."
    )
    fiscal_start: Text | None = Field(
        None,
        description="When the fiscal year begins, and its weeks if not on Monday; left out: as the house is set up.",
        examples=["04-06 sunday"],
    )
    since: Text | None = Field(
        None, description="Inside the period. 2026-03, 2026-03-01, 2026-03-01T09:30Z, 7d, …", examples=["2026-03-01"]
    )
    until: Text | None = Field(None, description="The first instant behind the period.", examples=["2026-04-01"])
    where: list[Filter] = Field(
        [],
        max_length=MANY,
        description="`queue:Billing`: a dimension and a name or id; `agent:(none)`: nobody. Any of one dimension.",
        examples=[["queue:Billing"]],
    )
    basis: Basis | None = Field(
        None, description="`business`: durations in the hours of the queues that their tickets were in."
    )
    attribution: Attribution | None = Field(
        None,
        description="Whose work it is, as far as the metric has a choice; left out: its usual.",
    )
    as_of: Text | None = Field(None, description="What was true at that instant; left out: now.")
    as_known_at: Text | None = Field(None, description="What was said then: of the events recorded by that instant.")
    series: Series = Field(
        "recorded",
        description="`restated`: what was promised by the hours as they are known today, as if every accepted "
        "restatement of a calendar had been known when it begins. Of SLA metrics only.",
    )
    timezone: Text | None = Field(None, description="IANA name; left out: your own.", examples=["Europe/Berlin"])
    format: Format | None = Field(None, description="Left out: what `Accept` asks for, else JSON.")

    def zone(self, readers_own: str) -> ZoneInfo:
        """The zone in which dates are read and periods are cut."""
        return zone_of(self.timezone or readers_own)

    def arguments(self, readers_own: str, fiscal_start: str) -> dict[str, Any]:
        """The arguments that `measure` and `tickets` share, with the reader's zone and the house's year."""
        given = arguments(
            self.since, self.until, self.as_of, self.where, grain=self.grain, zone=self.zone(readers_own),
            as_known_at=self.as_known_at, series=self.series,
        )  # fmt: skip
        whose = {"basis": self.basis, "attribution": self.attribution}
        return {**given, **whose, "fiscal_start": self.fiscal_start or fiscal_start}


class Asked(Window):
    """A question to a metric."""

    by: list[Dimension] = Field([], max_length=10, description="Split by.", examples=[["queue"]])
    compare: Compare | None = Field(
        None, description="Beside each number what it was `previous`ly or `last_year`, and the difference."
    )
    small: Literal["hide", "show"] = Field("hide", description="`show` tells percentiles of fewer than five as well.")


class Changed(Window):
    """Whose change to take apart."""

    by: list[Dimension] = Field([], max_length=10, description="By these dimensions; left out: all of the metric's.")
    compare: Compare = Field(Compare.PREVIOUS, description="Since the time before, or since last year.")


class Opened(Window):
    """Which cell of a metric to open."""

    period: Text | None = Field(None, description="One period of the `grain`: any instant in it.")
    limit: int | None = Field(None, ge=1, le=1_000_000, description="Most rows; JSON: 100 unless said, 1,000 at most.")
    offset: int = Field(0, ge=0, le=2**31, description="How many rows to leave out.")

    def one_period(self, readers_own: str) -> datetime | None:
        """An instant in the period to open."""
        return instant(self.period, self.zone(readers_own), clock.now()) if self.period is not None else None


def arguments(
    since: str | None,
    until: str | None,
    as_of: str | None,
    where: Sequence[str],
    *,
    grain: str | None,
    zone: ZoneInfo,
    as_known_at: str | None = None,
    series: str = "recorded",
) -> dict[str, Any]:
    """The arguments that `measure` and `tickets` share, from text."""
    now = clock.now()
    given = [("since", since), ("until", until), ("as_of", as_of), ("as_known_at", as_known_at)]
    dates = {name: None if text is None else instant(text, zone, now) for name, text in given}
    return {**dates, "where": filters(where), "grain": grain, "series": series, "timezone": zone.key}


def filters(where: Sequence[str]) -> dict[str, list[str]]:
    """`["queue:Billing", "queue=Sales"]` by dimension."""
    found: dict[str, list[str]] = {}
    for text in where:
        ends = [place for place in (text.find(":"), text.find("=")) if place > 0]
        if not ends:
            raise Invalid(f"{text!r} is no filter; write a dimension and a value, such as queue:Billing.", value=text)
        found.setdefault(text[: min(ends)].strip(), []).append(text[min(ends) + 1 :].strip())
    return found
