"""The calendar of SEMANTICS.md 2.2, and instants as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.calendar import Calendar, Holiday, Hours, Weekday

BERLIN = ZoneInfo("Europe/Berlin")


def weekdays(*spans: tuple[str, str], days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")) -> tuple[Hours, ...]:
    """The same hours on several days."""
    return tuple(Hours(starts=a, ends=b, day=Weekday(day)) for day in days for a, b in spans)


def office(*holidays: Holiday) -> Calendar:
    """Mo-Fr 09:00-12:00 and 13:00-17:00 in Berlin."""
    return Calendar("Europe/Berlin", weekdays(("09:00", "12:00"), ("13:00", "17:00")), holidays=holidays)


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    """`2026-03-02 10:00` on the wall clock, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
