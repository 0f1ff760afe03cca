"""The definition of a business calendar: a frozen value, and the JSON that events, API and files carry.

Local times are wall-clock minutes of the day, written `HH:MM`, `24:00` included. What a day has:

1. a shift for its date, or else the hours of its weekday less the weekly breaks;
2. less every holiday: closing wins over opening, shifts included.

Hours that end at or before they start run past midnight and belong to the day on which they start. A break or a
holiday is on the wall clock: it cuts whatever reaches into it, also the end of the night before.
"""

from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic.dataclasses import dataclass

from core.calendar.local import is_zone
from core.calendar.timeline import Growing

DAY_MINUTES = 1440
MOST_HOLIDAYS = 3000
Date = date
"""For classes with a field of that name."""

_STRICT = ConfigDict(extra="forbid")


class Weekday(StrEnum):
    """The days of the week, from Monday."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _minute(given: Any) -> Any:
    """`09:30` as 570; whole numbers as they are."""
    if not isinstance(given, str):
        return given
    hour, colon, minute = given.partition(":")
    if not (colon and len(hour) in (1, 2) and len(minute) == 2 and (hour + minute).isascii() and given.count(":") == 1):
        raise ValueError("write a time of day as HH:MM, such as 09:00 or 24:00")
    if not (hour.isdigit() and minute.isdigit() and int(minute) < 60):
        raise ValueError("write a time of day as HH:MM, such as 09:00 or 24:00")
    return int(hour) * 60 + int(minute)


def written(minute: int) -> str:
    """570 as `09:30`."""
    return f"{minute // 60:02}:{minute % 60:02}"


Minute = Annotated[
    int,
    Field(ge=0, le=DAY_MINUTES),
    BeforeValidator(_minute),
    PlainSerializer(written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d$", "examples": ["09:00", "24:00"]}),
]
"""A time of day on the wall clock, in minutes; `HH:MM` in JSON."""


@dataclass(frozen=True, config=_STRICT)
class Span:
    """From one time of day to another; at or before the first one: on the next day."""

    starts: Minute
    ends: Minute

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.starts in (self.ends, DAY_MINUTES):
            raise ValueError("hours need a length; write 00:00 to 24:00 for a whole day")
        return self

    @property
    def minutes(self) -> tuple[int, int]:
        """Both in minutes from the midnight before the start: the end is above 1440 on the next day."""
        return self.starts, self.ends if self.ends > self.starts else self.ends + DAY_MINUTES


@dataclass(frozen=True, config=_STRICT)
class Hours(Span):
    """Opening hours of a weekday; a day may have several."""

    day: Weekday


@dataclass(frozen=True, config=_STRICT)
class Break(Span):
    """A pause that is cut out of the weekly hours, such as lunch. Shifts say their own pauses."""

    day: Weekday


@dataclass(frozen=True, config=_STRICT)
class Shift:
    """The hours of one date in place of those that start on its weekday; none: closed."""

    date: Date
    hours: Annotated[tuple[Span, ...], Field(max_length=12)] = ()


@dataclass(frozen=True, config=_STRICT)
class Holiday:
    """A date on which nobody is at work, or from `starts` to `ends` of it. `yearly`: on that day of every year."""

    date: Date
    name: Annotated[str, Field(max_length=80)] = ""
    starts: Minute = 0
    ends: Minute = DAY_MINUTES
    yearly: bool = False
    source_id: UUID | None = None
    """Where it was read; none: somebody entered it."""

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.starts >= self.ends:
            raise ValueError("a holiday ends later on the same day than it starts")
        return self

    @property
    def is_whole(self) -> bool:
        """The whole day is off."""
        return self.starts == 0 and self.ends == DAY_MINUTES

    def dates(self, first: Date, last: Date) -> Iterator[Date]:
        """Its dates from `first` to `last`. 29 February comes in leap years only."""
        if not self.yearly:
            if first <= self.date <= last:
                yield self.date
            return
        for year in range(first.year, last.year + 1):
            if isleap(year) or (self.date.month, self.date.day) != (2, 29):
                day = self.date.replace(year=year)
                if first <= day <= last:
                    yield day


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(f"there is no time zone {name!r}; use a name such as Europe/Berlin")
    return name


@dataclass(frozen=True, config=_STRICT)
class Calendar:
    """When a team is at work, in the wall-clock time of `zone`."""

    zone: Annotated[str, BeforeValidator(_zone)]
    weekly: Annotated[tuple[Hours, ...], Field(max_length=84)] = ()
    breaks: Annotated[tuple[Break, ...], Field(max_length=84)] = ()
    shifts: Annotated[tuple[Shift, ...], Field(max_length=1000)] = ()
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=MOST_HOLIDAYS)] = field(default=())

    @model_validator(mode="after")
    def _dates_have_one_shift(self) -> Self:
        dates = [shift.date for shift in self.shifts]
        if len(dates) != len(set(dates)):
            raise ValueError("a date has one shift; give it several hours instead")
        return self

    @classmethod
    def always_open(cls, zone: str = "UTC", holidays: Sequence[Holiday] = ()) -> Self:
        """24×7."""
        return cls(
            zone, weekly=tuple(Hours(starts=0, ends=DAY_MINUTES, day=day) for day in Weekday), holidays=tuple(holidays)
        )

    @cached_property
    def line(self) -> Growing:
        """Its prepared breakpoints: made for the years that are asked about, kept as long as this value."""
        return Growing(self)
