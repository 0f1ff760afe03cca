"""What every metric must answer, in plain and slow Python over the plain and slow tables of tests/lake/reference.py."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from core.actor import ALL, Scope
from core.ledger import Envelope
from tests.lake.reference import DONE, UNSOLVED, Row, Tables, tables

COLUMN = {
    "queue": "queue_id", "state": "state_id", "category": "category", "priority": "priority", "agent": "agent_id",
    "organisation": "organisation_id", "channel": "channel",
}  # fmt: skip
DURATIONS = ("first_reply_time", "full_resolution_time", "status_time")
COMPLETE_ONLY = (*DURATIONS, "status_time_hours")
TICK = timedelta(microseconds=1)
Cell = tuple[Any, ...]
"""The start of the period (None in a total), then the values of the slice."""


@dataclass(frozen=True)
class Asked:
    """A question; instants are naive UTC, `where` holds ids."""

    metric: str
    by: tuple[str, ...] = ()
    grain: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    where: dict[str, list[Any]] = field(default_factory=dict)
    scope: Scope = ALL
    timezone: str = "UTC"
    now: datetime = datetime(2026, 12, 1)  # noqa: DTZ001 — naive UTC, as all instants here


def known(events: Sequence[Envelope], asked: Asked) -> Tables:
    """What was true at `as_of`, of the tickets that count and that the asker may see today."""
    today = {row["ticket_id"]: row for row in tables(events).ticket}
    then = tables(e for e in events if asked.as_of is None or naive(e.occurred_at) <= asked.as_of)
    counted = {row["ticket_id"] for row in then.ticket if counts(row, today[row["ticket_id"]], asked)}
    kept = ([row for row in rows if row["ticket_id"] in counted] for rows in vars(then).values())
    return Tables(*kept)


def counts(row: Row, today: Row, asked: Asked) -> bool:
    visible = asked.scope.covers(SimpleNamespace(**today))
    complete = row["history_complete"] or asked.metric not in COMPLETE_ONLY
    return visible and complete and row["category"] not in ("SPAM", "DELETED")


def happening(lake: Tables, metric: str) -> list[Row]:
    """The rows that a metric counts, each with `dated`."""
    spans = lake.ticket_interval
    match metric:
        case "tickets_created":
            return [row | {"dated": row["since"]} for row in spans if row["before_category"] is None]
        case "solve_events":
            return [row | {"dated": row["since"]} for row in spans if is_solve(row)]
        case "reopen_events":
            return [
                row | {"dated": row["since"]}
                for row in spans
                if row["category"] in UNSOLVED and row["before_category"] in DONE
            ]
        case "net_flow":
            return [row | {"dated": row["occurred_at"]} for row in lake.queue_delta if row["category"] in UNSOLVED]
        case "first_reply_time":
            return [moment(row, "first_reply", "first_replied_at") for row in lake.ticket if row["first_replied_at"]]
        case "tickets_solved" | "full_resolution_time":
            return [moment(row, "last_solved", "last_solved_at") for row in lake.ticket if row["last_solved_at"]]
        case "status_time":
            return [
                row | {"dated": row["until"], "seconds": (row["until"] - row["visit_since"]) // timedelta(seconds=1)}
                for row in spans
                if row["is_visit_end"] and row["category"] in UNSOLVED and row["until"] > row["visit_since"]
            ]
    raise AssertionError(metric)


def is_solve(row: Row) -> bool:
    return row["category"] in DONE and row["before_category"] in {None, *UNSOLVED}


def moment(row: Row, prefix: str, dated: str) -> Row:
    """The ticket's values at its first reply or standing solve."""
    changing = ("queue_id", "state_id", "category", "priority", "agent_id")
    seconds = (row[dated] - row["created_at"]) // timedelta(seconds=1)
    return row | {"dated": row[dated], "seconds": seconds} | {name: row[f"{prefix}_{name}"] for name in changing}


KEEP: dict[str, Callable[[Row], bool]] = {
    "backlog": lambda row: row["category"] in UNSOLVED,
    "queue_depth": lambda row: row["category"] in ("NEW", "OPEN") and row["awaiting_reply"],
    "status_time_hours": lambda row: row["category"] in UNSOLVED,
}


def answer(events: Sequence[Envelope], asked: Asked) -> dict[Cell, Row]:
    """Every cell that has rows, with the statistics of the metric."""
    lake, cells = known(events, asked), {}
    for period, start, end in spans_of(lake, asked):
        for values, found in split(rows_in(lake, asked, start, end), asked).items():
            cells[(period, *values)] = statistics(asked.metric, found)
    return cells


def spans_of(lake: Tables, asked: Asked) -> Iterator[tuple[datetime | None, datetime, datetime]]:
    """The periods of the question, each with the part of it that lies in the window; a total has one."""
    end = min(x for x in (asked.until, asked.as_of and asked.as_of + TICK, datetime.max) if x)  # noqa: DTZ901
    since = asked.since or datetime.min  # noqa: DTZ901
    if asked.grain is None:
        yield None, since, end
        return
    for period in periods(lake, asked):
        stop = following(period, asked)
        yield period, max(period, since), min(stop, end)


def periods(lake: Tables, asked: Asked) -> list[datetime]:
    """The starts of all periods of a series (naive UTC)."""
    oldest = min((row["created_at"] for row in lake.ticket), default=None)
    newest = max((row["last_event_at"] for row in lake.ticket), default=None)
    first = asked.since or oldest
    given = [x for x in (asked.until and asked.until - TICK, asked.as_of) if x]
    last = min(given) if given else asked.now if asked.metric == "status_time_hours" else newest
    if first is None or last is None or (last := min(last, asked.as_of or asked.now)) < first:
        return []
    starts = [start_of(first, asked)]
    while (after := following(starts[-1], asked)) <= last:
        starts.append(after)
    return starts


def start_of(instant: datetime, asked: Asked) -> datetime:
    """The start of the period that an instant falls in, by the calendar on the reader's wall."""
    local = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(asked.timezone))
    day = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo)
    match asked.grain:
        case "hour":
            start = instant - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            while offset(start, asked) != local.utcoffset():  # clocks moved within the hour: it begins there
                start += timedelta(minutes=1)
            return start
        case "week":
            day -= timedelta(days=day.weekday())
        case "month":
            day = day.replace(day=1)
        case "quarter":
            day = day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
        case "year":
            day = day.replace(day=1, month=1)
    return naive(day)


def offset(instant: datetime, asked: Asked) -> timedelta | None:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(asked.timezone)).utcoffset()


def following(period: datetime, asked: Asked) -> datetime:
    """The start of the next period: walk on until the calendar shows another one."""
    step = timedelta(hours=1) if asked.grain in ("hour", "day") else timedelta(hours=23)
    instant = period
    while start_of(instant, asked) == period:
        instant += step
    return start_of(instant, asked)


def rows_in(lake: Tables, asked: Asked, start: datetime, end: datetime) -> list[Row]:
    """The rows of one period."""
    metric = asked.metric
    if metric in ("backlog", "queue_depth"):
        return [row for row in lake.ticket_interval if KEEP[metric](row) and row["since"] < end <= row["until"]]
    if metric == "status_time_hours":
        cut = min(end, asked.until or end, asked.as_of or asked.now)
        return [row for row in pieces(lake.ticket_interval, start, cut) if KEEP[metric](row)]
    return [row for row in happening(lake, metric) if start <= row["dated"] < end]


def pieces(spans: Sequence[Row], start: datetime, end: datetime) -> Iterator[Row]:
    """Spans cut to the period, with their whole seconds."""
    for row in spans:
        since, until = max(row["since"], start), min(row["until"], end)
        if row["since"] < end and row["until"] > start and row["since"] < row["until"]:
            yield row | {"seconds": whole(until) - whole(since)}


def whole(instant: datetime) -> int:
    return (instant - datetime(1900, 1, 1)) // timedelta(seconds=1)  # noqa: DTZ001


def split(rows: Sequence[Row], asked: Asked) -> dict[Cell, list[Row]]:
    """Rows by slice; only those that the filter lets through."""
    found: dict[Cell, list[Row]] = {() if not asked.by else (None,): []} if not asked.by else {}
    for row in rows:
        if all(row[COLUMN[name]] in values for name, values in asked.where.items()):
            found.setdefault(tuple(row[COLUMN[name]] for name in asked.by), []).append(row)
    return found


def statistics(metric: str, rows: Sequence[Row]) -> Row:
    """The numbers of one cell."""
    if metric in DURATIONS:
        seconds = sorted(row["seconds"] for row in rows)
        mean = sum(seconds) / len(seconds) if seconds else None
        of = {"median": quantile(seconds, 0.5), "p90": quantile(seconds, 0.9), "n": len(seconds), "mean": mean}
        return {f"{metric}_{name}": value for name, value in of.items()}
    if metric == "status_time_hours":
        return {metric: sum(row["seconds"] for row in rows) / 3600}
    return {metric: sum(row["delta"] for row in rows) if metric == "net_flow" else len(rows)}


def quantile(ordered: Sequence[int], q: float) -> float | None:
    """Between the two nearest, in proportion."""
    if not ordered:
        return None
    place = q * (len(ordered) - 1)
    low = ordered[int(place)]
    high = ordered[min(int(place) + 1, len(ordered) - 1)]
    return low + (high - low) * (place - int(place))


def naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def as_text(value: UUID | str | int | None) -> str | int | None:
    """A value of a slice as answers spell it."""
    return str(value) if isinstance(value, UUID) else value
