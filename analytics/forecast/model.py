"""Two ways to say what will come: a seasonal model, and the plain repeat of last week that it has to beat.

The model is a product: what usually comes in this slot of the week × how this month differs from that × a damped trend
× what holidays do. Each factor is a weighted mean or a ratio of sums, so that a slot in which nothing comes stays at
nothing.
"""

from dataclasses import dataclass

import numpy as np

from analytics.forecast.series import Floats, Periods, Series

PROFILE_HALF_LIFE = 8.0
"""Weeks after which a week counts half for the shape of the week."""
LEVEL_HALF_LIFE = 2.0
"""And for how much comes in all."""
TREND_WEEKS = 13
DAMPING = 0.8
"""What a week more adds of the trend of the week before it: no trend goes on for ever."""


@dataclass(frozen=True)
class Fitted:
    """What was learned from a series: the expected count by slot at its end, growth a week (log), holidays' factor."""

    profile: Floats
    growth: float
    holiday: float

    def predict(self, ahead: Periods) -> Floats:
        """The expected count in each period right after the series."""
        steps = np.cumsum(DAMPING ** np.arange(int(ahead.weeks_ahead().max(initial=0)) + 1))
        trend = np.exp(self.growth * steps[ahead.weeks_ahead()])
        return np.asarray(self.profile[ahead.slots] * trend * np.where(ahead.is_holiday, self.holiday, 1.0))


def fitted(series: Series) -> Fitted:
    """The seasonal model of a series of at least one week."""
    periods, counts = series.periods, series.counts
    ago, usual = periods.weeks_ago(), ~periods.is_holiday
    profile = _profile(series, 0.5 ** (ago / PROFILE_HALF_LIFE) * usual)
    expected = profile[periods.slots]
    came, should = (np.bincount(ago, values * usual, minlength=series.weeks) for values in (counts, expected))
    known = should > 0
    ratios = (came[known] + 0.5) / (should[known] + 0.5)
    weeks = np.flatnonzero(known)
    growth = _growth(ratios[:TREND_WEEKS], weeks[:TREND_WEEKS])
    weights = 0.5 ** (weeks / LEVEL_HALF_LIFE)
    level = float(np.average(ratios * np.exp(growth * (weeks + 0.5)), weights=weights)) if len(weeks) else 1.0
    return Fitted(profile * level, growth, _holiday(series, expected * level))


def repeated(series: Series) -> Fitted:
    """Seasonal naive: next week, and every week after it, is as last week was."""
    return Fitted(_profile(series, (series.periods.weeks_ago() == 0).astype(float)), 0.0, 1.0)


def _profile(series: Series, weights: Floats) -> Floats:
    slots, size = series.periods.slots, series.periods.slots_a_week
    came = np.bincount(slots, series.counts * weights, minlength=size)
    return came / np.maximum(np.bincount(slots, weights, minlength=size), 1e-9)


def _growth(ratios: Floats, weeks_ago: np.ndarray) -> float:
    """The slope of log level by week, drawn towards none by how unsure it is."""
    if len(ratios) < 4:
        return 0.0
    x, y = -weeks_ago.astype(float), np.log(ratios)
    x -= x.mean()
    slope = float(x @ (y - y.mean()) / (x @ x))
    rest = y - y.mean() - slope * x
    variance = float(rest @ rest) / (len(x) - 2) / float(x @ x)
    return slope * max(0.0, 1 - 2 * variance / slope**2) if slope else 0.0


def _holiday(series: Series, expected: Floats) -> float:
    """What comes on holidays, of what would come; as on other days as long as few are known."""
    on = series.periods.is_holiday
    if not on.any():
        return 1.0
    doubt = 0.5 * series.counts.sum() / max(series.weeks * 7, 1)
    return float((series.counts[on].sum() + doubt) / (expected[on].sum() + doubt)) if doubt else 1.0
