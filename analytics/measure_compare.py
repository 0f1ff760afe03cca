"""A number beside the one of the period before, or of a year ago.

Periods are moved on the reader's calendar, so that days stay days over a change of clocks. A year ago is the same
month, or for hours, days and weeks the same weekday 52 weeks before: a Monday is compared with a Monday.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from analytics import catalogue
from analytics.fiscal import Fiscal
from analytics.measure_question import Question
from analytics.measure_run import PERIOD
from analytics.zones import Grain, Step, zone_of
from core.errors import Invalid

MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}
WEEKS_OF_A_YEAR = 52
_PLACE = "place"


class Compare(StrEnum):
    """What a number is compared with."""

    PREVIOUS = "previous"
    LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True)
class Back:
    """How far back, on a calendar: whole months, or days."""

    months: int = 0
    days: int = 0

    def of(self, wall: datetime) -> datetime:
        """The time on the wall that much earlier; the 31st becomes the last day of a shorter month."""
        if not self.months:
            return wall - timedelta(days=self.days)
        month = wall.year * 12 + wall.month - 1 - self.months
        first = wall.replace(year=month // 12, month=month % 12 + 1, day=1)
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return first.replace(day=min(wall.day, last.day))


def compared(asking: Question, how: Compare) -> tuple[Question, Back]:
    """The question about the earlier time, and how much earlier that is."""
    window, zone = asking.window, zone_of(asking.timezone)
    if window.since is None:
        raise Invalid("To compare, say since when: a time without a beginning has none before it.")
    since, end = wall(window.since, zone), wall(window.until or window.as_of or window.now, zone)
    back = _a_year(asking.grain) if how is Compare.LAST_YEAR else _as_long(since, end, asking.grain)
    earlier = replace(window, since=_instant(back.of(since), zone), until=_instant(back.of(end), zone))
    return replace(asking, window=earlier), back


def beside(
    now: pl.DataFrame, before: pl.DataFrame, back: Back, grain: Step | None, numbers: Sequence[str]
) -> pl.DataFrame:
    """The rows of both times as one: each number, what it was before, and the difference.

    A slice that only one of them has stands with 0 for sums and null for all else. An hour that did not exist then is
    null.
    """
    keys = [name for name in before.columns if name not in (*numbers, PERIOD)]
    kept = before.rename({name: f"{name}_before" for name in numbers})
    if grain is None:
        if not keys:
            return _differences(pl.concat([now, kept], how="horizontal"), numbers)
        return _differences(
            _filled(now.join(kept, on=keys, how="full", coalesce=True, nulls_equal=True), numbers), numbers
        )
    places = now.select(PERIOD).unique()
    places = places.with_columns(_place(places[PERIOD], back, grain).alias(_PLACE))
    kept = kept.with_columns(_place(kept[PERIOD], Back(), grain).alias(_PLACE)).drop(PERIOD)
    kept = kept.join(places, on=_PLACE, maintain_order="left").drop(_PLACE)
    known = set(kept[PERIOD])
    rows = now.join(kept, on=[PERIOD, *keys], how="full", coalesce=True, nulls_equal=True)
    rows = _filled(rows, numbers, there=pl.col(PERIOD).is_in(list(known)))
    return _differences(rows, numbers)


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """A naive UTC instant as the clock on the wall shows it."""
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _instant(shown: datetime, zone: ZoneInfo) -> datetime:
    return shown.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _a_year(grain: Step | None) -> Back:
    by_weekday = grain in (Grain.HOUR, Grain.DAY) or _is_week(grain)
    return Back(days=7 * WEEKS_OF_A_YEAR) if by_weekday else Back(months=12)


def _months(grain: Step | None) -> int:
    """How many months a step has; 0 if it is no whole months."""
    if isinstance(grain, Fiscal):
        return grain.months
    return MONTHS.get(grain, 0) if grain else 0


def _is_week(grain: Step | None) -> bool:
    return grain is Grain.WEEK or (isinstance(grain, Fiscal) and not grain.months)


def _as_long(since: datetime, end: datetime, grain: Step | None) -> Back:
    """As long as the window, in whole steps of its grain; whole months are as many months."""
    step = _months(grain) or 1
    if isinstance(grain, Fiscal):  # fiscal months begin on a day of their own
        since, end = (shown - timedelta(days=grain.day - 1) for shown in (since, end))
    midnight = since.time() == end.time() == datetime.min.time()
    if _months(grain) or (grain is None and midnight and since.day == end.day == 1 and since < end):
        months = (end.year - since.year) * 12 + end.month - since.month + (end.replace(day=1, hour=0) < end)
        return Back(months=max(-(-months // step) * step, step))
    days = (end.date() - since.date()).days + (end.time() > since.time())
    length = 7 if _is_week(grain) else 1
    return Back(days=max(-(-days // length) * length, length))


def _place(periods: pl.Series, back: Back, grain: Step) -> pl.Series:
    """Where each period stands: by its day or month on the calendar, for hours by the clock on the wall."""

    def place(start: datetime) -> str:
        shown = start.replace(tzinfo=None)
        if grain is Grain.HOUR:
            return f"{back.of(shown).isoformat()} {start.fold}"
        return back.of(shown.replace(hour=0, minute=0)).date().isoformat()

    return pl.Series(_PLACE, [place(start) for start in periods], dtype=pl.String)


def _filled(rows: pl.DataFrame, numbers: Sequence[str], there: pl.Expr | None = None) -> pl.DataFrame:
    sums = [name for name in numbers if catalogue.statistic(name)[1].is_zero_of_nothing]
    earlier = [pl.col(f"{name}_before").fill_null(0) for name in sums]
    if there is not None:
        earlier = [pl.when(there).then(filled).otherwise(None) for filled in earlier]
    return rows.with_columns(*(pl.col(name).fill_null(0) for name in sums), *earlier)


def _differences(rows: pl.DataFrame, numbers: Sequence[str]) -> pl.DataFrame:
    return rows.with_columns((pl.col(name) - pl.col(f"{name}_before")).alias(f"{name}_change") for name in numbers)


def columns_beside(numbers: Sequence[str]) -> list[str]:
    """The columns of an answer with a comparison."""
    return [column for name in numbers for column in (name, f"{name}_before", f"{name}_change")]
