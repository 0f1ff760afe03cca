"""Where holidays come from, over HTTP: the lists of countries, feeds, files that are handed in."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app import policy
from app.calendars import sources
from app.calendars.countries import FIRST_YEAR, LAST_YEAR, countries, country_holidays, subdivisions
from app.calendars.feed import MOST_BYTES, holidays_of
from app.calendars.reading import calendar_of
from app.calendars.routes import demand_colleague
from app.calendars.row import HolidaySource
from app.calendars.setup import newest
from app.calendars.shape import Date
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.fields import SPOKEN, STORABLE, Spoken, Storable, Whole
from app.rest.page import Page
from app.rest.problem import responses
from core.calendar import Calendar
from core.errors import Conflict, NotFound

ANY = responses(401, 403, 404, 422, 503)
router = APIRouter(prefix=f"{PREFIX}/calendars", tags=["calendars"], route_class=Route, responses=ANY)
lists = APIRouter(prefix=f"{PREFIX}/holidays", tags=["calendars"], route_class=Route, responses=ANY)
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["DE"], description="ISO 3166-1 alpha-2.")]


class FeedRefused(Conflict):
    """An address or a file that cannot be taken."""

    code = "feed_refused"


class SourceWish(BaseModel):
    """A country's list (`country`, `subdivision`, `years_ahead`), or a feed (`address`)."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["country", "feed"]
    country: Country | None = None
    subdivision: Annotated[str, Field(max_length=80, json_schema_extra=STORABLE), Storable] | None = None
    years_ahead: Annotated[int, Field(ge=0, le=20), Whole] = 3
    address: Annotated[str, Field(max_length=2000, json_schema_extra=STORABLE), Storable] | None = None
    without: list[Date] = Field(default=[], max_length=200, description="Dates that are no holidays here.")


class FileWish(BaseModel):
    """An iCalendar, as text."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=80, json_schema_extra=SPOKEN), Spoken]
    content: str = Field(max_length=MOST_BYTES)


class SourceAnswer(BaseModel):
    """Where holidays come from. The address of a feed is not told: it may hold a secret."""

    id: UUID
    kind: Literal["country", "feed", "file"]
    name: str
    country: str | None
    subdivision: str | None
    years_ahead: int
    without: list[date]
    read_at: datetime | None
    due_at: datetime | None = Field(description="When it is read again.")
    note: str = Field(description="Why it could not be read the last time.")

    @classmethod
    def of(cls, row: HolidaySource) -> Self:
        """What is told of it."""
        return cls.model_validate(row.model_dump(exclude={"calendar_id", "address", "is_active", "created_at"}))


class CountryAnswer(BaseModel):
    """A country whose holidays are known."""

    country: str
    name: str
    subdivisions: list[str]


class ListedAnswer(BaseModel):
    """A public holiday."""

    date: date
    name: str


@router.get("/{calendar_id}/holiday-sources")
def list_holiday_sources(ask: Reading, calendar_id: UUID) -> Page[SourceAnswer]:
    """The sources that a calendar follows (administrators only)."""
    policy.demand_admin(ask.actor, reading=True)
    _known(ask, calendar_id)
    return Page(items=[SourceAnswer.of(row) for row in sources.sources_of(ask.session, calendar_id)], next=None)


@router.post("/{calendar_id}/holiday-sources", status_code=201, responses=responses(409))
def follow_holiday_source(ask: Writing, calendar_id: UUID, body: SourceWish) -> SourceAnswer:
    """Follow a source from today on (administrators only). Feeds are fetched within a minute, then every day."""
    policy.demand_admin(ask.actor)
    _known(ask, calendar_id)
    if body.kind == "country":
        if body.country is None or body.address is not None:
            raise FeedRefused("A country's holidays need a `country` and no `address`.")
        row = sources.follow_country(
            ask.session, ask.actor, calendar_id, country=body.country, subdivision=body.subdivision or None,
            years_ahead=body.years_ahead, without=body.without,
        )  # fmt: skip
        return SourceAnswer.of(row)
    if body.address is None:
        raise FeedRefused("A feed needs an `address`.")
    return SourceAnswer.of(
        sources.follow_feed(ask.session, ask.actor, calendar_id, address=body.address, without=body.without)
    )


@router.post("/{calendar_id}/holiday-files", status_code=201, responses=responses(409))
def hand_in_holidays(ask: Writing, calendar_id: UUID, body: FileWish) -> SourceAnswer:
    """Take the events of an iCalendar from today on, once (administrators only)."""
    policy.demand_admin(ask.actor)
    calendar = _known(ask, calendar_id)
    return SourceAnswer.of(take_content(ask, calendar_id, calendar, body.name, body.content.encode()))


@router.delete("/{calendar_id}/holiday-sources/{source_id}", status_code=204, responses=responses(409))
def give_up_holiday_source(ask: Writing, calendar_id: UUID, source_id: UUID) -> None:
    """Follow a source no longer (administrators only): its holidays from today on go."""
    policy.demand_admin(ask.actor)
    sources.give_up(ask.session, ask.actor, sources.source_of(ask.session, calendar_id, source_id))


@lists.get("")
def list_countries(ask: Reading) -> Page[CountryAnswer]:
    """The countries whose holidays are known, with their parts."""
    demand_colleague(ask.actor)
    known = [CountryAnswer(country=c, name=n, subdivisions=[*subdivisions(c)]) for c, n in countries().items()]
    return Page(items=known, next=None)


@lists.get("/{country}")
def list_country_holidays(
    ask: Reading,
    country: Annotated[Country, Path()],
    year: Annotated[int, Query(ge=FIRST_YEAR, le=LAST_YEAR)],
    subdivision: Annotated[str | None, Query(max_length=80)] = None,
) -> Page[ListedAnswer]:
    """The public holidays of a country, or of a part of it, in a year."""
    demand_colleague(ask.actor)
    found = country_holidays(country, subdivision, date(year, 1, 1), date(year, 12, 31))
    return Page(items=[ListedAnswer(date=one.date, name=one.name) for one in found], next=None)


def take_content(ask: Ask, calendar_id: UUID, calendar: Calendar, name: str, content: bytes) -> HolidaySource:
    """Read what somebody handed in, and put it into the calendar."""
    today = sources.today_of(calendar)
    last = date(today.year + sources.FEED_YEARS, 12, 31)
    found = holidays_of(content, calendar.zone, today, last)
    return sources.take_file(ask.session, ask.actor, calendar_id, name=name, found=found)


def _known(ask: Ask, calendar_id: UUID) -> Calendar:
    row = newest(ask.session, calendar_id)
    if row is None:
        raise NotFound("There is no such calendar.")
    return calendar_of(row)
