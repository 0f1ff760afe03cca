"""/setup/calendars: when teams are at work: hours, holidays, versions, and what a clock would make of them."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.calendars import setup, sources
from app.calendars.countries import countries
from app.calendars.feed import MOST_BYTES
from app.calendars.preview import changed_days, days, preview_token
from app.calendars.reading import calendar_of
from app.calendars.row import CalendarVersion
from app.calendars.shape import Shape, calendar_from
from app.queues.house import house_of
from app.rest.fields import ZONES
from app.sla.calendar import add_business, business_seconds
from app.sla.remaining import name_of
from app.sla.restated_answers import SeriesAnswer
from app.sla.restatement import restatement
from app.web import calendar_words as words
from app.web.calendar_forms import FIRST_YEAR, LAST_YEAR, WORKS, Work, name_from, spans_by_day, week_from
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from core import clock
from core.actor import Actor
from core.calendar import Calendar
from core.errors import Invalid, NotFound

MOST_FIELDS = 60
NEW_WEEK = dict.fromkeys(list(words.DAYS)[:5], "09:00-17:00")


def routes(face: Face) -> APIRouter:
    """The list, a calendar, its year, its versions, and the forms of each."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup/calendars")
    def overview(request: Request) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            rows = [(row, calendar_of(row)) for row in setup.all_newest(session)]
            house = house_of(session)
        return face.pages.page(
            request, "setup_calendars.html", here="setup", rows=rows, words=words,
            queues={row.calendar_id: [q.name for q in house.queues.values() if q.calendar_id == row.calendar_id]
                    for row, _ in rows},
        )  # fmt: skip

    @router.get("/setup/new-calendar")
    def new(request: Request) -> Response:
        actor = demand_actor(request)
        policy.demand_admin(actor, reading=True)
        blank = calendar_from(Shape.model_validate({"zone": actor.timezone, "weekly": spans_by_day(NEW_WEEK)}))
        return face.pages.page(
            request, "setup_calendar_new.html", here="setup", zones=ZONES, calendar=blank, week=words.week_of(blank)
        )

    @router.get("/setup/calendars/{calendar_id}")
    def page(request: Request, calendar_id: UUID, month: str = "", start: str = "", hours: str = "4") -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            row = _known(session, calendar_id)
            calendar = calendar_of(row)
            first = _month(month, sources.today_of(calendar))
            return face.pages.page(
                request, "setup_calendar.html", here="setup", row=row, calendar=calendar, words=words, zones=ZONES,
                week=words.week_of(calendar), month=_month_of(calendar, first), today=sources.today_of(calendar),
                before=(first - timedelta(1)).strftime("%Y-%m"), after=(first + timedelta(31)).strftime("%Y-%m"),
                sources=sources.sources_of(session, calendar_id), countries=countries(),
                asked=_asked(calendar, start, hours),
                waiting=setup.proposal(session, calendar_id), versions=setup.versions(session, calendar_id),
                names={one.id: one.name for one in sources.sources_of(session, calendar_id)},
                queues=[q for q in house_of(session).queues.values() if q.calendar_id == calendar_id],
            )  # fmt: skip

    @router.get("/setup/calendars/{calendar_id}/year/{year}")
    def year_page(request: Request, calendar_id: UUID, year: int) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise NotFound("There is no such page.")
        with face.database.reading() as session:
            row = _known(session, calendar_id)
            calendar = calendar_of(row)
        months = [_month_of(calendar, date(year, n, 1)) for n in range(1, 13)]
        return face.pages.page(
            request, "setup_calendar_year.html", here="setup", row=row, year=year, months=months, words=words,
            calendar=calendar, today=sources.today_of(calendar),
        )  # fmt: skip

    @router.get("/setup/calendars/{calendar_id}/versions/{number}")
    def version_page(request: Request, calendar_id: UUID, number: int) -> Response:
        policy.demand_admin(demand_actor(request), reading=True)
        with face.database.reading() as session:
            newest, row = _known(session, calendar_id), setup.version(session, calendar_id, number)
            older = [one for one in setup.versions(session, calendar_id) if one.version < number and one.accepted_at]
            return face.pages.page(
                request, "setup_calendar_version.html", here="setup", row=row, words=words, calendar=calendar_of(row),
                week=words.week_of(calendar_of(row)), older=older[0] if older else None, newest=newest,
                different=words.differences(calendar_of(older[0]), calendar_of(row)) if older else [],
                preview=_preview(newest, row) if row.is_proposed else None, name_of=name_of,
                series=_series(session, row),
            )  # fmt: skip

    @router.post("/setup/new-calendar")
    async def create(request: Request) -> Response:
        actor = demand_actor(request)
        policy.demand_admin(actor)
        sent = await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)
        return await run_in_threadpool(_create, face, actor, sent)

    for path, work in WORKS.items():
        router.add_api_route(f"/setup/calendars/{{calendar_id}}{path}", _form(face, work), methods=["POST"], name=path)

    @router.post("/setup/calendars/{calendar_id}/versions/{number}")
    async def decide(request: Request, calendar_id: UUID, number: int) -> Response:
        actor = demand_actor(request)
        policy.demand_admin(actor)
        sent = await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)
        return await run_in_threadpool(_decide, face, actor, calendar_id, number, sent)

    return router


def _form(face: Face, work: Callable[[Work], str]) -> Callable[..., Any]:
    async def submit(request: Request, calendar_id: UUID) -> Response:
        actor = demand_actor(request)
        policy.demand_admin(actor)
        sent = await request.form(max_fields=MOST_FIELDS, max_files=1, max_part_size=MOST_BYTES)
        try:
            return await run_in_threadpool(_submit, face, actor, calendar_id, work, sent)
        finally:
            await sent.close()

    return submit


def _submit(face: Face, actor: Actor, calendar_id: UUID, work: Callable[[Work], str], sent: FormData) -> Response:
    try:
        with face.database.transaction() as session:
            row = _known(session, calendar_id)
            onward = work(Work(session, actor, row, calendar_of(row), sent))
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError as error:
        raise Invalid("This form was not filled in by our page; open it again.") from error
    return done(onward, "This restates the past: look at what changes." if "/versions/" in onward else "Kept.")


def _create(face: Face, actor: Actor, sent: FormData) -> Response:
    typed = {name: str(value).replace("\0", "") for name, value in sent.items()}
    with face.database.transaction() as session:
        made = setup.define_calendar(
            session, actor, name=name_from(typed.get("name", "")), calendar=week_from(typed, None), source="web"
        )
    return done(f"/setup/calendars/{made.calendar_id}", "Kept.")


def _decide(face: Face, actor: Actor, calendar_id: UUID, number: int, sent: FormData) -> Response:
    """Accept a restatement, as it was shown, or withdraw it."""
    with face.database.transaction() as session:
        newest, row = _known(session, calendar_id), setup.version(session, calendar_id, number, lock=True)
        if sent.get("do") == "withdraw":
            setup.withdraw(session, actor, row, source="web")
        elif sent.get("token") == _token(newest, row):
            setup.accept(session, actor, row, source="web")
        else:
            raise Invalid("The calendar changed meanwhile; look at the preview again.")
    return done(f"/setup/calendars/{calendar_id}", "Withdrawn." if sent.get("do") == "withdraw" else "Accepted.")


def _known(session: Session, calendar_id: UUID) -> CalendarVersion:
    row = setup.newest(session, calendar_id)
    if row is None:
        raise NotFound("There is no such page.")
    return row


def _month(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(f"{text}-01") if text else today
    except ValueError:
        found = today
    return found.replace(day=1) if FIRST_YEAR <= found.year <= LAST_YEAR else today.replace(day=1)


def _month_of(calendar: Calendar, first: date) -> dict[str, Any]:
    """A month for the template: its days, after so many blank cells, and their open time."""
    found = days(calendar, first, first.replace(day=monthrange(first.year, first.month)[1]))
    return {
        "first": first, "blanks": first.weekday(), "days": found, "open_seconds": sum(one.open_seconds for one in found)
    }  # fmt: skip


def _asked(calendar: Calendar, start: str, hours: str) -> dict[str, Any]:
    """The calculator: what was asked, and when it would be due, on the wall clock of the calendar."""
    zone = ZoneInfo(calendar.zone)
    try:
        since = datetime.fromisoformat(start).replace(tzinfo=zone, second=0, microsecond=0) if start else None
        amount = round(float(hours) * 3600)
    except (ValueError, OverflowError):
        since, amount = None, 4 * 3600
    since = since or clock.now().astimezone(zone).replace(second=0, microsecond=0)
    if not (FIRST_YEAR < since.year < LAST_YEAR and 0 <= amount <= 100_000 * 3600):
        raise Invalid("Ask for a start in our days and for at most 100,000 hours.")
    due = add_business(calendar, since, amount)
    local = due.astimezone(zone) if due else None
    return {"start": since.strftime("%Y-%m-%dT%H:%M"), "hours": f"{amount / 3600:g}", "due": local, "since": since}


def _token(newest: CalendarVersion, row: CalendarVersion) -> str:
    return preview_token(calendar_of(newest), calendar_of(row), row.effective_from)


def _series(session: Session, row: CalendarVersion) -> SeriesAnswer | None:
    """What a restatement makes of what was promised, before it is accepted and afterwards."""
    stands = row.is_restatement and row.withdrawn_at is None
    return SeriesAnswer.of(restatement(session, row)) if stands else None


def _preview(newest: CalendarVersion, row: CalendarVersion) -> dict[str, Any]:
    old, new, now = calendar_of(newest), calendar_of(row), clock.now()
    return {
        "changed": changed_days(old, new, row.effective_from, now), "token": _token(newest, row),
        "before": round(business_seconds(old, row.effective_from, now)),
        "after": round(business_seconds(new, row.effective_from, now)),
    }  # fmt: skip
