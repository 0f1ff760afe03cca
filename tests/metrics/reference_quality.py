"""What the metrics of quality must answer, in plain and slow Python."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.lake.reference import DONE, UNSOLVED, Row, Tables
from tests.metrics.reference_shares import shared
from tests.metrics.reference_work import firsts, standing

PROMPT = {"15m": 900, "1h": 3600, "4h": 4 * 3600, "8h": 8 * 3600, "24h": 24 * 3600}
SHARES = {
    "reopen_rate": ("is_reopened", "reopened"),
    "first_contact_resolution": ("is_resolved", "resolved"),
    "automated_resolution_rate": ("is_automated", "automated"),
    "robot_handover_rate": ("is_handed", "handed"),
    "one_touch_rate": ("is_one_touch", "solved"),
    "two_touch_rate": ("is_two_touch", "solved"),
    "multi_touch_rate": ("is_multi_touch", "solved"),
    "participation_share": ("is_shared", "shared"),
    "csat": ("is_content", "content"),
    "ces": ("is_content", "easy"),
    "csat_response_rate": ("is_rated", "rated"),
}
"""The column that must hold, and what those rows are called."""

COMPLETE_ONLY = (
    "automated_resolution_rate", "robot_handover_rate",
    "reopen_rate", "first_contact_resolution", "one_touch_rate", "two_touch_rate", "multi_touch_rate",
    "participation_share", "replied_within",
)  # fmt: skip
METRICS = (*SHARES, "replied_within", "rating_flips", "nps")


def rows(lake: Tables, metric: str, now: datetime) -> list[Row]:
    match metric:
        case "reopen_rate":
            return [watched(row, 14, reopenings(lake, row), now) for row in firsts(lake)]
        case "first_contact_resolution":
            return [watched(row, 7, contacts(lake, row), now) for row in firsts(lake)]
        case "robot_handover_rate":
            return robots(lake)
        case "automated_resolution_rate":
            found = [watched(row, 3, contacts(lake, row), now) for row in robots(lake)]
            alone = [row["actor_kind"] == "bot" and not row["is_handed"] for row in found]
            return [row | {"is_automated": row["is_resolved"] and is_alone}
                    for row, is_alone in zip(found, alone, strict=True)]  # fmt: skip
        case "participation_share":
            return [row | {"is_shared": len(repliers(lake, row)) > 1} for row in standing(lake)]
        case "csat":
            return answers(lake, "csat", now)
        case "ces":
            return answers(lake, "ces", now)
        case "nps":
            return answers(lake, "nps", now)
        case "csat_response_rate":
            rated = {row["ticket_id"] for row in lake.survey if row["since"] <= now and row["question"] == "csat"}
            return [row | {"is_rated": row["ticket_id"] in rated} for row in firsts(lake) if row["requester_id"]]
        case "rating_flips":
            turned = [row for row in lake.survey if row["before_score"] and row["question"] == "csat"]
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


def answers(lake: Tables, question: str, now: datetime) -> list[Row]:
    """Those to a question that hold."""
    standing = [row for row in lake.survey if row["question"] == question and row["until"] > now]
    return [row | {"dated": row["since"]} for row in standing]


def recommended(rows: Sequence[Row]) -> Row:
    """The net promoter score with its interval."""
    n, scores = len(rows), [row["score"] for row in rows]
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    told: Row = {"nps_promoters": promoters, "nps_detractors": detractors, "nps_n": n}
    if not n:
        return told | dict.fromkeys(("nps", "nps_low", "nps_high"))
    net = (promoters - detractors) / n
    reach = 1.959964 * (((promoters + detractors) / n - net * net) / n) ** 0.5
    return told | {"nps": net, "nps_low": net - reach, "nps_high": net + reach}


def robots(lake: Tables) -> list[Row]:
    """First solves of tickets in which a robot had a hand, and whether a human was needed."""
    found = []
    for row in firsts(lake):
        said = [one for one in lake.message if one["ticket_id"] == row["ticket_id"] and one["visibility"] == "public"]
        said = [one for one in said if one["occurred_at"] <= row["dated"]]
        if row["actor_kind"] == "bot" or any(one["author_kind"] == "bot" for one in said):
            replied = any(one["is_agent_reply"] for one in said)
            found.append(row | {"is_handed": replied or row["actor_kind"] == "agent"})
    return found


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
        told |= shared(f"replied_within_{name}", met, len(ripe))
    return told
