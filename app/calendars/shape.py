"""A calendar as the API and the pages take and give it: every part by its form. Whether it works is `calendar_from`."""

import re
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, TypeAdapter, ValidationError

from app.rest.fields import STORABLE, Storable, Zone
from core.calendar import Calendar, Weekday
from core.errors import Conflict

_CALENDAR = TypeAdapter(Calendar)
_is_date = re.compile(r"\d{4}-\d\d-\d\d")


class CalendarCannotWork(Conflict):
    """A calendar whose parts contradict each other."""

    code = "calendar_cannot_work"


def _dated(value: object) -> object:
    if not isinstance(value, date) and not (isinstance(value, str) and _is_date.fullmatch(value)):
        raise ValueError("Write the date as 2026-12-24.")
    return value


Date = Annotated[date, BeforeValidator(_dated)]
Time = Annotated[
    str,
    Field(
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        examples=["09:00"],
        description="`24:00` is the end of a day.",
    ),
]


class Part(BaseModel):
    """A part of a calendar."""

    model_config = ConfigDict(extra="forbid")


class SpanShape(Part):
    """From one time of day to another; at or before the first one: on the next day."""

    starts: Time
    ends: Time


class WeekdayShape(SpanShape):
    """Hours, or a break, of a weekday; a day may have several."""

    day: Weekday


class ShiftShape(Part):
    """The hours of one date in place of the usual ones; none: closed."""

    date: Date
    hours: list[SpanShape] = Field(default=[], max_length=12)


class HolidayShape(Part):
    """A date on which nobody is at work, or from `starts` to `ends` of it. `yearly`: on that day of every year."""

    date: Date
    name: Annotated[str, Field(max_length=80, json_schema_extra=STORABLE), Storable] = ""
    starts: Time = "00:00"
    ends: Time = "24:00"
    yearly: StrictBool = False
    source_id: UUID | None = Field(None, description="The holiday source that gave it; null: somebody entered it.")


class Shape(Part):
    """When a team is at work, in the wall-clock time of its zone. Holidays close shifts, too."""

    zone: Zone
    weekly: list[WeekdayShape] = Field(default=[], max_length=84)
    breaks: list[WeekdayShape] = Field(default=[], max_length=84, description="Cut out of the weekly hours.")
    shifts: list[ShiftShape] = Field(default=[], description="At most 1,000.")
    holidays: list[HolidayShape] = Field(default=[], description="At most 3,000.")

    @classmethod
    def of(cls, calendar: Calendar) -> Self:
        """What is told of a calendar."""
        return cls.model_validate(_CALENDAR.dump_python(calendar, mode="json"))


def calendar_from(shape: Shape) -> Calendar:
    """The calendar, its parts in their order; refused if they contradict each other."""
    kept = shape.model_dump(mode="json")
    week = list(Weekday)
    for part in ("weekly", "breaks"):
        kept[part].sort(key=lambda one: (week.index(one["day"]), one["starts"], one["ends"]))
    for part in ("shifts", "holidays"):
        kept[part].sort(key=lambda one: one["date"])
    try:
        return _CALENDAR.validate_python(kept)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise CalendarCannotWork(f"{said[:1].upper()}{said[1:]}.") from error
