"""Random calendars, with what real ones have: lunch, nights, shifts, half holidays, hours around clock changes."""

from datetime import date, timedelta
from random import Random

from core.calendar import Break, Calendar, Holiday, Hours, Shift, Weekday
from core.calendar.definition import Span

ZONES = {
    "Europe/Berlin": (date(2026, 3, 18), date(2026, 10, 14)),
    "America/New_York": (date(2026, 2, 25), date(2026, 10, 21)),
    "Australia/Lord_Howe": (date(2026, 3, 25), date(2026, 9, 23)),
    "Africa/Casablanca": (date(2026, 2, 4), date(2026, 3, 11)),
    "America/Sao_Paulo": (date(2018, 2, 7), date(2018, 10, 24)),
    "Pacific/Apia": (date(2011, 12, 19), date(2012, 3, 21)),
}
"""Six zones, and the first days of windows around their clock changes. Apia left out a whole day in 2011."""

DAYS = 24
"""The length of a window."""


def calendar(dice: Random, zone: str, around: date) -> Calendar:
    """A calendar whose dated parts lie in the window that begins with `around`."""
    dates = [around + timedelta(n) for n in range(DAYS)]
    days = dice.sample(list(Weekday), dice.randint(1, 7))
    weekly = tuple(Hours(*_span(dice), day) for day in days for _ in range(dice.randint(1, 3)))
    return Calendar(
        zone,
        weekly,
        breaks=tuple(Break(*_span(dice), dice.choice(days)) for _ in range(dice.randint(0, 2))),
        shifts=tuple(
            Shift(day, tuple(Span(*_span(dice)) for _ in range(dice.randint(0, 2))))
            for day in dice.sample(dates, dice.randint(0, 3))
        ),
        holidays=tuple(_holiday(dice, day) for day in dice.sample(dates, dice.randint(0, 3))),
    )


def _span(dice: Random) -> tuple[int, int]:
    """Often whole hours, often at night, where clocks change; never of no length."""
    while True:
        top = dice.choice((240, 1440))
        starts, ends = (dice.randrange(0, top + 1, dice.choice((1, 15, 60))) for _ in range(2))
        if starts not in (ends, 1440):
            return starts, ends


def _holiday(dice: Random, day: date) -> Holiday:
    if dice.random() < 0.6:
        return Holiday(day, yearly=dice.random() < 0.3)
    starts, ends = sorted(dice.sample(range(1441), 2))
    return Holiday(day, starts=starts, ends=ends)
