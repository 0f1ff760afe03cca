"""Kaplan-Meier: how long things take when some are not over yet.

    curve = kaplan_meier(seconds, is_solved)
    curve.quantile(0.5), curve.reached_by(86400)

Tickets that are still open do not say how long they will take, only that it is longer than until now: they are
censored. The median of those that are solved leaves them out, and with them the slow ones.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics import special

Floats = NDArray[np.float64]
CONFIDENCE = 0.95
QUANTILES = (0.25, 0.5, 0.75, 0.9)
MINUTE, HOUR, DAY = 60, 3600, 86_400
WITHIN = (15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY)
"""By when, unless a question says so (seconds)."""
_ROUNDING = 1e-12
"""Shares are products of many fractions: what should be one half may be a hair more."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of all, with its band."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Quantile:
    """By when this share is over, with its band. None: not within the time that was looked at, which is `longest`.

    Nothing is extrapolated: a median of None with `longest` 41 days reads "> 41 d".
    """

    share: float
    seconds: float | None
    low: float | None
    high: float | None
    longest: float


@dataclass(frozen=True)
class Curve:
    """What is left after each duration that occurs: one entry for each, in ascending order."""

    seconds: Floats
    ended: Floats
    """How many were over after exactly so long."""
    left: Floats
    """How many were last seen, not over, after exactly so long."""

    @cached_property
    def at_risk(self) -> Floats:
        """How many were not over, and still looked at, right before."""
        return np.asarray((self.ended + self.left)[::-1].cumsum()[::-1], dtype=float)

    @cached_property
    def survival(self) -> Floats:
        """The share that is not over."""
        return np.asarray(np.cumprod(1 - self.ended / self.at_risk), dtype=float)

    @cached_property
    def band(self) -> tuple[Floats, Floats]:
        """95 % limits of `survival`, each point for itself: Greenwood's variance of log(−log S).

        The limits stay within 0 and 1 (Kalbfleisch and Prentice 1980); lifelines and R's `conf.type="log-log"` take the
        same. Where nothing is left they are 0, where nothing has ended 1.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = self.ended / (self.at_risk * (self.at_risk - self.ended))
            variance = np.cumsum(np.where(np.isfinite(steps), steps, 0))
            log = np.log(self.survival)
            width = special.ndtri(0.5 + CONFIDENCE / 2) * np.sqrt(variance) / log
            low, high = (np.exp(-np.exp(np.log(-log) + side * width)) for side in (-1, 1))
        flat = (self.survival >= 1) | (self.survival <= 0)
        return np.where(flat, self.survival, low), np.where(flat, self.survival, high)

    @property
    def n(self) -> int:
        """How many there are in all."""
        return int(self.at_risk[0]) if len(self.seconds) else 0

    @property
    def n_ended(self) -> int:
        """How many of them were over."""
        return int(self.ended.sum())

    @property
    def longest(self) -> float:
        """The longest time that any was looked at."""
        return float(self.seconds[-1]) if len(self.seconds) else 0.0

    def quantile(self, share: float) -> Quantile:
        """By when `share` of them is over."""
        low, high = self.band
        return Quantile(
            share, self._first(self.survival, share), self._first(low, share), self._first(high, share), self.longest
        )

    def _first(self, line: Floats, share: float) -> float | None:
        below = line <= 1 - share + _ROUNDING
        return float(self.seconds[below.argmax()]) if below.any() else None

    def reached_by(self, seconds: float) -> Share | None:
        """The share that is over after so long; None if nothing was looked at for that long and some were not over."""
        if not len(self.seconds):
            return None
        step = int(np.searchsorted(self.seconds, seconds, side="right")) - 1
        if step < 0:
            return Share(0.0, 0.0, 0.0)
        if seconds > self.longest and self.survival[-1] > 0:
            return None
        low, high = self.band
        return Share(1 - float(self.survival[step]), 1 - float(high[step]), 1 - float(low[step]))

    def thinned(self, most: int) -> list[int]:
        """Places of at most `most` steps, evenly chosen by how far the curve has fallen, and of its last."""
        happened = np.flatnonzero(self.ended > 0)
        last = range(len(self.seconds))[-1:]
        if not len(happened):
            return [*last]
        levels = np.linspace(1, self.survival[-1], most - 1)
        nearest = np.searchsorted(-self.survival[happened], -levels).clip(max=len(happened) - 1)
        return sorted({*happened[nearest].tolist(), *last})

    def standing(self, seconds: ArrayLike) -> Floats:
        """How many are at risk right before each of these times: the table below a curve."""
        found = np.searchsorted(self.seconds, np.asarray(seconds, dtype=float), side="left")
        return np.append(self.at_risk, 0.0)[found]


def kaplan_meier(seconds: ArrayLike, is_ended: ArrayLike) -> Curve:
    """The curve of single durations; `is_ended` is false for those that were not over when last seen."""
    times, place = np.unique(np.asarray(seconds, dtype=float), return_inverse=True)
    ended = np.asarray(is_ended, dtype=bool)
    return Curve(
        times,
        np.bincount(place[ended], minlength=len(times)).astype(float),
        np.bincount(place[~ended], minlength=len(times)).astype(float),
    )
