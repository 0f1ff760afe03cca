"""Days off that the house's calendars say: what forecasts heed by themselves."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest

from analytics import business_time, forecast
from analytics.forecast.closures import closures
from core import clock
from core.actor import ALL
from core.calendar import Calendar, Holiday
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf
from tests.metrics.test_business import calendar, queue
from tests.sla.week import weekdays
from tests.world import at

EPIPHANY, FOUNDING = date(2026, 1, 6), date(2026, 1, 13)
OPEN = weekdays(("09:00", "17:00"))
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)


@pytest.fixture(scope="module")
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Billing and Sales are off on two days, Technical on one; half of Christmas Eve is none."""
    south = (Holiday(EPIPHANY, "Epiphany", yearly=True), Holiday(FOUNDING), Holiday(date(2025, 12, 24), starts=720))
    said = [
        calendar("south", Calendar("UTC", OPEN, holidays=south)),
        calendar("north", Calendar("UTC", OPEN, holidays=(Holiday(FOUNDING, "Founding day"),))),
        queue("Billing", "south"), queue("Sales", "south"), queue("Technical", "north"),
    ]  # fmt: skip
    history = History()
    for day in range(12):
        history.ticket(at("mon 9:00") + timedelta(days=day))
    with pytest.MonkeyPatch.context() as patch, clock.at(at("week 3 mon 0:00")):
        patch.setattr(business_time, "FIRST_YEAR", 2025)
        patch.setattr(business_time, "LAST_YEAR", 2026)
        with shelf([*said, *history.events]) as made:
            yield made


def test_a_day_is_off_when_most_queues_are(lake: duckdb.DuckDBPyConnection) -> None:
    with lake.cursor() as cursor:
        everywhere = closures(cursor, None, ALL, FIRST, LAST)
        north = closures(cursor, {"queue": "Technical"}, ALL, FIRST, LAST)
        one_of_two = closures(cursor, {"queue": ["Technical", str(uid("Sales"))]}, ALL, EPIPHANY, EPIPHANY)
    assert everywhere == {date(2025, 1, 6): "Epiphany", EPIPHANY: "Epiphany", FOUNDING: "Closed"}
    assert north == {FOUNDING: "Founding day"}
    assert one_of_two == {EPIPHANY: "Epiphany"}


def test_a_forecast_heeds_them_unless_it_is_told_others(lake: duckdb.DuckDBPyConnection) -> None:
    heeded = forecast.arrivals(where={"queue": "Technical"}, weeks=1, lake=lake)
    assert dict(heeded.holidays) == {FOUNDING: "Founding day"}
    mine = forecast.arrivals(holidays={date(2026, 1, 20): "Fair"}, weeks=1, lake=lake)
    assert mine.forecast.ahead.is_holiday.tolist() == [False, True, *[False] * 5]
