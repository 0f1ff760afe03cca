"""Forecasts: what they learn, how wide they are, and that they are silent when the repeat of last week is as good."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from numpy.random import default_rng
from scipy.stats import nbinom, poisson

from analytics.forecast import Forecast, Periods, Series, drain, forecast
from analytics.forecast.back_test import repeated_before, weeks_needed
from analytics.forecast.band import QUANTILES, chance_up_to, quantile
from analytics.forecast.model import fitted, repeated
from core.errors import Invalid

MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 — local
SHAPE = np.array([30, 24, 22, 20, 16, 4, 0.5])


def days(n: int, start: datetime = MONDAY, holidays: tuple[date, ...] = ()) -> Periods:
    return Periods.of([start + timedelta(days=day) for day in range(n)], hourly=False, holidays=holidays)


def weeks_of(n: int, *, seed: int = 1, growth: float = 0.0) -> Series:
    """So many weeks that come by chance around one shape."""
    periods = days(7 * n)
    mean = SHAPE[periods.slots] * np.exp(growth * np.arange(7 * n) / 7)
    return Series.of(periods, default_rng(seed).poisson(mean))


def ahead_of(series: Series, weeks: int) -> Forecast:
    start = series.periods.days[-1].astype("datetime64[s]").item() + timedelta(days=1)
    return forecast(series, days(7 * weeks, start))


def test_a_shape_is_found_and_last_week_is_beaten() -> None:
    found = ahead_of(weeks_of(26), 2)
    assert found.reason is None
    assert found.mean[:7] == pytest.approx(SHAPE, rel=0.2, abs=1)
    assert found.test.model.wape < found.test.naive.wape
    assert found.test.model.mase < found.test.naive.mase


def test_eight_in_ten_lie_in_the_band_of_eight_in_ten() -> None:
    held = [ahead_of(weeks_of(26, seed=seed), 2).test.model.coverage for seed in range(8)]
    assert 0.72 < np.mean(held) < 0.92


def test_bands_lie_within_each_other_and_reach_farther_the_farther_ahead() -> None:
    found = ahead_of(weeks_of(26), 4)
    assert (np.diff(found.quantiles, axis=0) >= 0).all()
    width = (found.quantiles[-1] - found.quantiles[0]).reshape(4, 7)
    assert (np.diff(width.sum(axis=1)) >= -1).all()


def test_a_model_that_loses_says_so_and_shows_nothing() -> None:
    """Numbers that stay as they were last week: nothing beats repeating it."""
    walk = np.cumsum(np.where(default_rng(5).random(30) < 0.5, -60, 60)) + 400
    series = Series.of(days(210), np.repeat(np.maximum(walk, 1), 7))
    found = ahead_of(series, 1)
    assert (found.mean, found.quantiles) == (None, None)
    assert not found.test.wins
    assert "no forecast" in found.reason


def test_too_little_history_is_said_in_weeks() -> None:
    found = ahead_of(weeks_of(9), 4)
    assert (found.mean, found.test) == (None, None)
    assert f"need {weeks_needed(4)} whole weeks" in found.reason


def test_a_trend_goes_on_but_not_for_ever() -> None:
    periods = days(140)
    growing = fitted(Series.of(periods, SHAPE[periods.slots] * np.exp(0.05 * np.arange(140) / 7)))
    weekly = growing.predict(days(7 * 13, MONDAY + timedelta(weeks=20))).reshape(13, 7).sum(axis=1)
    assert weekly[0] == pytest.approx(SHAPE.sum() * np.exp(0.05 * 20.5), rel=0.04)
    assert 1.05 < weekly[3] / weekly[0] < 1.15
    assert weekly[12] / weekly[11] < 1.01


def test_without_a_trend_none_is_made_up() -> None:
    assert max(abs(fitted(weeks_of(20, seed=seed)).growth) for seed in range(5)) < 0.03


def test_holidays_to_come_are_as_those_of_the_past() -> None:
    off = (date(2026, 1, 6), date(2026, 2, 10), date(2026, 3, 17))
    periods = days(84, holidays=off)
    counts = np.where(periods.is_holiday, 2, SHAPE[periods.slots].round())
    next_week = days(7, MONDAY + timedelta(weeks=12), (date(2026, 3, 31),))
    expected = fitted(Series.of(periods, counts)).predict(next_week)
    assert expected[1] < 8
    assert expected[0] == pytest.approx(30, rel=0.05)


def test_next_week_repeats_the_last_slot_by_slot() -> None:
    series = weeks_of(3)
    assert repeated(series).predict(days(14, MONDAY + timedelta(weeks=3))).tolist() == [*series.counts[-7:]] * 2
    assert repeated_before(series)[7:].tolist() == series.counts[:-7].tolist()


def test_a_series_begins_with_its_first_whole_week() -> None:
    series = Series.of(days(21), [0, 0, 0, 5, *[1] * 17])
    assert (series.weeks, len(series.counts)) == (2, 14)
    assert Series.of(days(21), [0] * 21).weeks == 0
    assert Series.of(days(14), [1] + [0] * 13).weeks == 2


@pytest.mark.parametrize("share", QUANTILES)
def test_quantiles_are_those_of_the_negative_binomial(share: float) -> None:
    mean, excess = np.array([0.01, 0.4, 3.0, 60.0, 2500.0]), 0.2
    size = 1 / excess
    assert quantile(share, mean, excess).tolist() == nbinom.ppf(share, size, size / (size + mean)).tolist()
    assert quantile(share, mean[:4], 0).tolist() == poisson.ppf(share, mean[:4]).tolist()
    assert chance_up_to(-1, mean, excess).tolist() == [0] * 5


def test_a_forecast_reaches_thirteen_weeks() -> None:
    with pytest.raises(Invalid, match="13"):
        ahead_of(weeks_of(40), 14)


def test_a_backlog_drains_in_days_with_a_band() -> None:
    found = drain(100, 30, [-70, -70, -70, -70])
    assert (found.state, found.days, found.low_days, found.high_days) == ("draining", 7, 7, 7)


def test_a_backlog_that_grows_has_no_day() -> None:
    found = drain(100, 0, [7, 14, 0, 7])
    assert (found.state, found.days, found.net_per_day) == ("growing", None, 1)


def test_a_backlog_that_may_as_well_grow_has_no_last_day() -> None:
    found = drain(100, 0, [-140, 70, -140, 70])
    assert (found.state, found.days, found.high_days) == ("draining", 20, None)
    assert found.low_days < 20


@pytest.mark.parametrize(("backlog", "weeks", "state"), [(5, [1, 1, 1], "reached"), (50, [-9], "unknown")])
def test_nothing_to_drain_and_nothing_known(backlog: float, weeks: list[float], state: str) -> None:
    assert drain(backlog, 10, weeks).state == state
