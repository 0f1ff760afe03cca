"""How far off an expected count may be: negative binomial around it, as wide as forecasts of the past were wrong."""

import numpy as np
from numpy.typing import ArrayLike

from analytics import special
from analytics.forecast.series import Floats

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""The edges of the 95, 80 and 50 % bands, and the median."""
_LEAST = 1e-6
"""Poisson, to six digits."""


def chance_up_to(count: ArrayLike, mean: Floats, excess: ArrayLike) -> Floats:
    """The chance of at most `count` where `mean` are expected, with a variance of mean + excess × mean²."""
    number, size = np.asarray(count, dtype=float), 1 / np.maximum(excess, _LEAST)
    share = size / (size + mean)
    return np.where(number < 0, 0.0, special.betainc(size, np.maximum(number, 0) + 1, share))


def quantile(share: float, mean: Floats, excess: ArrayLike) -> Floats:
    """The smallest count that is not exceeded with this chance."""
    center, spread = np.maximum(mean, 1e-9), np.maximum(excess, _LEAST)
    shape = center / (1 + spread * center)
    count = np.floor(special.gammaincinv(shape, share) * (1 + spread * center))
    for _ in range(100):  # the gamma of this mean and variance is a step or two away
        low = chance_up_to(count, center, spread) < share - 1e-12
        high = (count > 0) & (chance_up_to(count - 1, center, spread) >= share - 1e-12)
        if not (low | high).any():
            break
        count = count + low - (high & ~low)
    return np.asarray(count)


def pinball(actual: Floats, guess: Floats, share: float) -> Floats:
    """What a guess of this quantile costs: too low costs `share`, too high the rest, for each one it is off."""
    off = actual - guess
    return np.maximum(share * off, (share - 1) * off)
