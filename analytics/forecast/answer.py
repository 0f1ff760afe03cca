"""`arrivals()` and `backlog_drain()`: what will come, and when the backlog will be gone, from what the lake holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from analytics import zones
from analytics.forecast.band import QUANTILES
from analytics.forecast.closures import closures
from analytics.forecast.drain import Drain, drain
from analytics.forecast.forecast import LONGEST_HORIZON, Forecast, forecast
from analytics.forecast.series import Periods, Series
from analytics.measure_answer import Readable, ask, measure, reading
from analytics.measure_bound import is_ours
from analytics.measure_names import Where
from analytics.measure_window import Instant, naive
from analytics.zones import Grain
from core import clock
from core.actor import ALL, Scope
from core.errors import Invalid

HISTORY_WEEKS = 52
MOST_DRAIN_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The forecast by period, or the reason why there is none; and what came in the past that it was made from.

    `frame`: period, mean, and `p2_5` … `p97_5` of the 95, 80 and 50 % bands. `history`: period, tickets_created.
    """

    frame: pl.DataFrame
    history: pl.DataFrame
    forecast: Forecast
    position: int
    holidays: Mapping[date, str]
    """The days off that were heeded, past and to come, by their names."""


def arrivals(
    *,
    grain: Literal["hour", "day"] = "day",
    weeks: int = 4,
    where: Where | None = None,
    as_of: Instant | None = None,
    holidays: Mapping[date, str] | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> Arrivals:
    """How many tickets will be created in each hour or day of the weeks after today (METRICS.md 111, 112).

    It begins at the last midnight of `timezone`; tickets that are spam or deleted are none. `holidays` are local dates
    and their names, in the past and to come, on which less or more comes; left out, the days off of the calendars
    that the queues go by.
    """
    if grain not in ("hour", "day") or not 1 <= weeks <= LONGEST_HORIZON:
        raise Invalid(f"Arrivals are forecast by hour or day, 1 to {LONGEST_HORIZON} weeks ahead.")
    today = local_midnight(as_of, timezone)
    answer = ask(
        "tickets_created", grain=grain, since=today - timedelta(weeks=HISTORY_WEEKS), until=today, where=where,
        as_of=as_of, scope=scope, timezone=timezone, lake=lake,
    )  # fmt: skip
    history = answer.frame
    ahead = periods_ahead(today, weeks, Grain(grain), timezone)
    if holidays is None:
        first, last = today.date() - timedelta(weeks=HISTORY_WEEKS), ahead[-1].date()
        holidays = _known(lake, where, scope, first, last)
    known = Periods.of(history["period"].to_list(), hourly=grain == "hour", holidays=holidays)
    found = forecast(
        Series.of(known, history["tickets_created"].to_numpy()),
        Periods.of(ahead, hourly=grain == "hour", holidays=holidays),
    )
    return Arrivals(_frame(found, ahead, timezone), history, found, answer.position, holidays)


def _known(lake: Readable, where: Where | None, scope: Scope, first: date, last: date) -> Mapping[date, str]:
    with reading(lake) as cursor:
        return closures(cursor, where, scope, first, last) if is_ours(cursor) else {}


def backlog_drain(
    *,
    target: float = 0,
    weeks: int = 8,
    where: Where | None = None,
    as_of: Instant | None = None,
    scope: Scope = ALL,
    timezone: str = "UTC",
    lake: Readable,
) -> Drain:
    """How long until the backlog is down to `target`, from its net flow of the last whole weeks."""
    if not 1 <= weeks <= MOST_DRAIN_WEEKS or target < 0:
        raise Invalid(f"Net flow is taken from 1 to {MOST_DRAIN_WEEKS} weeks, and a target is not negative.")
    today = local_midnight(as_of, timezone)
    backlog = measure("backlog", where=where, as_of=as_of, scope=scope, timezone=timezone, lake=lake).item()
    flow = measure(
        "net_flow", grain="day", since=today - timedelta(weeks=weeks), until=today, where=where, as_of=as_of,
        scope=scope, timezone=timezone, lake=lake,
    )  # fmt: skip
    return drain(backlog, target, _by_week(flow["net_flow"].to_list()))


def local_midnight(as_of: Instant | None, timezone: str) -> datetime:
    """The last midnight in `timezone`, without a zone: dates without one are local."""
    zone = zones.zone_of(timezone)
    instant = naive(as_of, zone)
    moment = clock.now() if instant is None else instant.replace(tzinfo=UTC)
    return datetime.combine(moment.astimezone(zone).date(), datetime.min.time())


def periods_ahead(midnight: datetime, weeks: int, grain: Grain, timezone: str) -> list[datetime]:
    """The local starts of all periods in the weeks after a local midnight; days on which clocks change have theirs."""
    zone, days = ZoneInfo(timezone), 7 * weeks
    if grain is Grain.DAY:
        return [(midnight + timedelta(days=day)).replace(tzinfo=zone) for day in range(days)]
    start, stop = (
        edge.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        for edge in (midnight, midnight + timedelta(days=days))
    )
    offsets = zones.offsets(timezone, start.year, stop.year)
    first, last = (zones.number_of(instant, grain, offsets) for instant in (start, stop - timedelta(seconds=1)))
    return [period.start.replace(tzinfo=UTC).astimezone(zone) for period in zones.periods(grain, offsets, first, last)]


def _frame(found: Forecast, ahead: Sequence[datetime], timezone: str) -> pl.DataFrame:
    names = ["mean", *(f"p{share * 100:g}".replace(".", "_") for share in QUANTILES)]
    schema: dict[str, pl.DataType] = {"period": pl.Datetime("us", timezone), **dict.fromkeys(names, pl.Float64())}
    if found.mean is None or found.quantiles is None:
        return pl.DataFrame(schema=schema)
    lines = dict(zip(names, [found.mean, *found.quantiles], strict=True))
    return pl.DataFrame({"period": ahead, **lines}, schema=schema)


def _by_week(by_day: Sequence[float]) -> list[float]:
    """Sums of seven days each, from the newest back."""
    days = list(by_day)[::-1]
    return [sum(days[start : start + 7]) for start in range(0, len(days) - 6, 7)]
