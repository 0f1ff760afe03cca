"""Numbers beside those of the time before, on the reader's calendar."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analytics import measure
from core import clock
from core.errors import Invalid
from tests.lake.history import History
from tests.metrics.questions import utc
from tests.metrics.shelf import shelf


def created(*days: str, zone: str = "UTC") -> Any:
    """A lake with a ticket at noon of each of these days."""
    history = History()
    for day in days:
        noon = datetime.fromisoformat(day).replace(hour=12, tzinfo=ZoneInfo(zone))
        history.ticket(noon)
    return shelf(history.events)


def beside(lake: Any, **asked: Any) -> list[tuple[Any, ...]]:
    """Numbers, what they were before and the difference."""
    with clock.at(utc("2026-12-01T00:00")):
        found = measure("tickets_created", lake=lake, **asked)
    return found.select("tickets_created", "tickets_created_before", "tickets_created_change").rows()


def test_a_month_is_compared_with_the_month_before_however_long() -> None:
    lake = created("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-31")
    march = {"since": date(2026, 3, 1), "until": date(2026, 4, 1)}
    assert beside(lake, compare="previous", **march) == [(1, 2, -1)]


def test_days_stay_days_over_a_change_of_clocks() -> None:
    lake = created("2026-03-28", "2026-03-29", "2026-03-30", "2026-03-30", zone="Europe/Berlin")
    days = {"since": date(2026, 3, 29), "until": date(2026, 3, 31), "grain": "day", "timezone": "Europe/Berlin"}
    assert beside(lake, compare="previous", **days) == [(1, 0, 1), (2, 1, 1)]


def test_last_year_a_monday_is_compared_with_a_monday() -> None:
    monday = date(2026, 3, 2)
    assert (monday - timedelta(weeks=52)).weekday() == 0
    lake = created("2025-03-03", "2025-03-02", "2026-03-02", "2026-03-02")
    day = {"since": monday, "until": monday + timedelta(days=1), "grain": "day"}
    assert beside(lake, compare="last_year", **day) == [(2, 1, 1)]


def test_last_year_a_month_is_compared_with_the_same_month() -> None:
    lake = created("2024-02-29", "2025-02-28", "2025-03-01", "2026-02-01")
    assert beside(lake, compare="last_year", grain="month", since=date(2026, 2, 1), until=date(2026, 4, 1)) == [
        (1, 1, 0),
        (0, 1, -1),
    ]


def test_slices_that_only_one_time_has_are_nothing_in_the_other() -> None:
    history = History()
    history.ticket("mon 9:00", queue="Technical")
    history.ticket("week 2 mon 9:00", queue="Billing").reply("week 2 mon 9:10")
    with clock.at(utc("2026-12-01T00:00")):
        found = measure(
            ["tickets_created", "first_reply_time_mean"], by="queue", compare="previous", since=date(2026, 1, 12),
            until=date(2026, 1, 19), lake=shelf(history.events),
        )  # fmt: skip
    told = found.select("queue", "tickets_created", "tickets_created_before", "first_reply_time_mean_before").rows()
    assert told == [("Billing", 1, 0, None), ("Technical", 0, 1, None)]


def test_an_hour_that_was_not_there_before_is_null_and_not_zero() -> None:
    lake = created("2026-03-29", zone="Europe/Berlin")
    asked = {"since": date(2026, 3, 30), "until": date(2026, 3, 31), "grain": "hour", "timezone": "Europe/Berlin"}
    before = [row[1] for row in beside(lake, compare="previous", **asked)]
    assert (len(before), before[1:4], before[12]) == (24, [0, None, 0], 1)


def test_what_has_no_beginning_has_no_time_before() -> None:
    with pytest.raises(Invalid, match="since when"):
        beside(created("2026-03-29"), compare="previous")
    with pytest.raises(Invalid, match="previous, last_year"):
        beside(created("2026-03-29"), compare="yesterday")
