"""What forecasts would have been worth: made again for each week of the past, from what was known then.

A model that fits the past well may say nothing of the future. So it stands before the end of week after week (rolling
origin), forecasts the weeks after it, and is compared with what came, beside the repeat of last week.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.forecast.band import chance_up_to, pinball, quantile
from analytics.forecast.model import Fitted
from analytics.forecast.series import Floats, Ints, Series

FEWEST_TO_LEARN = 4
"""Weeks that a forecast is made from, at least."""
FEWEST_ORIGINS = 4
"""Times that the farthest week was forecast, at least."""
MOST_ORIGINS = 16
SCORED = (0.1, 0.5, 0.9)

Fit = Callable[[Series], Fitted]


@dataclass(frozen=True)
class Errors:
    """Every forecast of the past, by period and origin: `origin` weeks before the end, `ahead` weeks from 1 on."""

    origin: Ints
    ahead: Ints
    mean: Floats
    actual: Floats

    def excess(self, ahead: int, known_at: int = 0) -> Floats:
        """How much more than Poisson the counts 1 … `ahead` weeks ahead vary, in squared means; never less farther out.

        Only of what was known `known_at` weeks before the end.
        """
        known = self.origin - self.ahead >= known_at
        more = (self.actual - self.mean) ** 2 - self.mean
        weeks = [known & (self.ahead == week) for week in range(1, ahead + 1)]
        sums = np.array([[values[week].sum() for week in weeks] for values in (more, self.mean**2)])
        with np.errstate(divide="ignore", invalid="ignore"):
            by_week = np.where(sums[1] > 0, sums[0] / sums[1], 0.0)
        return np.asarray(np.maximum.accumulate(np.maximum(by_week, 0.0)))


@dataclass(frozen=True, slots=True)
class Score:
    """How wrong forecasts were.

    WAPE: the sum of misses by the sum of counts. MASE: the mean miss by that of last week's repeat in the time before.
    Pinball loss at 10, 50 and 90 %. Coverage: how often the 80 % band held what came.
    """

    wape: float
    mase: float
    pinball: float
    coverage: float | None


@dataclass(frozen=True, slots=True)
class BackTest:
    """The model beside the repeat of last week, over the same periods."""

    model: Score
    naive: Score
    origins: int
    periods: int

    @property
    def wins(self) -> bool:
        """Whether the model is worth showing."""
        return self.model.wape < self.naive.wape and self.model.pinball <= self.naive.pinball


def weeks_needed(horizon: int) -> int:
    """How many weeks of history a forecast for so many weeks needs."""
    return FEWEST_TO_LEARN + horizon + FEWEST_ORIGINS - 1


def errors_of(fit: Fit, series: Series, horizon: int) -> Errors:
    """What this way of forecasting would have said in the past."""
    parts: list[tuple[Ints, Ints, Floats, Floats]] = []
    for origin in range(min(series.weeks - FEWEST_TO_LEARN, MOST_ORIGINS), 0, -1):
        rest = series.newest(origin)
        ahead = rest.periods.weeks_ahead() + 1
        near = ahead <= horizon
        mean = fit(series.before(origin)).predict(rest.periods)
        parts.append((np.full(int(near.sum()), origin), ahead[near], mean[near], rest.counts[near]))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Errors(columns[0], columns[1], columns[2], columns[3])


def back_test(model: Errors, naive: Errors, series: Series, horizon: int) -> BackTest:
    """The scores of both, of periods that were forecast when a band could be learned already and of all others."""
    origins = len(np.unique(model.origin))
    before = series.before(int(model.origin.max()))
    scale = float(np.nanmean(np.abs(before.counts - repeated_before(before))))
    return BackTest(_score(model, scale, horizon), _score(naive, scale, horizon), origins, len(model.actual))


def repeated_before(series: Series) -> Floats:
    """For each period, the count in its slot of the week before; NaN where there is none."""
    slots, ago = series.periods.slots, series.periods.weeks_ago()
    table = np.full((series.weeks, series.periods.slots_a_week), np.nan)
    table[ago, slots] = series.counts
    return np.asarray(np.where(ago + 1 < series.weeks, table[np.minimum(ago + 1, series.weeks - 1), slots], np.nan))


def _score(errors: Errors, scale: float, horizon: int) -> Score:
    missed = np.abs(errors.actual - errors.mean)
    loss: list[Floats] = []
    held: list[Floats] = []
    for origin in np.unique(errors.origin):
        own = errors.origin == origin
        if not (errors.origin - errors.ahead >= origin).any():
            continue
        excess = errors.excess(horizon, int(origin))[errors.ahead[own] - 1]
        mean, actual = errors.mean[own], errors.actual[own]
        loss += [pinball(actual, quantile(share, mean, excess), share) for share in SCORED]
        up_to, below = (chance_up_to(count, np.maximum(mean, 1e-9), excess) for count in (actual, actual - 1))
        held.append(((up_to >= 0.1) & (below <= 0.9)).astype(float))
    total = errors.actual.sum()
    return Score(
        wape=float(missed.sum() / total) if total else float("inf"),
        mase=float(missed.mean() / scale) if scale else float("inf"),
        pinball=float(np.concatenate(loss).mean()) if loss else float("inf"),
        coverage=float(np.concatenate(held).mean()) if held else None,
    )
