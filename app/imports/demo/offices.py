"""The demo company's business calendars: when its offices are at work, and when its first line is, between them."""

from collections.abc import Iterator
from datetime import date, datetime

from app.calendars.countries import country_holidays
from app.imports.demo.company import (
    BILLING,
    FIRST_LINE,
    INTEGRATIONS,
    KEY_ACCOUNTS,
    ONBOARDING,
    SHIPPING,
    TECHNICAL,
)
from core.calendar import Break, Calendar, Holiday, Hours, Weekday

WEEKDAYS = tuple(Weekday)[:5]
YEARS_AHEAD = 3

BERLIN, NEW_YORK, MANILA, AROUND = "Berlin office", "New York office", "Manila office", "Around the sun"
OFFICES = {
    BERLIN: ("Europe/Berlin", "DE", "BE", (8, 30), (18, 30)),
    NEW_YORK: ("America/New_York", "US", "NY", (8, 30), (17, 30)),
    MANILA: ("Asia/Manila", "PH", None, (7, 0), (17, 30)),
}
"""name → zone, country, its part, first and last hour of a working day."""

AT_WORK = {
    FIRST_LINE: AROUND, TECHNICAL: AROUND, INTEGRATIONS: BERLIN, BILLING: BERLIN, ONBOARDING: BERLIN, SHIPPING: BERLIN,
    KEY_ACCOUNTS: NEW_YORK,
}  # fmt: skip
"""Each queue's calendar."""


def offices(founded_at: datetime) -> Iterator[tuple[str, Calendar]]:
    """Names and calendars, with holidays from the founding on."""
    first, last = date(founded_at.year, 1, 1), date(founded_at.year + 1 + YEARS_AHEAD, 12, 31)
    for name, (zone, country, part, opens, closes) in OFFICES.items():
        hours = tuple(Hours(_minute(opens), _minute(closes), day) for day in WEEKDAYS)
        lunch = tuple(Break(12 * 60 + 30, 13 * 60, day) for day in WEEKDAYS)
        yield name, Calendar(zone, hours, lunch, holidays=tuple(country_holidays(country, part, first, last)))
    new_year = Holiday(date(founded_at.year, 1, 1), "New Year's Day", yearly=True)
    christmas = Holiday(date(founded_at.year, 12, 25), "Christmas Day", yearly=True)
    week = tuple(Hours(0, 24 * 60, day) for day in WEEKDAYS)
    yield AROUND, Calendar("Europe/Berlin", week, holidays=(new_year, christmas))


def _minute(time: tuple[int, int]) -> int:
    return time[0] * 60 + time[1]
