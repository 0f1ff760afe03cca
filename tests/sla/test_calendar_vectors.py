"""Other systems' business-hours arithmetic, case by case (facts read from Znuny and zendesk/biz)."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.sla.calendar import add_business, business_seconds, open_segments
from core.calendar import Calendar, Holiday, Hours, Weekday
from core.calendar.local import instant, instant_of

VECTORS = Path(__file__).parents[2].parent / "shared" / "data" / "bizhours_vectors"

pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="The third-party vectors are not on this machine.")


def cases(file: str, *ops: str) -> list[Any]:
    """The cases of one file that do one of `ops`, named."""
    if not VECTORS.is_dir():
        return []
    known = json.loads((VECTORS / file).read_text())
    return [pytest.param(case, id=case["id"]) for case in known if case["op"] in ops]


def calendar(zone: str, hours: dict[str, list[list[str]]], yearly: list[str] = ()) -> Calendar:  # type: ignore[assignment]
    weekly = tuple(Hours(a, b, Weekday(day)) for day, spans in hours.items() for a, b in spans)
    return Calendar(zone, weekly, holidays=tuple(Holiday(date.fromisoformat(f"2012-{d}"), yearly=True) for d in yearly))


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("case", cases("add_and_between.json", "working_seconds_between", "add_working_seconds"))
def test_our_arithmetic_agrees(case: dict[str, Any]) -> None:
    kept = calendar(case["calendar_tz"], case["hours"], case["holidays_recurring_md"])
    start = at(case["start"], case["input_tz"])
    if case["op"] == "add_working_seconds":
        assert add_business(kept, start, case["add_working_seconds"]) == at(case["expected"], case["input_tz"])
    else:
        assert business_seconds(kept, start, at(case["end"], case["input_tz"])) == case["expected"]


@pytest.mark.parametrize("case", cases("dst_and_holiday_cases.json", "local_to_utc"))
def test_times_that_come_twice_or_never_are_read_alike(case: dict[str, Any]) -> None:
    day, clock = case["local"].split()
    found = instant(instant_of(date.fromisoformat(day), int(clock[:2]) * 60 + int(clock[3:5]), ZoneInfo(case["tz"])))
    if "expected_utc" in case:
        assert found == at(case["expected_utc"], "UTC")
    else:
        assert found == at(case["expected_local"], case["tz"])


@pytest.mark.parametrize("case", cases("dst_and_holiday_cases.json", "first_open_period"))
def test_hours_inside_the_gap_are_none(case: dict[str, Any]) -> None:
    start = at(case["start"], case["tz"])
    first = open_segments(calendar(case["tz"], case["hours"]), start, start.replace(month=start.month + 1))[0]
    assert [first.start, first.end] == [at(text, case["tz"]) for text in case["expected_local"]]


@pytest.mark.parametrize("case", cases("dst_and_holiday_cases.json", "is_holiday"))
def test_a_holiday_is_a_day_of_the_calendars_zone(case: dict[str, Any]) -> None:
    kept = Calendar.always_open(case["tz"], [Holiday(date.fromisoformat(case["holiday"]))])
    for text, is_off in case["cases"]:
        moment = at(*text.split())
        assert (not open_segments(kept, moment, moment.replace(microsecond=1))) is is_off
