"""Dates as people write them: 2026-03, 2026-Q1, 2026-W05, 2026-03-01, 2026-03-01T09:30, 7d, today."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import Invalid

AGO = re.compile(r"(\d{1,5})\s*([hdwmy])")


def instant(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The aware instant that `text` means to somebody in `zone`. A period means its start; "7d" is midnight 7 days ago.

    Raises `Invalid` with examples.
    """
    cleaned = text.strip()
    today = now.astimezone(zone).date()
    for read in (_words, _ago, _calendar, _iso):
        try:
            found = read(cleaned, today, now)
        except (ValueError, OverflowError):
            break
        if isinstance(found, datetime):
            return found if found.tzinfo else found.replace(tzinfo=zone)
        if found is not None:
            return datetime.combine(found, time(), zone)
    raise Invalid(
        f"{text!r} is no date that we can read; write 2026-03, 2026-03-01, 2026-03-01T09:30, 2026-W05, 2026-Q1, 7d "
        "or today.",
        value=text,
    )


def _words(text: str, today: date, now: datetime) -> date | datetime | None:
    days: dict[str, date | datetime] = {
        "now": now,
        "today": today,
        "yesterday": today - timedelta(days=1),
        "tomorrow": today + timedelta(days=1),
    }
    return days.get(text.lower())


def _ago(text: str, today: date, now: datetime) -> date | datetime | None:
    if not (match := AGO.fullmatch(text.lower())):
        return None
    n, unit = int(match[1]), match[2]
    back: dict[str, Callable[[], date | datetime]] = {
        "h": lambda: now - timedelta(hours=n),
        "d": lambda: today - timedelta(days=n),
        "w": lambda: today - timedelta(weeks=n),
        "m": lambda: _months_back(today, n),
        "y": lambda: _months_back(today, 12 * n),
    }
    return back[unit]()


def _months_back(day: date, n: int) -> date:
    month = day.year * 12 + day.month - 1 - n
    first = date(month // 12, month % 12 + 1, 1)
    last = date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _calendar(text: str, today: date, now: datetime) -> date | None:
    if match := re.fullmatch(r"(\d{4})", text):
        return date(int(match[1]), 1, 1)
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        return date(int(match[1]), int(match[2]), 1)
    if match := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text):
        return date(int(match[1]), int(match[2]) * 3 - 2, 1)
    if match := re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", text):
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    return None


def _iso(text: str, today: date, now: datetime) -> date | datetime | None:
    if "T" in text:
        text = text.replace(" ", "+")  # a plus sign in an address arrives as a space
    return datetime.fromisoformat(text)
