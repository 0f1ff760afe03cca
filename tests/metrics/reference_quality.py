"""What the metrics of quality must answer, in plain and slow Python."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.lake.reference import DONE, UNSOLVED, Row, Tables
from tests.metrics.reference_work import firsts, standing

PROMPT = {"15m": 900, "1h": 3600, "4h": 4 * 3600, "8h": 8 * 3600, "24h": 24 * 3600}
SHARES = {
    "reopen_rate": ("is_reopened", "reopened"),
    "first_contact_resolution": ("is_resolved", "resolved"),
    "one_touch_rate": ("is_one_touch", "solved"),
    "two_touch_rate": ("is_two_touch", "solved"),
    "multi_touch_rate": ("is_multi_touch", "solved"),
    "participation_share": ("is_shared", "shared"),
    "csat": ("is_content", "content"),
    "csat_response_rate": ("is_rated", "rated"),
}
"""The column that must hold, and what those rows are called."""

COMPLETE_ONLY = (
    "reopen_rate", "first_contact_resolution", "one_touch_rate", "two_touch_rate", "multi_touch_rate",
    "participation_share", "replied_within",
)  # fmt: skip
METRICS = (*SHARES, "replied_within", "rating_flips")


def rows(lake: Tables, metric: str, now: datetime) -> list[Row]:
    match metric:
        case "reopen_rate":
            return [watched(row, 14, reopenings(lake, row), now) for row in firsts(lake)]
        case "first_contact_resolution":
            return [watched(row, 7, contacts(lake, row), now) for row in firsts(lake)]
        case "participation_share":
            return [row | {"is_shared": len(repliers(lake, row)) > 1} for row in standing(lake)]
        case "csat":
            return [row | {"dated": row["since"]} for row in lake.survey if row["until"] > now]
        case "csat_response_rate":
            rated = {row["ticket_id"] for row in lake.survey if row["since"] <= now}
            return [row | {"is_rated": row["ticket_id"] in rated} for row in firsts(lake) if row["requester_id"]]
        case "rating_flips":
            turned = [row for row in lake.survey if row["before_score"]]
            turned = [row for row in turned if (row["before_score"] > 3) != row["is_content"]]
            return [row | {"dated": row["since"], "is_lost": not row["is_content"]} for row in turned]
        case "replied_within":
            replies = {row["ticket_id"]: row["first_reply_seconds"] for row in lake.ticket}
            return [
                row | {"dated": row["since"], "reply": replies[row["ticket_id"]], "age": now - row["since"]}
                for row in lake.ticket_interval
                if row["before_category"] is None
            ]
    opened = {row["ticket_id"]: row["created_by_kind"] for row in lake.ticket}
    solved = [row for row in standing(lake) if opened[row["ticket_id"]] == "end_user" and row["actor_kind"] != "bot"]
    return [row | touches(row["agent_reply_count"], row["reopen_count"]) for row in solved]


def touches(replies: int, reopens: int) -> Row:
    one = replies == 1 and reopens == 0
    return {"is_one_touch": one, "is_two_touch": replies == 2, "is_multi_touch": replies > 2}


def watched(solve: Row, days: int, again: Sequence[datetime], now: datetime) -> Row:
    until = solve["dated"] + timedelta(days=days)
    is_over, is_again = until <= now, any(instant <= until for instant in again)
    return solve | {
        "agent_id": solve["actor_id"] if days == 14 else solve["agent_id"],
        "is_over": is_over, "is_reopened": is_over and is_again, "is_resolved": is_over and not is_again,
    }  # fmt: skip


def later(lake: Tables, solve: Row) -> list[Row]:
    return [row for row in lake.ticket_interval if row["ticket_id"] == solve["ticket_id"] and row["n"] >= solve["n"]]


def reopenings(lake: Tables, solve: Row) -> list[datetime]:
    spans = later(lake, solve)
    return [row["since"] for row in spans if row["category"] in UNSOLVED and row["before_category"] in DONE]


def contacts(lake: Tables, solve: Row) -> list[datetime]:
    own = [row["since"] for row in later(lake, solve) if row["awaiting_reply"] or row["category"] in UNSOLVED]
    others = [
        row["since"]
        for row in lake.ticket_interval
        if row["before_category"] is None and row["since"] > solve["dated"]
        if row["requester_id"] and row["requester_id"] == solve["requester_id"] and row["queue_id"] == solve["queue_id"]
    ]
    return own + others


def repliers(lake: Tables, solve: Row) -> set[object]:
    return {
        row["author_id"]
        for row in lake.message
        if row["ticket_id"] == solve["ticket_id"] and row["is_agent_reply"] and row["occurred_at"] <= solve["dated"]
    }


def prompt(found: Sequence[Row]) -> Row:
    """The shares of those that were answered in time, of those that can be judged."""
    told: Row = {"replied_within_n": len(found)}
    for name, seconds in PROMPT.items():
        ripe = [row for row in found if row["reply"] is not None or row["age"] >= timedelta(seconds=seconds)]
        met = sum(row["reply"] is not None and row["reply"] <= seconds for row in ripe)
        told |= {f"replied_within_{name}_met": met, f"replied_within_{name}_of": len(ripe)}
        told[f"replied_within_{name}"] = met / len(ripe) if ripe else None
    return told
