"""What the forms of a calendar's pages do: hours, holidays, dated shifts, sources of holidays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from app.calendars import setup, sources
from app.calendars.feed import MOST_BYTES, holidays_of
from app.calendars.row import CalendarVersion
from app.calendars.shape import CalendarCannotWork, Shape, calendar_from
from app.web import calendar_words as words
from core import clock
from core.actor import Actor
from core.calendar import Calendar
from core.errors import Invalid, NotFound

FIRST_YEAR, LAST_YEAR = 1970, 2099


@dataclass(frozen=True, slots=True)
class Work:
    """A form that came for one calendar."""

    session: Session
    actor: Actor
    row: CalendarVersion
    calendar: Calendar
    sent: FormData

    def text(self, name: str) -> str:
        """What was typed."""
        value = self.sent.get(name)
        return value.strip().replace("\0", "") if isinstance(value, str) else ""

    def define(self, calendar: Calendar, *, since: datetime | None = None, **more: Any) -> str:
        """Keep a new version; where to go on."""
        kept = {"name": self.row.name, "is_active": self.row.is_active, **more}
        made = setup.define_calendar(
            self.session, self.actor, calendar=calendar, calendar_id=self.row.calendar_id, effective_from=since,
            source="web", **kept,
        )  # fmt: skip
        home = f"/setup/calendars/{self.row.calendar_id}"
        return f"{home}/versions/{made.version}" if made.is_proposed else home


def name_from(text: str) -> str:
    if not text.strip() or len(text) > 200:
        raise Invalid("Give the calendar a name of at most 200 characters.")
    return text.strip()


def spans_by_day(typed: dict[Any, str]) -> list[dict[str, str]]:
    return [{"day": str(day), **span} for day, text in typed.items() for span in words.spans_from(text)]


def week_from(typed: dict[str, str], before: Calendar | None) -> Calendar:
    """The form's zone and week; holidays and shifts stay as they are."""
    shape = Shape.of(before).model_dump(mode="json") if before else {}
    shape["zone"] = typed.get("zone", "").strip()
    shape["weekly"] = spans_by_day({day: typed.get(f"hours_{day}", "") for day in words.DAYS})
    shape["breaks"] = spans_by_day({day: typed.get(f"breaks_{day}", "") for day in words.DAYS})
    try:
        return calendar_from(Shape.model_validate(shape))
    except ValidationError as error:
        is_zone = error.errors()[0]["loc"][:1] == ("zone",)
        said = "Choose a time zone from the list." if is_zone else "Write hours from 00:00 to 24:00."
        raise CalendarCannotWork(said) from error


def _since(text: str, zone: str) -> datetime | None:
    """A local date and time of the form, on the wall clock of the calendar; empty: now."""
    if not text:
        return None
    since = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    _must_be_in_our_days(since.date())
    return since


def _must_be_in_our_days(day: date) -> None:
    if not FIRST_YEAR < day.year <= LAST_YEAR:
        raise Invalid(f"Choose a date between {FIRST_YEAR} and {LAST_YEAR}.")


def _when_past(day: date, calendar: Calendar) -> datetime | None:
    """The start of a date that has begun already; none: it is still to come."""
    _must_be_in_our_days(day)
    start = datetime.combine(day, time(), ZoneInfo(calendar.zone))
    return start if start < clock.now() else None


def _keep_week(work: Work) -> str:
    typed = {name: str(value).replace("\0", "") for name, value in work.sent.items()}
    calendar = week_from(typed, work.calendar)
    name, is_active = name_from(work.text("name")), bool(work.text("is_active"))
    return work.define(calendar, since=_since(work.text("since"), calendar.zone), name=name, is_active=is_active)


def _add_holiday(work: Work) -> str:
    """A holiday; one that has begun already restates the past from its first instant on."""
    shape = Shape.of(work.calendar).model_dump(mode="json")
    shape["holidays"].append(
        {
            "date": work.text("date"), "name": work.text("name"), "starts": work.text("starts") or "00:00",
            "ends": work.text("ends") or "24:00", "yearly": bool(work.text("yearly")),
        }
    )  # fmt: skip
    after = calendar_from(Shape.model_validate(shape))
    return work.define(after, since=_when_past(date.fromisoformat(work.text("date")), after))


def _drop_holiday(work: Work) -> str:
    day, name = date.fromisoformat(work.text("date")), work.text("name")
    gone = next((one for one in work.calendar.holidays if one.date == day and one.name == name), None)
    if gone is None:
        raise NotFound("There is no such holiday any more; open the page again.")
    after = replace(work.calendar, holidays=tuple(one for one in work.calendar.holidays if one is not gone))
    return work.define(after, since=_when_past(day, after))


def _add_shift(work: Work) -> str:
    day = date.fromisoformat(work.text("date"))
    shape = Shape.of(work.calendar).model_dump(mode="json")
    kept = [one for one in shape["shifts"] if one["date"] != day.isoformat()]
    shape["shifts"] = [*kept, {"date": day.isoformat(), "hours": words.spans_from(work.text("hours"))}]
    after = calendar_from(Shape.model_validate(shape))
    return work.define(after, since=_when_past(day, after))


def _drop_shift(work: Work) -> str:
    day = date.fromisoformat(work.text("date"))
    after = replace(work.calendar, shifts=tuple(one for one in work.calendar.shifts if one.date != day))
    return work.define(after, since=_when_past(day, after))


def _follow(work: Work) -> str:
    given = work.sent.get("file")
    if isinstance(given, UploadFile) and given.filename:
        last = date(sources.today_of(work.calendar).year + sources.FEED_YEARS, 12, 31)
        content = given.file.read(MOST_BYTES + 1)
        found = holidays_of(content, work.calendar.zone, sources.today_of(work.calendar), last)
        sources.take_file(
            work.session,
            work.actor,
            work.row.calendar_id,
            name=given.filename.replace("\0", "")[:80],
            found=found,
            source="web",
        )
    elif address := work.text("address"):
        sources.follow_feed(work.session, work.actor, work.row.calendar_id, address=address, source="web")
    else:
        country, _, part = work.text("country").partition("/")
        sources.follow_country(
            work.session, work.actor, work.row.calendar_id, country=country,
            subdivision=work.text("subdivision") or part or None, years_ahead=3, source="web",
        )  # fmt: skip
    return f"/setup/calendars/{work.row.calendar_id}"


def _give_up(work: Work) -> str:
    source = sources.source_of(work.session, work.row.calendar_id, UUID(work.text("source_id")))
    sources.give_up(work.session, work.actor, source, source="web")
    return f"/setup/calendars/{work.row.calendar_id}"


WORKS: dict[str, Callable[[Work], str]] = {
    "": _keep_week,
    "/holidays": _add_holiday,
    "/holidays/drop": _drop_holiday,
    "/shifts": _add_shift,
    "/shifts/drop": _drop_shift,
    "/sources": _follow,
    "/sources/drop": _give_up,
}
