"""When people work: public holidays by country, and each agent's shifts as spans of time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """A regular working day: local hours, on these weekdays (0 is Monday)."""

    timezone: str
    country: str
    begins: float
    ends: float
    weekdays: frozenset[int] = frozenset(range(5))


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holidays(country: str, year: int) -> frozenset[date]:
    """Days on which nearly nobody works there."""
    fixed = {
        "DE": ((1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)),
        "ES": ((1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)),
        "FR": ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
        "US": ((1, 1), (6, 19), (7, 4), (11, 11), (12, 24), (12, 25)),
        "BR": ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)),
        "PH": ((1, 1), (4, 9), (5, 1), (6, 12), (11, 1), (11, 30), (12, 25), (12, 30)),
    }[country]
    around_easter = {"DE": (-2, 1, 39, 50), "ES": (-3, -2), "FR": (1, 39, 50), "BR": (-47, -2), "PH": (-3, -2)}
    days = {date(year, month, day) for month, day in fixed}
    days |= {easter(year) + offset * DAY for offset in around_easter.get(country, ())}
    if country == "US":
        november = date(year, 11, 1)
        thanksgiving = november + ((3 - november.weekday()) % 7 + 21) * DAY
        days |= {thanksgiving, thanksgiving + DAY}
    return frozenset(days)


def shifts(shift: Shift, since: datetime, until: datetime, dice: random.Random) -> list[tuple[float, float]]:
    """The spans (epoch seconds) in which somebody works: their shift without holidays, vacations and sick days."""
    zone = ZoneInfo(shift.timezone)
    away = set(_absences(since.date(), until.date(), dice))
    off = {day for year in range(since.year, until.year + 1) for day in holidays(shift.country, year)}
    spans: list[tuple[float, float]] = []
    day = since.date() - DAY
    while day <= until.date():
        if day.weekday() in shift.weekdays and day not in off and day not in away:
            midnight = datetime.combine(day, time(), zone)
            begins = midnight + timedelta(hours=shift.begins, minutes=dice.gauss(0, 6))
            lunch = midnight + timedelta(hours=shift.begins + 3.5 + dice.random())
            ends = midnight + timedelta(hours=shift.ends, minutes=dice.gauss(0, 8))
            spans += [
                (begins.timestamp(), lunch.timestamp()),
                (lunch.timestamp() + dice.uniform(1800, 3000), ends.timestamp()),
            ]
        day += DAY
    return [span for span in spans if span[1] > since.timestamp() and span[0] < until.timestamp()]


def _absences(since: date, until: date, dice: random.Random) -> Iterator[date]:
    """Five weeks of vacation a year in one to two weeks each, and a sick day now and then."""
    days = (until - since).days
    for weeks in (1, 2, 1, 1):
        first = since + dice.randrange(max(days, 1)) * DAY
        yield from (first + n * DAY for n in range(7 * weeks))
    yield from (since + n * DAY for n in range(days) if dice.random() < 0.015)
