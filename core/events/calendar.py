"""Business calendars as they were set up, and where their holidays come from."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from core.calendar import Calendar
from core.events.event import Event


class CalendarDefined(Event):
    """A calendar was set up or changed: a new version, whole, in force from `effective_from` on.

    The newest version whose time has come holds. One with `is_restatement` says that the past was otherwise than
    known: it holds for nothing until `calendar.restated` accepts it.
    """

    kind: ClassVar[str] = "calendar.defined"

    calendar_id: UUID
    version: int
    name: str
    effective_from: datetime
    definition: Calendar
    is_active: bool = True
    is_restatement: bool = False


class CalendarRestated(Event):
    """Somebody saw what a restatement changes and accepted it; from now on both series can be read."""

    kind: ClassVar[str] = "calendar.restated"

    calendar_id: UUID
    version: int
    effective_from: datetime


class RestatementWithdrawn(Event):
    """A proposed restatement was given up; its version never holds."""

    kind: ClassVar[str] = "calendar.restatement_withdrawn"

    calendar_id: UUID
    version: int


class HolidaySourceSet(Event):
    """A calendar takes holidays from a country's list, a feed or a file, or no longer does. Addresses are not told."""

    kind: ClassVar[str] = "calendar.holiday_source_set"

    calendar_id: UUID
    source_id: UUID
    source: Literal["country", "feed", "file"]
    is_active: bool
    country: str | None = None
    subdivision: str | None = None
