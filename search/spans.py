"""Spans of time as people type them: `2026-05`, `>2026-01-01`, `2026-01-01..2026-03-31`, `7d`, `today`."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from search.document import milliseconds

Span = tuple[int | None, int | None]
"""From the first inclusive to the second exclusive; None is no bound."""

DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
AGO = re.compile(r"([0-9]{1,5})([hdwmy])")
AHEAD = re.compile(r"([0-9]{1,5})(min|h|d|w)")
"""Of what is to come. Months are left out: who writes `30m` for a due time means minutes."""

UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}
NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def time_span(text: str, now: datetime, zone: ZoneInfo, *, ahead: bool = False) -> Span | None:
    """The span that `text` names for a reader in `zone`, or None if it names none.

    `7d` is the last seven days; `ahead`, for times that are still to come, the next seven.
    """
    text = text.strip('" ').lower()
    named = _named_ahead if ahead else _named
    try:
        if ".." in text:
            first, last = text.split("..", 1)
            low = named(first, now, zone)[0] if first else None
            return low, named(last, now, zone)[1] if last or low is None else None
        if ahead and AHEAD.fullmatch(text):
            return milliseconds(now), named(text, now, zone)[1]
        if not ahead and AGO.fullmatch(text):
            return named(text, now, zone)[0], None
        if shape := re.fullmatch(r"(>=|<=|>|<)(.+)", text):
            return _beside(shape[1], named(shape[2], now, zone))
        return named(text, now, zone)
    except (ValueError, OverflowError):
        return None


def moves(text: str) -> bool:
    """Whether the span that `text` names lies elsewhere an hour later."""
    ends = text.strip('" ').lower().lstrip("<>=").split("..")
    return any(AGO.fullmatch(end) or AHEAD.fullmatch(end) or end in NEAR_DAYS for end in ends)


def _beside(sign: str, span: tuple[int, int]) -> Span:
    """What lies before, after, or not after a named span: `>2026` begins when 2026 is over."""
    start, end = span
    spans: dict[str, Span] = {">": (end, None), ">=": (start, None), "<": (None, start), "<=": (None, end)}
    return spans[sign]


def _named_ahead(text: str, now: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """The same of times to come: `2h` is a moment in two hours."""
    if shape := AHEAD.fullmatch(text):
        moment = milliseconds(now + int(shape[1]) * UNITS[shape[2]])
        return moment, moment
    if AGO.fullmatch(text):
        raise ValueError(text)
    return _named(text, now, zone)


def _named(text: str, now: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """A moment so long ago, or a day, month or year in the reader's zone, as milliseconds; ValueError for others."""
    if ago := AGO.fullmatch(text):
        moment = milliseconds(now - int(ago[1]) * UNITS[ago[2]])
        return moment, moment
    today = now.astimezone(zone).date()
    if text in NEAR_DAYS:
        start = today + timedelta(days=NEAR_DAYS[text])
        return _midnight(start, zone), _midnight(start + timedelta(days=1), zone)
    shape = DAY.fullmatch(text)
    if not shape:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in shape.groups())
    start = date(year or 0, month or 1, day or 1)
    return _midnight(start, zone), _midnight(_after(start, month, day), zone)


def _after(start: date, month: int | None, day: int | None) -> date:
    if day:
        return start + timedelta(days=1)
    if month:
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start.replace(year=start.year + 1)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return milliseconds(datetime.combine(day, time(), zone))
