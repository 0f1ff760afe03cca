"""A calendar in words that people type and read: `09:00-12:00, 13:00-17:00`."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from core.calendar import Calendar, Holiday, Weekday
from core.calendar.definition import Span, written
from core.errors import Invalid

DAYS = {
    Weekday.MON: "Monday", Weekday.TUE: "Tuesday", Weekday.WED: "Wednesday", Weekday.THU: "Thursday",
    Weekday.FRI: "Friday", Weekday.SAT: "Saturday", Weekday.SUN: "Sunday",
}  # fmt: skip
_span = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d\d))?")


def spans_from(text: str) -> list[dict[str, str]]:
    """What somebody typed: times apart by a dash, spans by commas. Raises `Invalid`."""
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;\n]", text))):
        match = _span.fullmatch(part)
        if match is None:
            raise Invalid(f"Write hours as 09:00-12:00, 13:00-17:00; “{part[:40]}” cannot be read.")
        hour, minute, end_hour, end_minute = match.groups(default="00")
        found.append({"starts": f"{int(hour):02}:{minute}", "ends": f"{int(end_hour):02}:{end_minute}"})
    return found


def spans_words(spans: Iterable[Span]) -> str:
    """`09:00-12:00, 13:00-17:00`; empty: closed."""
    return ", ".join(f"{written(one.starts)}-{written(one.ends)}" for one in spans)


def week_of(calendar: Calendar) -> list[dict[str, Any]]:
    """The rows of the form: each weekday with its hours and breaks, as text."""
    return [
        {
            "day": day.value, "name": name,
            "hours": spans_words(one for one in calendar.weekly if one.day == day),
            "breaks": spans_words(one for one in calendar.breaks if one.day == day),
        }
        for day, name in DAYS.items()
    ]  # fmt: skip


def week_words(calendar: Calendar) -> str:
    """`Mon-Fri 09:00-17:00`: days that follow each other with the same hours are told together."""
    rows = [(name[:3], row["hours"]) for row, name in zip(week_of(calendar), DAYS.values(), strict=True)]
    told: list[tuple[str, str, str]] = []
    for name, hours in rows:
        if told and told[-1][2] == hours:
            told[-1] = (told[-1][0], name, hours)
        elif hours:
            told.append((name, name, hours))
    days = [f"{first if first == last else f'{first}-{last}'} {hours}" for first, last, hours in told]
    return "; ".join(days) or "closed"


def holiday_words(holiday: Holiday) -> str:
    """`24 Dec 2026 12:00-24:00`."""
    when = f"{holiday.date.day} {holiday.date:%b}" + (" of every year" if holiday.yearly else f" {holiday.date.year}")
    return when if holiday.is_whole else f"{when}, {written(holiday.starts)}-{written(holiday.ends)}"


def hours_words(seconds: int) -> str:
    """`7 h`, `7 h 30 m`."""
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(filter(None, (f"{hours} h" if hours or not minutes else "", f"{minutes} m" if minutes else "")))


def differences(before: Calendar, after: Calendar) -> list[tuple[str, str, str]]:
    """What two versions say differently: (what, before, after)."""
    found = [("Time zone", before.zone, after.zone)] if before.zone != after.zone else []
    found += [
        (f"{one['name']}, {part}", one[part] or "none", other[part] or "none")
        for one, other in zip(week_of(before), week_of(after), strict=True)
        for part in ("hours", "breaks")
        if one[part] != other[part]
    ]
    old = {shift.date: spans_words(shift.hours) or "closed" for shift in before.shifts}
    new = {shift.date: spans_words(shift.hours) or "closed" for shift in after.shifts}
    found += [
        (f"Hours of {date_words(day)}", old.get(day, "usual"), new.get(day, "usual"))
        for day in sorted(old.keys() | new.keys())
        if old.get(day) != new.get(day)
    ]
    return [*found, *_holiday_differences(before.holidays, after.holidays)]


def _holiday_differences(before: Sequence[Holiday], after: Sequence[Holiday]) -> list[tuple[str, str, str]]:
    gone = [one for one in before if one not in after]
    come = [one for one in after if one not in before]
    return [
        *((f"Holiday {one.name}".strip(), holiday_words(one), "none") for one in gone),
        *((f"Holiday {one.name}".strip(), "none", holiday_words(one)) for one in come),
    ]


def date_words(day: date) -> str:
    """`24 Dec 2026`."""
    return f"{day.day} {day:%b %Y}"
