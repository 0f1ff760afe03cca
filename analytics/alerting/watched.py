"""What an alert looks at: a number, which tickets, how finely time is cut. It becomes the points of a chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from analytics import catalogue
from analytics.alerting.condition import Anomaly, Burn, Condition, Freshness, Threshold
from analytics.alerting.judge import Chart, Point
from analytics.measure_answer import Answer, Readable, ask
from analytics.metric import Census, Level, Metric, Ratio, Statistic, Unit
from analytics.zones import zone_of
from core.actor import Scope
from core.errors import Invalid

Cut = Literal["hour", "day", "week"]
LENGTH = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
LOOKED_BACK = {"hour": timedelta(days=30), "day": timedelta(days=90), "week": timedelta(weeks=52)}
"""How much of the past a preview looks at."""
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """A public number of the catalogue, cut to hours, days or weeks of a zone."""

    column: str
    where: Mapping[str, Sequence[Any]]
    grain: Cut
    timezone: str

    @property
    def metric(self) -> Metric:
        """Whose number it is."""
        return catalogue.statistic(self.column)[0]

    @property
    def length(self) -> timedelta:
        """How long a point is, but for the nights in which clocks change."""
        return LENGTH[self.grain]

    @property
    def is_level(self) -> bool:
        """Whether it stands at an instant, so that the running period's number is the one of now."""
        return isinstance(self.metric.source, Level | Census)


def demand_sense(watched: Watched, condition: Condition) -> None:
    """Refuse a condition that this number cannot meet, and a number that there is not. Raises `Invalid`."""
    if isinstance(condition, Burn) and losses(watched.metric) is None:
        raise Invalid(
            f"{watched.metric.title} is no share of good and bad; a burn rate needs one, as sla_attainment is."
        )
    if isinstance(condition, Anomaly) and watched.grain == "week":
        raise Invalid("Weeks have no season; take hours or days for what is unusual.")
    if isinstance(condition, Threshold) and condition.back is not None:
        is_wrong = condition.back > condition.limit if condition.side == "above" else condition.back < condition.limit
        if is_wrong:
            raise Invalid(f"What is {condition.side} {condition.limit:g} cannot be over at {condition.back:g}.")


def chart(
    watched: Watched, condition: Condition, *, since: datetime, now: datetime, lake: Readable, scope: Scope
) -> Chart:
    """The points from `since` (aware) to now that can be judged; the oldest are there to compare with."""
    metric, statistic = catalogue.statistic(watched.column)
    parts = losses(metric) if isinstance(condition, Burn) else None
    extra = [*(parts or ()), *([metric.n] if metric.n else [])]
    answer = ask(
        list(dict.fromkeys([watched.column, *extra])), where=watched.where, grain=watched.grain,
        since=_begin(since, watched), until=now, timezone=watched.timezone, scope=scope, lake=lake,
    )  # fmt: skip
    points = _points(watched, answer, parts)
    if points and not _counts_now(watched, condition, statistic):
        points.pop()  # the running period: what is not over can still become anything
    return Chart(
        points, is_count=statistic.is_zero_of_nothing, least=None if statistic.is_signed else 0.0,
        most=1.0 if statistic.unit is Unit.SHARE and not statistic.is_signed else None,
    )  # fmt: skip


def compared_with(condition: Condition, grain: Cut) -> timedelta:
    """How far before a point the points lie by which it is judged."""
    match condition:
        case Anomaly():
            return condition.seasons * WEEK
        case Burn():
            return condition.points * LENGTH[grain]
        case Threshold() | Freshness():
            return timedelta()


def losses(metric: Metric) -> tuple[str, str] | None:
    """The columns of what a share lost and of all that it rests on; None if the metric is no share.

    Where more is better the numerator is what was kept: lost is the rest.
    """
    share = metric.statistics.get("")
    if not isinstance(share, Ratio) or metric.good == "neither":
        return None
    of, n = share.of
    return metric.column(of), metric.column(n)


def _points(watched: Watched, answer: Answer, parts: tuple[str, str] | None) -> list[Point]:
    zone, metric = zone_of(watched.timezone), watched.metric
    points = []
    for row in answer.frame.iter_rows(named=True):
        at = row["period"].astimezone(zone)
        is_enough = metric.n is None or watched.column == metric.n or (row[metric.n] or 0) >= metric.min_n
        bad, n = (row[parts[0]] or 0, row[parts[1]] or 0) if parts else (0, 0)
        points.append(
            Point(
                at, row[watched.column] if is_enough else None, _slot(at, watched.grain),
                bad=n - bad if metric.good == "up" else bad, n=n,
            )
        )  # fmt: skip
    return points


def _slot(at: datetime, grain: Cut) -> tuple[int, ...]:
    return (at.weekday(), at.hour) if grain == "hour" else (at.weekday(),)


def _counts_now(watched: Watched, condition: Condition, statistic: Statistic | Ratio) -> bool:
    """Whether the running period can be judged: a level is what it is; a count, or the most of a thing, only grows."""
    grows = isinstance(statistic, Statistic) and not statistic.is_signed and (statistic.adds or statistic.is_extreme)
    return watched.is_level or (grows and isinstance(condition, Threshold) and condition.side == "above")


def _begin(since: datetime, watched: Watched) -> datetime:
    """The start of the period in which `since` lies, so that no first point is half a period."""
    local = since.astimezone(zone_of(watched.timezone)).replace(minute=0, second=0, microsecond=0)
    if watched.grain == "hour":
        return local
    midnight = local.replace(hour=0)
    return midnight - timedelta(days=midnight.weekday()) if watched.grain == "week" else midnight
