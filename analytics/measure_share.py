"""What each ticket adds to a number: shares that sum to it exactly.

Counts and sums are made of tickets as they are; who has several tickets is divided among them. A mean and a ratio are
made of what each ticket brings to the top, over all that is below. A percentile is nobody's sum: its tickets share the
count that it rests on, and the bounds of a share those of the share itself.
"""

from dataclasses import replace

import polars as pl

from analytics import catalogue, measure_query
from analytics.measure_question import Question
from analytics.measure_ratio import counted_for
from analytics.metric import Census, Flow, Level, Metric, Ratio, Statistic

TICKET, SHARE = "ticket_id", "share"


def divisible(column: str) -> str:
    """The number that tickets share where they cannot share `column` itself."""
    metric, statistic = catalogue.statistic(column)
    if isinstance(statistic, Ratio) and statistic.is_hourly:
        return metric.column(statistic.of[0])
    if (statistic.is_percentile or _is_extreme(statistic)) and metric.n:
        return metric.n
    if isinstance(statistic, Ratio) and not statistic.is_proportional:
        ratios = {name: of for name, of in metric.columns.items() if isinstance(of, Ratio)}
        return next(name for name, of in ratios.items() if of.of == statistic.of and of.is_proportional)
    return column


def _is_extreme(statistic: Statistic | Ratio) -> bool:
    return isinstance(statistic, Statistic) and statistic.is_extreme


def shares(asking: Question, metric: Metric, column: str, ticket_id: str | None = None) -> pl.DataFrame:
    """`ticket_id` and `share` of a divisible number, of all tickets behind it or of one."""
    _, statistic = catalogue.statistic(column)
    parts = _parts(column)
    cells = _cells(asking, metric, parts)
    whole = {name: float(cells[name].sum() or 0) for name in parts} if not isinstance(statistic, Ratio) else {}
    if isinstance(statistic, Ratio):
        top, below = (metric.column(suffix) for suffix in statistic.of)
        share = statistic.value(pl.col(top).cast(pl.Float64), pl.lit(float(cells[below].sum() or 0)))
    elif statistic.is_zero_of_nothing:
        share = pl.col(column)
    else:
        n = metric.column("n")
        share = pl.col(column).fill_null(0) * pl.col(n) / pl.lit(whole[n])
    found = cells.select(TICKET, share.alias(SHARE))
    return found.filter(pl.col(TICKET) == ticket_id) if ticket_id else found


def _is_of_people(statistic: Statistic | Ratio) -> bool:
    """Whether it counts different things that have several tickets."""
    return isinstance(statistic, Statistic) and statistic.different not in ("", TICKET)


def _parts(column: str) -> tuple[str, ...]:
    """What must be counted for each ticket: a mean is weighed by how many rows the ticket has."""
    metric, statistic = catalogue.statistic(column)
    is_mean = not isinstance(statistic, Ratio) and not statistic.is_zero_of_nothing
    return tuple(dict.fromkeys([*counted_for([column]), *([metric.column("n")] if is_mean else [])]))


def _cells(asking: Question, metric: Metric, parts: tuple[str, ...]) -> pl.DataFrame:
    """The parts, ticket by ticket."""
    shape = replace(asking.shape(metric, parts), is_by_ticket=True)
    if isinstance(metric.source, Flow):
        is_divided = any(_is_of_people(catalogue.statistic(part)[1]) for part in parts)
        query = measure_query.divided(shape) if is_divided else measure_query.flow(shape)
        return asking.run(query, shape.wall)
    if isinstance(metric.source, Census):
        return asking.run(measure_query.census(shape), shape.wall)
    if isinstance(metric.source, Level):
        return asking.run(measure_query.standing(shape), shape.wall)
    return asking.run(measure_query.spent(shape), shape.wall, end=asking.window.time_end)
