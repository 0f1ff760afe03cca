"""Business calendars over HTTP. Colleagues read them and ask them; administrators set them up."""

from datetime import UTC, date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app import policy
from app.calendars import setup
from app.calendars.preview import Changed, Day, changed_days, days, preview_token
from app.calendars.reading import calendar_of, read_editions, restated
from app.calendars.row import CalendarVersion
from app.calendars.shape import Date, Shape, calendar_from
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.fields import Instant, Name
from app.rest.page import Page
from app.rest.problem import responses
from app.sla.calendar import Segment, add_business, business_seconds
from app.sla.restated_answers import SeriesAnswer
from app.sla.restatement import restatement
from core import clock
from core.actor import Actor
from core.calendar import Calendar
from core.errors import Conflict, NotAllowed, NotFound

router = APIRouter(
    prefix=f"{PREFIX}/calendars", tags=["calendars"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The version's number.")]
FIRST_YEAR, LAST_YEAR = 1970, 2100
MOST_SECONDS = 20 * 366 * 86_400


class OutsideYears(Conflict):
    """Calendars are laid out for so many years."""

    code = "outside_years"

    def __init__(self) -> None:
        super().__init__(f"Calendars answer for the years {FIRST_YEAR} to {LAST_YEAR}; ask for an instant in them.")


class NoPreview(Conflict):
    """A restatement is accepted by whoever saw what it changes."""

    code = "no_preview"


class CalendarWish(BaseModel):
    """A calendar as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    definition: Shape
    is_active: StrictBool = True
    effective_from: Instant | None = Field(
        None, description="From when on; null: now. In the past it makes a restatement, which somebody must accept."
    )


class CalendarAnswer(BaseModel):
    """A calendar as its newest version says."""

    id: UUID
    name: str
    version: int
    is_active: bool
    effective_from: datetime
    definition: Shape
    proposed_version: int | None = Field(description="A restatement that waits to be accepted or withdrawn.")


class CalendarEntry(BaseModel):
    """A calendar in the list; ask for one to see its hours."""

    id: UUID
    name: str
    version: int
    is_active: bool
    effective_from: datetime
    zone: str
    proposed_version: int | None = Field(description="A restatement that waits to be accepted or withdrawn.")


class VersionAnswer(BaseModel):
    """A calendar as it was set up at one time."""

    version: int
    name: str
    is_active: bool
    effective_from: datetime
    is_restatement: bool
    defined_at: datetime
    defined_by: UUID | None
    accepted_at: datetime | None = Field(description="From when it was followed; null: proposed or withdrawn.")
    withdrawn_at: datetime | None
    definition: Shape

    @classmethod
    def of(cls, row: CalendarVersion) -> Self:
        """What is told of a version."""
        kept = row.model_dump(exclude={"calendar_id", "accepted_by", "definition"})
        return cls(**kept, definition=Shape.of(calendar_of(row)))


class SegmentAnswer(BaseModel):
    """A span during which the calendar is open."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """What is told of it."""
        return cls(start=segment.start, end=segment.end)


class DayAnswer(BaseModel):
    """A date on the wall clock of the calendar's zone."""

    date: date
    open_seconds: int
    segments: list[SegmentAnswer]
    holiday: str | None = Field(description="What closes it, or a part of it.")
    is_shifted: bool
    clock_change_seconds: int = Field(description="By how much clocks are set forward (back: below 0) on this day.")

    @classmethod
    def of(cls, day: Day) -> Self:
        """What is told of a day."""
        return cls(
            date=day.date, open_seconds=day.open_seconds, segments=[SegmentAnswer.of(one) for one in day.segments],
            holiday=day.holiday, is_shifted=day.is_shifted, clock_change_seconds=day.clock_change_seconds,
        )  # fmt: skip


class DueAnswer(BaseModel):
    """When a budget of open time is used up."""

    start: datetime
    seconds: int
    due_at: datetime | None = Field(description="null: never.")
    version: int


class OpenTimeAnswer(BaseModel):
    """The open time of a span, to the microsecond."""

    start: datetime
    end: datetime
    open_seconds: float
    version: int


class ChangedAnswer(BaseModel):
    """A date on which two versions differ."""

    date: date
    before_seconds: int
    after_seconds: int

    @classmethod
    def of(cls, changed: Changed) -> Self:
        """What is told of it."""
        return cls(date=changed.date, before_seconds=changed.before_seconds, after_seconds=changed.after_seconds)


class PreviewAnswer(BaseModel):
    """What a proposed restatement changes about the past."""

    version: int
    compared_with: int
    effective_from: datetime
    changed: list[ChangedAnswer]
    before_seconds: int = Field(description="Open time from `effective_from` until now, as it stands.")
    after_seconds: int
    preview_token: str = Field(description="Who accepts names it: it stands for exactly this change.")


class Acceptance(BaseModel):
    """That somebody saw what changes."""

    model_config = ConfigDict(extra="forbid")

    preview_token: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$")]


@router.get("")
def list_calendars(ask: Reading) -> Page[CalendarEntry]:
    """All calendars by name, as their newest versions say."""
    demand_colleague(ask.actor)
    waiting = setup.proposals(ask.session)
    entries = [
        CalendarEntry(
            id=row.calendar_id, name=row.name, version=row.version, is_active=row.is_active,
            effective_from=row.effective_from, zone=row.definition["zone"],
            proposed_version=waiting.get(row.calendar_id),
        )
        for row in setup.all_newest(ask.session)
    ]  # fmt: skip
    return Page(items=entries, next=None)


@router.post("", status_code=201, responses=responses(409))
def create_calendar(ask: Writing, body: CalendarWish) -> CalendarAnswer:
    """Set up a calendar (administrators only). Its first version holds for the past as well."""
    policy.demand_admin(ask.actor)
    _must_lie_in_years(body.effective_from)
    row = setup.define_calendar(
        ask.session, ask.actor, name=body.name, calendar=calendar_from(body.definition), is_active=body.is_active,
        effective_from=body.effective_from,
    )  # fmt: skip
    return _answer(ask, row)


@router.get("/{calendar_id}")
def read_calendar(ask: Reading, calendar_id: UUID) -> CalendarAnswer:
    """One calendar."""
    return _answer(ask, _known(ask, calendar_id))


@router.put("/{calendar_id}", responses=responses(409))
def change_calendar(ask: Writing, calendar_id: UUID, body: CalendarWish) -> VersionAnswer:
    """Give a calendar a new version (administrators only). One for the past waits as a proposal."""
    policy.demand_admin(ask.actor)
    _known(ask, calendar_id)
    _must_lie_in_years(body.effective_from)
    row = setup.define_calendar(
        ask.session, ask.actor, name=body.name, calendar=calendar_from(body.definition), is_active=body.is_active,
        calendar_id=calendar_id, effective_from=body.effective_from,
    )  # fmt: skip
    return VersionAnswer.of(row)


@router.get("/{calendar_id}/versions")
def list_calendar_versions(ask: Reading, calendar_id: UUID) -> Page[VersionAnswer]:
    """How a calendar was set up over time, the newest first; proposed and withdrawn restatements too."""
    _known(ask, calendar_id)
    return Page(items=[VersionAnswer.of(row) for row in setup.versions(ask.session, calendar_id)], next=None)


@router.get("/{calendar_id}/versions/{number}")
def read_calendar_version(ask: Reading, calendar_id: UUID, number: Number) -> VersionAnswer:
    """A calendar as it was set up at one time."""
    _known(ask, calendar_id)
    return VersionAnswer.of(setup.version(ask.session, calendar_id, number))


@router.get("/{calendar_id}/versions/{number}/preview", responses=responses(409))
def preview_restatement(ask: Reading, calendar_id: UUID, number: Number) -> PreviewAnswer:
    """What a proposed restatement changes about the past (administrators only)."""
    policy.demand_admin(ask.actor, reading=True)
    return preview(ask, _known(ask, calendar_id), setup.version(ask.session, calendar_id, number))


@router.get("/{calendar_id}/versions/{number}/series", responses=responses(409))
def compare_restated_series(ask: Reading, calendar_id: UUID, number: Number) -> SeriesAnswer:
    """What was promised since a restatement begins: as recorded, and restated (administrators only).

    Before it is accepted, and afterwards.
    """
    policy.demand_admin(ask.actor, reading=True)
    _known(ask, calendar_id)
    row = setup.version(ask.session, calendar_id, number)
    if not row.is_restatement or row.withdrawn_at is not None:
        raise Conflict("Only a version that begins in the past restates it, and only until it is withdrawn.")
    return SeriesAnswer.of(restatement(ask.session, row))


@router.post("/{calendar_id}/versions/{number}/accept", responses=responses(409))
def accept_restatement(ask: Writing, calendar_id: UUID, number: Number, body: Acceptance) -> VersionAnswer:
    """Put a proposed restatement in force (administrators only). The record of what was followed stays."""
    policy.demand_admin(ask.actor)
    before = _known(ask, calendar_id)
    row = setup.version(ask.session, calendar_id, number, lock=True)
    if row.is_proposed and body.preview_token != token_of(before, row):
        raise NoPreview("Look at the preview first and name its preview_token: it is not this change's.")
    return VersionAnswer.of(setup.accept(ask.session, ask.actor, row))


@router.post("/{calendar_id}/versions/{number}/withdraw", responses=responses(409))
def withdraw_restatement(ask: Writing, calendar_id: UUID, number: Number) -> VersionAnswer:
    """Give a proposed restatement up (administrators only)."""
    policy.demand_admin(ask.actor)
    _known(ask, calendar_id)
    row = setup.version(ask.session, calendar_id, number, lock=True)
    return VersionAnswer.of(setup.withdraw(ask.session, ask.actor, row))


@router.get("/{calendar_id}/days", responses=responses(409))
def list_calendar_days(
    ask: Reading,
    calendar_id: UUID,
    first: Annotated[Date, Query(description="The first date.")],
    count: Annotated[int, Query(ge=1, le=400, description="How many dates.")] = 31,
) -> Page[DayAnswer]:
    """The dates from `first` on with their open hours, holidays and clock changes, as the newest version has them."""
    row = _known(ask, calendar_id)
    if not FIRST_YEAR <= first.year < LAST_YEAR:
        raise OutsideYears
    last = date.fromordinal(first.toordinal() + count - 1)
    return Page(items=[DayAnswer.of(day) for day in days(calendar_of(row), first, last)], next=None)


@router.get("/{calendar_id}/due", responses=responses(409))
def read_due_time(
    ask: Reading,
    calendar_id: UUID,
    start: Annotated[Instant, Query(description="When the clock starts.")],
    seconds: Annotated[int, Query(ge=0, le=MOST_SECONDS, description="The budget of open time.")],
) -> DueAnswer:
    """When so much open time would be used up, by the version in force at `start`."""
    _must_lie_in_years(start)
    version, calendar = _at(ask, calendar_id, start)
    return DueAnswer(start=start, seconds=seconds, due_at=add_business(calendar, start, seconds), version=version)


@router.get("/{calendar_id}/open-time", responses=responses(409))
def read_open_time(
    ask: Reading,
    calendar_id: UUID,
    start: Annotated[Instant, Query(description="From when.")],
    end: Annotated[Instant, Query(description="Until when; before `start`: counts below 0.")],
) -> OpenTimeAnswer:
    """The open time between two instants, by the version in force at `start`."""
    _must_lie_in_years(start)
    _must_lie_in_years(end)
    version, calendar = _at(ask, calendar_id, start)
    return OpenTimeAnswer(
        start=start, end=end, open_seconds=float(business_seconds(calendar, start, end)), version=version
    )


def preview(ask: Ask, before: CalendarVersion, row: CalendarVersion) -> PreviewAnswer:
    """What a proposal changes against what counts now."""
    if not row.is_proposed:
        raise Conflict("This version is no proposal any more; there is nothing to preview.")
    old, new, now = calendar_of(before), calendar_of(row), clock.now()
    since = row.effective_from
    return PreviewAnswer(
        version=row.version, compared_with=before.version, effective_from=since,
        changed=[ChangedAnswer.of(one) for one in changed_days(old, new, since, now)],
        before_seconds=round(business_seconds(old, since, now)),
        after_seconds=round(business_seconds(new, since, now)),
        preview_token=token_of(before, row),
    )  # fmt: skip


def token_of(before: CalendarVersion, row: CalendarVersion) -> str:
    """What an acceptance of `row` names."""
    return preview_token(calendar_of(before), calendar_of(row), row.effective_from)


def demand_colleague(actor: Actor) -> None:
    """Refuse customers: when a team is at work is told by promises, not by calendars."""
    if not actor.scope.internal:
        raise NotAllowed("Calendars are for colleagues.")


def _answer(ask: Ask, row: CalendarVersion) -> CalendarAnswer:
    waiting = setup.proposal(ask.session, row.calendar_id)
    return CalendarAnswer(
        id=row.calendar_id, name=row.name, version=row.version, is_active=row.is_active,
        effective_from=row.effective_from, definition=Shape.of(calendar_of(row)),
        proposed_version=waiting.version if waiting else None,
    )  # fmt: skip


def _known(ask: Ask, calendar_id: UUID) -> CalendarVersion:
    demand_colleague(ask.actor)
    row = setup.newest(ask.session, calendar_id)
    if row is None:
        raise NotFound("There is no such calendar.")
    return row


def _at(ask: Ask, calendar_id: UUID, instant: datetime) -> tuple[int, Calendar]:
    """The version that holds at an instant; before the first one: that one."""
    _known(ask, calendar_id)
    editions = read_editions(ask.session)[calendar_id]
    edition = restated(editions, instant) or editions[0]
    return edition.version, edition.calendar


def _must_lie_in_years(instant: datetime | None) -> None:
    if instant is not None and not FIRST_YEAR < instant.astimezone(UTC).year < LAST_YEAR:
        raise OutsideYears
