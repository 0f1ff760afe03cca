"""When the backlog will be worked off, if things go on as they did (METRICS.md 68)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Literal

from analytics import special

FEWEST_WEEKS = 3
BAND = 0.8


@dataclass(frozen=True, slots=True)
class Drain:
    """How many days until `target` is reached, with its 80 % band.

    A backlog that grows has no such day, and says so; `high_days` of None: it may as well never be reached.
    """

    state: Literal["reached", "draining", "growing", "unknown"]
    backlog: float
    target: float
    net_per_day: float | None
    days: float | None = None
    low_days: float | None = None
    high_days: float | None = None


def drain(backlog: float, target: float, net_by_week: Sequence[float]) -> Drain:
    """From what the backlog changed by in whole weeks of the past, the newest of which count as much as the others.

    The band is that of the mean week (Student's t): weeks are taken as independent, days would not be.
    """
    if backlog <= target:
        return Drain("reached", backlog, target, fmean(net_by_week) / 7 if net_by_week else None, 0.0, 0.0, 0.0)
    if len(net_by_week) < FEWEST_WEEKS:
        return Drain("unknown", backlog, target, None)
    net = fmean(net_by_week) / 7
    if net >= 0:
        return Drain("growing", backlog, target, net)
    weeks = len(net_by_week)
    doubt = stdev(net_by_week) / sqrt(weeks) / 7 * float(special.stdtrit(weeks - 1, 0.5 + BAND / 2))
    above, slow = backlog - target, net + doubt
    return Drain(
        "draining", backlog, target, net, above / -net, above / -(net - doubt), above / -slow if slow < 0 else None
    )
