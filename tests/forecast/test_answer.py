"""Forecasts of the lake: local days and hours, whole weeks, whose tickets."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from numpy.random import default_rng

from analytics import forecast
from analytics.forecast.answer import periods_ahead
from analytics.zones import Grain
from core import clock
from core.actor import Scope
from core.errors import Invalid
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf
from tests.world import at

WEEKS = 9


@pytest.fixture(scope="module")
def history() -> History:
    """Nine weeks with about six tickets on Mondays, two on other days; every third belongs to Technical."""
    made, chance = History(), default_rng(3)
    for day in range(7 * WEEKS):
        start = at("mon 0:00") + timedelta(days=day)
        for n in range(int(chance.poisson(6 if day % 7 == 0 else 2))):
            made.ticket(start + timedelta(hours=8 + n), queue="Technical" if n % 3 == 2 else "Billing", message=False)
    return made


def test_days_to_come_are_forecast_from_days_that_were(history: History) -> None:
    lake = shelf(history.events)
    with clock.at(at(f"week {WEEKS + 1} mon 9:00")):
        found = forecast.arrivals(weeks=1, timezone="Europe/Berlin", lake=lake)
        seen = Scope(queue_ids=frozenset({uid("Technical")}), internal=True)
        own = forecast.arrivals(weeks=1, scope=seen, lake=lake)
    assert found.forecast.test.periods == 7 * 5
    assert found.history["tickets_created"].sum() == len(history.events)
    if found.forecast.reason is None:
        assert found.frame["period"][0] == datetime(2026, 3, 9, tzinfo=ZoneInfo("Europe/Berlin"))
        assert found.frame["mean"].arg_max() == 0
        assert (found.frame["p10"] <= found.frame["p90"]).all()
    assert own.history["tickets_created"].sum() < len(history.events) / 2


def test_too_little_history_is_said(history: History) -> None:
    with clock.at(at("week 3 mon 9:00")):
        found = forecast.arrivals(weeks=1, lake=shelf(history.events), as_of=at("week 2 wed 9:00"))
    assert found.frame.is_empty()
    assert "there are 1" in found.forecast.reason


def test_a_backlog_that_only_grows_says_so(history: History) -> None:
    with clock.at(at(f"week {WEEKS + 1} mon 9:00")):
        found = forecast.backlog_drain(weeks=4, target=10, lake=shelf(history.events))
    assert (found.state, found.backlog) == ("growing", len(history.events))
    assert found.net_per_day > 1


def test_the_day_on_which_clocks_change_has_23_hours() -> None:
    midnight = datetime(2026, 3, 23)  # noqa: DTZ001 — local
    hours = periods_ahead(midnight, 1, Grain.HOUR, "Europe/Berlin")
    assert len(hours) == 7 * 24 - 1
    assert hours[0].astimezone(UTC) == datetime(2026, 3, 22, 23, tzinfo=UTC)
    assert [hour.hour for hour in hours if hour.date() == date(2026, 3, 29)][:3] == [0, 1, 3]
    assert len(periods_ahead(midnight, 1, Grain.DAY, "Europe/Berlin")) == 7


def test_what_cannot_be_forecast_is_refused() -> None:
    for wrong in ({"grain": "week"}, {"weeks": 14}):
        with pytest.raises(Invalid):
            forecast.arrivals(**wrong, lake=shelf([]))
    with pytest.raises(Invalid):
        forecast.backlog_drain(target=-1, lake=shelf([]))
