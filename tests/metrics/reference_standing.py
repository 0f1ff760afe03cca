"""What metrics of what stands at an instant must answer, and numbers an hour, in plain and slow Python."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tests.lake.reference import UNSOLVED, Row, Tables
from tests.metrics.reference_work import firsts

SECOND, DAY = timedelta(seconds=1), 86_400
WEEKS = timedelta(days=28)


def standing(lake: Tables, end: datetime) -> list[Row]:
    """Unsolved spans right before an instant."""
    return [row for row in lake.ticket_interval if row["category"] in UNSOLVED and row["since"] < end <= row["until"]]


def aged(row: Row, since: datetime, instant: datetime) -> Row:
    seconds = (instant - since) // SECOND
    return row | {"start": since, "stop": instant, "seconds": seconds, "wall_seconds": seconds}


def unsolved(lake: Tables, end: datetime, instant: datetime) -> list[Row]:
    return [
        aged(row, row["created_at"], instant) | {"back": back, "back_seconds": (instant - back) // SECOND}
        for row in standing(lake, end)
        for back in [row["reopened_at"] or row["created_at"]]
    ]


def waiting(lake: Tables, end: datetime, instant: datetime) -> list[Row]:
    return [
        aged(row, turn["started_at"], instant)
        for row in standing(lake, end)
        if row["awaiting_reply"]
        for turn in lake.turn
        if turn["ticket_id"] == row["ticket_id"] and turn["started_at"] < end
        if (over := turn["answered_at"] or turn["void_at"]) is None or over >= end
    ]


def words(lake: Tables, row: Row, end: datetime, *, ours: bool) -> list[datetime]:
    """When customers wrote publicly, or agents replied."""
    own = [one for one in lake.message if one["ticket_id"] == row["ticket_id"] and one["occurred_at"] < end]
    public = [one for one in own if one["visibility"] == "public"]
    return [
        one["occurred_at"] for one in public if (one["is_agent_reply"] if ours else one["author_kind"] == "end_user")
    ]


def silent(lake: Tables, end: datetime, instant: datetime) -> list[Row]:
    found = []
    for row in standing(lake, end):
        said = words(lake, row, end, ours=True) + words(lake, row, end, ours=False)
        one = aged(row, max(said, default=row["created_at"]), instant)
        found.append(one | {"is_stale": one["seconds"] > 7 * DAY})
    return found


def court(lake: Tables, row: Row, end: datetime) -> str:
    """Whose turn it is."""
    if row["category"] == "HOLD":
        return "third_party"
    if not row["awaiting_reply"] and (row["category"] == "PENDING" or words(lake, row, end, ours=True)):
        return "customer"
    return "owned" if row["agent_id"] else "unassigned"


def cover(lake: Tables, end: datetime, instant: datetime) -> list[Row]:
    solves = [row for row in firsts(lake) if row["dated"] < end and row["dated"] >= instant - WEEKS]
    opened = [row | {"is_open": True} for row in standing(lake, end)]
    return opened + [row | {"is_open": False} for row in solves]


ROWS: dict[str, Callable[[Tables, datetime, datetime], list[Row]]] = {
    "open_age": unsolved,
    "unassigned_age": lambda lake, end, at: [row for row in unsolved(lake, end, at) if not row["agent_id"]],
    "awaiting_reply_age": waiting,
    "silence": silent,
    "ball_in_court": lambda lake, end, _: [row | {"court": court(lake, row, end)} for row in standing(lake, end)],
    "backlog_days": cover,
}
COMPLETE_ONLY = ("open_age", "unassigned_age", "awaiting_reply_age", "silence")
COURTS = ("unassigned", "owned", "customer", "third_party")
AGES = {"1d": (0, 1), "3d": (1, 3), "7d": (3, 7), "14d": (7, 14), "30d": (14, 30), "90d": (30, 90), "over": (90, 10**9)}


def statistics(metric: str, rows: Sequence[Row]) -> Row:
    """The numbers of one cell beside those of a duration."""
    seconds = [row.get("wall_seconds", 0) for row in rows]
    found: Row = {"max": max((row.get("seconds", 0) for row in rows), default=None)}
    match metric:
        case "open_age":
            back = sorted(row["back_seconds"] for row in rows)
            found["back_median"] = middle(back)
            for name, (first, last) in AGES.items():
                found[name] = sum(first * DAY <= one < last * DAY for one in seconds)
        case "awaiting_reply_age":
            found |= {"1h": sum(one > 3600 for one in seconds), "1d": sum(one > DAY for one in seconds)}
        case "silence":
            stale = sum(row["is_stale"] for row in rows)
            found |= {"stale": stale, "stale_share": stale / len(rows) if rows else None}
        case "ball_in_court":
            found = {"": len(rows)} | {name: sum(row["court"] == name for row in rows) for name in COURTS}
        case "backlog_days":
            unsolved_count = sum(row["is_open"] for row in rows)
            solves = len(rows) - unsolved_count
            found = {"": unsolved_count / solves * 28 if solves else None, "open": unsolved_count, "solves": solves}
    return {f"{metric}_{name}" if name else metric: value for name, value in found.items()}


def middle(ordered: Sequence[int]) -> float | None:
    """The median."""
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2 if ordered else None


HOURLY = {"arrival_rate": "n", "mean_backlog": "hours"}
"""Numbers an hour that has passed, and what they divide."""


def hourly(metric: str, number: float, hours: float) -> Row:
    return {metric: number / hours if hours > 0 else None, f"{metric}_{HOURLY[metric]}": number}
