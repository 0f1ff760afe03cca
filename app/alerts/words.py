"""What an alert says, in a sentence."""

from zoneinfo import ZoneInfo

from analytics import catalogue
from analytics.alerting.condition import Anomaly, Burn, Condition, Freshness, Threshold
from analytics.alerting.judge import Verdict
from analytics.metric import Census, Level, Unit
from core.durations import spoken

PERIODS = {"hour": "an hour", "day": "a day", "week": "a week"}
SEASONS = {"hour": "hour of the week", "day": "day of the week"}


def number(value: float | None, unit: Unit) -> str:
    """A number in its unit: `12`, `45 %`, `2 h 5 min`."""
    if value is None:
        return "nothing"
    if unit is Unit.SECONDS:
        return spoken(round(value))
    if unit is Unit.SHARE:
        return f"{value * 100:.1f} %"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def seen_words(condition: Condition, column: str, value: float | None) -> str:
    """What a look saw, in the unit of what it looked at."""
    match condition:
        case Burn():
            return "–" if value is None else f"{value:.1f} × budget"
        case Freshness():
            return "out of reach" if value is None else f"{spoken(round(value))} old"
        case Threshold() | Anomaly():
            return "–" if value is None else number(value, catalogue.statistic(column)[1].unit)


def condition_words(condition: Condition, column: str, grain: str) -> str:
    """`above 100 in an hour`."""
    metric, statistic = catalogue.statistic(column)
    match condition:
        case Threshold():
            when = "" if isinstance(metric.source, Level | Census) else f" in {PERIODS[grain]}"
            return f"{condition.side} {number(condition.limit, statistic.unit)}{when}"
        case Burn():
            many = f"{condition.points} {grain}s" if condition.points > 1 else f"one {grain}"
            budget = f"{(1 - condition.objective) * 100:.3g} % budget"
            return f"burns its {budget} {condition.factor:g} times too fast over {many}"
        case Anomaly():
            side = "unusual" if condition.side == "either" else f"unusually {_HIGH[condition.side]}"
            return f"{side} for its {SEASONS[grain]} ({condition.seasons} weeks)"
        case Freshness():
            return f"older than {spoken(condition.seconds)}"


def verdict_words(condition: Condition, column: str, grain: str, verdict: Verdict, zone: ZoneInfo) -> str:
    """`Queue depth is 120, above 100 (hour from 14:00).`"""
    title, unit = title_of(column), catalogue.statistic(column)[1].unit
    if isinstance(condition, Freshness):
        age = "cannot be reached" if verdict.value is None else f"are {spoken(round(verdict.value))} old"
        return f"The numbers {age}; {title} among them."
    unit = Unit.RATE if isinstance(condition, Burn) else unit
    said = number(verdict.value, unit) + (" times the budget" if isinstance(condition, Burn) else "")
    return f"{title} is {said}{_against(verdict, unit)} ({_period(verdict, grain, zone)})."


def blind_words(condition: Condition, grain: str, never: tuple[int, int], judged: int) -> list[str]:
    """`Zero is within the usual in 300 of 672 hours: …`; `never` low, and never high, of the points judged."""
    if not isinstance(condition, Anomaly) or not judged:
        return []
    sides = [("above", "Zero", "low", never[0]), ("below", "100 %", "high", never[1])]
    return [
        f"{end} is within the usual {_of_all(times, judged, grain)}: nothing can be unusually {side} then."
        for other, end, side, times in sides
        if times and condition.side != other
    ]


def _of_all(times: int, judged: int, grain: str) -> str:
    return f"in every {grain}" if times == judged else f"in {times:,} of {judged:,} {grain}s"


def title_of(column: str) -> str:
    """`First reply time, nine in ten within`."""
    metric, statistic = catalogue.statistic(column)
    return metric.title if column == metric.name else f"{metric.title}, {statistic.title.lower()}"


_HIGH = {"above": "high", "below": "low"}


def _against(verdict: Verdict, unit: Unit) -> str:
    value, low, high = verdict.value, verdict.low, verdict.high
    if value is None:
        return ""
    if high is not None and value > high:
        return f", above {number(high, unit)}"
    if low is not None and value < low:
        return f", below {number(low, unit)}"
    limits = [number(limit, unit) for limit in (low, high) if limit is not None]
    return f"; the limit is {' to '.join(limits)}" if limits else ""


def _period(verdict: Verdict, grain: str, zone: ZoneInfo) -> str:
    at = verdict.at.astimezone(zone)
    day = f"{at:%a} {at.day} {at:%b}"
    return (
        f"the hour from {at:%H:%M} on {day}" if grain == "hour" else f"{'week from ' if grain == 'week' else ''}{day}"
    )
