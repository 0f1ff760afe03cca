"""Every metric by name: what the reference, the API, pages and notebooks list."""

from collections.abc import Sequence
from difflib import get_close_matches

from analytics.analyses import ANALYSES
from analytics.metric import Metric, Ratio, Statistic
from analytics.metrics import (
    ages,
    backlog,
    course,
    hands,
    pauses,
    quality,
    resolution,
    response,
    sla,
    status,
    surveys,
    trust,
    volume,
    worktime,
)
from core.errors import NotFound

FAMILIES = (
    volume, backlog, ages, response, resolution, status, hands, worktime, quality, surveys, course, sla, pauses, trust,
)  # fmt: skip

METRICS: dict[str, Metric] = {
    metric.name: metric for family in FAMILIES for metric in vars(family).values() if isinstance(metric, Metric)
}
"""All metrics by name, in the order in which the families declare them."""

COLUMNS: dict[str, tuple[Metric, str]] = {
    metric.column(suffix): (metric, suffix) for metric in METRICS.values() for suffix in metric.statistics
}
"""Every single number by its public name, such as `first_reply_time_p90`: the metric and the statistic's suffix."""


class UnknownMetric(NotFound):
    """No metric has this name."""

    code = "unknown_metric"

    def __init__(self, name: str) -> None:
        names = [*METRICS, *COLUMNS]
        words = sorted(name.lower().split("_"))
        turned = [each for each in names if sorted(each.split("_")) == words]
        near = list(dict.fromkeys([*turned, *get_close_matches(name.lower(), names, n=3)]))
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(METRICS)}."
        hint = next((f"It is an analysis: {of.path}." for of in ANALYSES if of.name == name), hint)
        super().__init__(f"There is no metric called {name!r}. {hint}", metric=name, near=near)


def find(name: str) -> Metric:
    """The metric called `name`, or that has a statistic called so. Raises `UnknownMetric` with the nearest names."""
    if name in METRICS:
        return METRICS[name]
    if name in COLUMNS:
        return COLUMNS[name][0]
    raise UnknownMetric(name)


def columns_of(name: str, basis: str | None = None, splits: Sequence[str] = ()) -> tuple[str, ...]:
    """What a name answers with: one statistic, or a metric's default columns.

    What a metric brings along from another stays away where that one cannot be counted in the hours asked for, or not
    by these `splits`.
    """
    if name in COLUMNS and name not in METRICS:
        return (name,)
    metric = find(name)
    others = {column: COLUMNS[column][0] for column in metric.default_columns}

    def answers(of: Metric) -> bool:
        return (basis is None or basis in of.bases) and all(name in of.splits for name in splits)

    return tuple(column for column, of in others.items() if of is metric or answers(of))


def statistic(column: str) -> tuple[Metric, Statistic | Ratio]:
    """The metric and the statistic behind one column of an answer."""
    metric, suffix = COLUMNS[column]
    return metric, metric.statistics[suffix]


def columns_for(
    metrics: str | Metric | Sequence[str | Metric], basis: str | None = None, splits: Sequence[str] = ()
) -> tuple[str, ...]:
    """The columns that a question for several metrics answers with, each once, in the order asked for."""
    asked = [metrics] if isinstance(metrics, str | Metric) else metrics
    names = [metric if isinstance(metric, str) else metric.name for metric in asked]
    return tuple(dict.fromkeys(column for name in names for column in columns_of(name, basis, splits)))
