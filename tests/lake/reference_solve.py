"""What a ticket had seen when it was solved, in plain and slow Python."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from tests.lake.reference_hands import DONE, UNSOLVED, Row, seconds_in

SPAN = (
    "ticket_id", "n", "since", "before_category", "queue_id", "agent_id", "state_id", "category", "priority",
    "organisation_id", "channel", "requester_id", "actor_id", "actor_kind", "created_at", "worked_at",
    "agent_reply_count", "solve_count", "reopen_count", "reopened_at",
)  # fmt: skip


class Tables(Protocol):
    """The rows that there are so far."""

    message: list[Row]
    ownership_spell: list[Row]
    agent_activity: list[Row]


def solves_of(intervals: Sequence[Row], known: Tables, opener_kind: str) -> list[Row]:
    """Each solve of a ticket."""
    solves = [row for row in intervals if row["category"] in DONE and row["before_category"] in {None, *UNSOLVED}]
    return [
        {name: solve[name] for name in SPAN}
        | {"created_by_kind": opener_kind, "is_standing": solve is solves[-1] and intervals[-1]["category"] in DONE}
        | until_then(solve, [row for row in intervals if row["n"] < solve["n"]])
        | after(solve, [row for row in intervals if row["n"] >= solve["n"]])
        | hands(solve, known)
        | words(solve, known)
        | shares(solve, [row for row in intervals if row["n"] < solve["n"]])
        for solve in solves
    ]


def until_then(solve: Row, spans: Sequence[Row]) -> Row:
    """The time in the spans before it, and whether the priority was ever raised."""
    return {
        "is_raised": any(now["priority"] > was["priority"] for was, now in pairwise([*spans, solve])),
        "work_seconds": seconds_in(spans, {"NEW", "OPEN"}),
        "pending_seconds": seconds_in(spans, {"PENDING"}),
        "hold_seconds": seconds_in(spans, {"HOLD"}),
        "requester_wait_seconds": seconds_in(spans, {"NEW", "OPEN", "HOLD"}),
        "unassigned_seconds": seconds_in([row for row in spans if row["agent_id"] is None], UNSOLVED),
        "unsolved_seconds": seconds_in(spans, UNSOLVED),
    }


def after(solve: Row, spans: Sequence[Row]) -> Row:
    """When the ticket next asked for something, and when it was reopened; `spans` begin with the solve's own."""
    back = (row["since"] for row in spans if row["awaiting_reply"] or row["category"] in UNSOLVED)
    again = (row["since"] for row in spans if row["category"] in UNSOLVED and row["before_category"] in DONE)
    return {"back_at": next(back, None), "reopened_again_at": next(again, None)}


def hands(solve: Row, known: Tables) -> Row:
    """Through how many hands it went."""
    routed_at = min(solve["since"], solve["created_at"] + timedelta(minutes=1))
    spells = list(of_ticket(known.ownership_spell, solve))
    routed = (row for row in spells if row["side"] == "queue" and row["since"] <= routed_at < row["until"])
    return {
        "touch_count": sum(row["occurred_at"] <= solve["since"] for row in of_ticket(known.agent_activity, solve)),
        "owner_count": sum(row["side"] == "owner" and row["since"] <= solve["since"] for row in spells),
        "routed_queue_id": next((row["holder_id"] for row in routed), None),
    }


def shares(solve: Row, spans: Sequence[Row]) -> Row:
    """Who had it in NEW or OPEN, and for which part of that time; what nobody had is its owner's."""
    worked = [row for row in spans if row["category"] in {"NEW", "OPEN"} and row["agent_id"]]
    held: dict[UUID, int] = {}
    for row in worked:
        if row["since"] < row["until"]:
            us = (row["until"] - row["since"]) // timedelta(microseconds=1)
            held[row["agent_id"]] = held.get(row["agent_id"], 0) + us
    hands = sorted(held)
    if not hands:
        return {"hand_ids": [solve["agent_id"]], "hand_shares": [1.0]}
    return {"hand_ids": hands, "hand_shares": [held[hand] / sum(held.values()) for hand in hands]}


def words(solve: Row, known: Tables) -> Row:
    """Who had said something publicly, how, and after which waits."""
    said = [row for row in of_ticket(known.message, solve) if row["visibility"] == "public"]
    said = [row for row in said if row["occurred_at"] <= solve["since"]]
    waits = []
    for row in said:
        if row["reply_number"] == 1:
            waits.append((row["occurred_at"] - solve["created_at"]) // timedelta(seconds=1))
        elif row["waited_since"] is not None:
            waits.append(row["waited_seconds"])
    return {
        "replier_count": len({row["author_id"] for row in said if row["is_agent_reply"]} - {None}),
        "channel_count": len({row["channel"] for row in said} - {None}),
        "wait_count": len(waits),
        "wait_seconds": sum(waits) if waits else None,
        "longest_wait_seconds": max(waits, default=None),
    }


def of_ticket(rows: Sequence[Row], solve: Row) -> Iterator[Row]:
    """The rows of its ticket, which are the newest."""
    return (row for row in rows if row["ticket_id"] == solve["ticket_id"])
