"""The log-rank test: do these groups take equally long?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics import special
from analytics.survival.curve import Curve, Floats


@dataclass(frozen=True, slots=True)
class LogRank:
    """Chi-square of observed against expected ends, and how likely so much or more is among equals."""

    statistic: float
    degrees: int
    p: float


def log_rank(curves: Sequence[Curve]) -> LogRank | None:
    """Mantel's test over two or more groups; None where there is nothing to compare.

    It weighs all times alike, and sees little where curves cross.
    """
    curves = [curve for curve in curves if curve.n]
    times = np.unique(np.concatenate([curve.seconds[curve.ended > 0] for curve in curves])) if curves else np.empty(0)
    if len(curves) < 2 or not len(times):
        return None
    at_risk = np.stack([curve.standing(times) for curve in curves])
    ended = np.stack([_ended_at(curve, times) for curve in curves])
    all_at_risk, all_ended = at_risk.sum(axis=0), ended.sum(axis=0)
    difference = (ended - all_ended * at_risk / all_at_risk).sum(axis=1)[:-1]
    spread = _covariance(at_risk, all_at_risk, all_ended)[:-1, :-1]
    statistic = float(difference @ np.linalg.pinv(spread) @ difference)
    return LogRank(statistic, len(curves) - 1, float(special.chdtrc(len(curves) - 1, statistic)))


def _ended_at(curve: Curve, times: Floats) -> Floats:
    ended = np.zeros(len(times))
    happened = curve.ended > 0
    ended[np.searchsorted(times, curve.seconds[happened])] = curve.ended[happened]
    return ended


def _covariance(at_risk: Floats, all_at_risk: Floats, all_ended: Floats) -> Floats:
    """Of the numbers that end in each group, if each one at risk is as likely as any other to be it."""
    share = at_risk / all_at_risk
    weight = all_ended * (all_at_risk - all_ended) / np.maximum(all_at_risk - 1, 1)
    return np.diag((weight * share).sum(axis=1)) - (weight * share) @ share.T
