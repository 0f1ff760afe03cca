"""Which points of a chart are beyond a condition, and when an alert would have begun and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from statistics import quantiles

from analytics.alerting.condition import Anomaly, Burn, Condition, Freshness, Threshold

LEAST_SEASONS = 4
"""With fewer of its like there is nothing to be unlike."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number of one period. `at` is the period's start in the reader's zone; `slot` names its like in other weeks.

    `value` None: there is none, or it rests on too few rows. `bad` of `n` is what a share lost, for burn rates.
    """

    at: datetime
    value: float | None
    slot: tuple[int, ...] = ()
    bad: float = 0
    n: float = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Points in the order of time. Counts vary by themselves, whatever else does (`is_count`).

    No number of its kind is below `least` or above `most`: what is usual ends there.
    """

    points: Sequence[Point]
    is_count: bool = False
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a point is beyond the limits that held for it. None: it says nothing, and what was goes on."""

    at: datetime
    value: float | None
    is_beyond: bool | None
    low: float | None = None
    high: float | None = None
    is_never_low: bool = False
    """The least that there can be is still within the usual: nothing was unusually low there."""
    is_never_high: bool = False
    """The same of the most."""


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert from its first point beyond to the first that is back, with the verdict that began it."""

    first: Verdict
    ended: datetime | None


def judge(condition: Condition, chart: Chart, i: int, *, is_firing: bool) -> Verdict:
    """The chart's point `i`, judged by those up to it."""
    match condition:
        case Threshold():
            return _by_limit(condition, chart.points[i], is_firing=is_firing)
        case Burn():
            return _by_burn(condition, chart.points, i)
        case Anomaly():
            return _by_season(condition, chart, i)
        case Freshness():
            raise ValueError("The age of what is known has no points.")


def judged(condition: Condition, chart: Chart, first: int = 0) -> list[Verdict]:
    """A verdict for each point from `first` on, one after the other."""
    verdicts: list[Verdict] = []
    is_firing = False
    for i in range(first, len(chart.points)):
        verdict = judge(condition, chart, i, is_firing=is_firing)
        is_firing = is_firing if verdict.is_beyond is None else verdict.is_beyond
        verdicts.append(verdict)
    return verdicts


def firings(verdicts: Sequence[Verdict]) -> list[Firing]:
    """When an alert would have begun and ended."""
    found: list[Firing] = []
    first: Verdict | None = None
    for verdict in verdicts:
        if verdict.is_beyond and first is None:
            first = verdict
        elif verdict.is_beyond is False and first is not None:
            found.append(Firing(first, verdict.at))
            first = None
    return [*found, Firing(first, None)] if first else found


def fences(like: Sequence[float], width: float, *, is_count: bool) -> tuple[float, float]:
    """Tukey's fences: `width` spreads of the middle half below and above it (J. W. Tukey, 1977, section 2D).

    Numbers that were the same every week have no spread. A count still varies by the root of its size, and what is
    measured is not unlike for a twentieth.
    """
    low, middle, high = quantiles(like, n=4, method="inclusive")
    least = max(abs(middle), 1.0) ** 0.5 if is_count else abs(middle) / 20
    spread = max(high - low, least)
    return low - width * spread, high + width * spread


def _by_limit(condition: Threshold, point: Point, *, is_firing: bool) -> Verdict:
    limit = condition.back if is_firing and condition.back is not None else condition.limit
    is_above = condition.side == "above"
    low, high = (None, condition.limit) if is_above else (condition.limit, None)
    if point.value is None:
        return Verdict(point.at, None, None, low, high)
    return Verdict(point.at, point.value, point.value > limit if is_above else point.value < limit, low, high)


def _by_burn(condition: Burn, points: Sequence[Point], i: int) -> Verdict:
    long, short = (
        _rate(condition, points[max(0, i + 1 - size) : i + 1]) for size in (condition.points, condition.short)
    )
    if long is None:
        return Verdict(points[i].at, None, None, high=condition.factor)
    is_beyond = long >= condition.factor and (short is None or short >= condition.factor)
    return Verdict(points[i].at, long, is_beyond, high=condition.factor)


def _rate(condition: Burn, points: Sequence[Point]) -> float | None:
    n = sum(point.n for point in points)
    return sum(point.bad for point in points) / n / (1 - condition.objective) if n else None


def _by_season(condition: Anomaly, chart: Chart, i: int) -> Verdict:
    point = chart.points[i]
    before = (other for other in reversed(chart.points[:i]) if other.slot == point.slot)
    like = list(islice((other.value for other in before if other.value is not None), condition.seasons))
    if point.value is None or len(like) < LEAST_SEASONS:
        return Verdict(point.at, point.value, None)
    low, high = fences(like, condition.width, is_count=chart.is_count)
    is_beyond = (condition.side != "below" and point.value > high) or (condition.side != "above" and point.value < low)
    is_never_low = chart.least is not None and low <= chart.least
    is_never_high = chart.most is not None and high >= chart.most
    low = chart.least if is_never_low and chart.least is not None else low
    high = chart.most if is_never_high and chart.most is not None else high
    return Verdict(point.at, point.value, is_beyond, low, high, is_never_low, is_never_high)
