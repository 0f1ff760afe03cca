"""What the metrics of work, waits and hands must answer, in plain and slow Python."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from tests.lake.reference import DONE, UNSOLVED, Row, Tables

SECOND = timedelta(seconds=1)
WORK = ("NEW", "OPEN")


def lasted(row: Row, since: str, until: str) -> Row:
    ends = {"start": row[since], "stop": row[until], "dated": row[until]}
    return row | ends | {"seconds": (row[until] - row[since]) // SECOND}


def solves(lake: Tables) -> list[Row]:
    return [
        row | {"dated": row["since"]}
        for row in lake.ticket_interval
        if row["category"] in DONE and row["before_category"] in {None, *UNSOLVED}
    ]


def firsts(lake: Tables) -> list[Row]:
    """The first solve of each ticket."""
    return list({row["ticket_id"]: row for row in reversed(solves(lake))}.values())


def standing(lake: Tables) -> list[Row]:
    """The solve of each ticket that stands, with the spans of the ticket until then."""
    done = {row["ticket_id"] for row in lake.ticket if row["category"] in DONE}
    last = {row["ticket_id"]: row for row in solves(lake) if row["ticket_id"] in done}
    return list(last.values())


def before(solve: Row, spans: Sequence[Row]) -> list[Row]:
    """The ticket's spans before a solve."""
    return [row for row in spans if row["ticket_id"] == solve["ticket_id"] and row["n"] < solve["n"]]


def waits(keep: Callable[[Row], bool]) -> Callable[[Tables], list[Row]]:
    def rows(lake: Tables) -> list[Row]:
        return [
            solve | {"seconds": total(row for row in before(solve, lake.ticket_interval) if keep(row)) // SECOND}
            for solve in standing(lake)
        ]

    return rows


def total(spans: Iterator[Row] | Sequence[Row]) -> timedelta:
    return sum((row["until"] - row["since"] for row in spans), timedelta())


def counts(table: str, dated: str, keep: Callable[[Row], bool]) -> Callable[[Tables], list[Row]]:
    """Standing solves with how many rows their tickets have until then."""

    def rows(lake: Tables) -> list[Row]:
        kept = [row for row in getattr(lake, table) if keep(row)]
        return [
            solve
            | {"amount": sum(row["ticket_id"] == solve["ticket_id"] and row[dated] <= solve["dated"] for row in kept)}
            for solve in standing(lake)
        ]

    return rows


def shared(lake: Tables) -> list[Row]:
    """Solves divided among those who held the ticket before."""
    rows = []
    for solve in solves(lake):
        held: dict[object, timedelta] = {}
        for span in before(solve, lake.ticket_interval):
            if span["agent_id"] and span["category"] in WORK:
                held[span["agent_id"]] = held.get(span["agent_id"], timedelta()) + (span["until"] - span["since"])
        whole = sum(held.values(), timedelta())
        parts = {hand: of / whole for hand, of in held.items() if of} if whole else {solve["agent_id"]: 1.0}
        rows += [solve | {"agent_id": hand, "share": part} for hand, part in parts.items()]
    return rows


def transfers(lake: Tables) -> list[Row]:
    return [
        row | {"dated": row["since"]}
        for row in lake.ownership_spell
        if row["side"] == "queue" and row["n"] > 1 and row["since"] - row["created_at"] > timedelta(minutes=1)
    ]


def messages(lake: Tables, keep: str, agent: str) -> list[Row]:
    return [row | {"dated": row["occurred_at"], "agent_id": row[agent]} for row in lake.message if row[keep]]


def owners(lake: Tables) -> list[Row]:
    return [row for row in lake.ownership_spell if row["side"] == "owner"]


def is_answer(row: Row) -> bool:
    return row["reply_number"] > 1 and row["waited_since"] is not None


ROWS: dict[str, Callable[[Tables], list[Row]]] = {
    "inbound_contacts": lambda lake: messages(lake, "is_contact", "owner_id"),
    "public_replies": lambda lake: messages(lake, "is_agent_reply", "author_id"),
    "macro_reliance": lambda lake: [
        row | {"is_prepared": row["made_from"] != "hand"}
        for row in messages(lake, "is_agent_reply", "author_id")
        if row["made_from"]
    ],
    "next_reply_time": lambda lake: [
        lasted(row, "waited_since", "dated") for row in messages(lake, "is_agent_reply", "author_id") if is_answer(row)
    ],
    "first_solves": firsts,
    "first_resolution_time": lambda lake: [lasted(row, "created_at", "since") for row in firsts(lake)],
    "cycle_time": lambda lake: [lasted(row, "worked_at", "since") for row in firsts(lake) if row["worked_at"]],
    "reopen_to_resolve": lambda lake: [
        lasted(row, "reopened_at", "since") for row in solves(lake) if row["reopened_at"]
    ],
    "agent_work_time": waits(lambda row: row["category"] in WORK),
    "agent_wait_time": waits(lambda row: row["category"] == "PENDING"),
    "hold_time": waits(lambda row: row["category"] == "HOLD"),
    "requester_wait_time": waits(lambda row: row["category"] in (*WORK, "HOLD")),
    "unassigned_time": waits(lambda row: row["category"] in UNSOLVED and row["agent_id"] is None),
    "replies_to_resolution": lambda lake: [row | {"amount": row["agent_reply_count"]} for row in standing(lake)],
    "touches_per_solve": counts("agent_activity", "occurred_at", lambda row: True),
    "assignee_stations": counts("ownership_spell", "since", lambda row: row["side"] == "owner"),
    "first_assignment_time": lambda lake: [lasted(row, "created_at", "since") for row in owners(lake) if row["n"] == 1],
    "assigned_to_first_reply": lambda lake: [
        lasted(row, "since", "replied_at") for row in owners(lake) if row["replied_at"]
    ],
    "tickets_touched": lambda lake: [
        row | {"dated": row["occurred_at"]} for row in lake.agent_activity if not row["is_bulk"]
    ],
    "solves_credited": lambda lake: [row | {"agent_id": row["actor_id"]} for row in solves(lake)],
    "solves_shared": shared,
    "transfers": transfers,
    "ping_pong": lambda lake: [row for row in transfers(lake) if row["is_return"]],
}
DURATIONS = (
    "first_human_reply_time",
    "next_reply_time", "first_resolution_time", "cycle_time", "reopen_to_resolve", "agent_work_time", "agent_wait_time",
    "hold_time", "requester_wait_time", "unassigned_time", "first_assignment_time", "assigned_to_first_reply",
)  # fmt: skip
AMOUNTS = ("replies_to_resolution", "touches_per_solve", "assignee_stations")
COMPLETE_ONLY = (*DURATIONS, *AMOUNTS)
KEEP: dict[str, Callable[[Row], bool]] = {
    "wip": lambda row: row["category"] in ("OPEN", "PENDING", "HOLD") and row["agent_id"] is not None,
    "unassigned_backlog": lambda row: row["category"] in UNSOLVED and row["agent_id"] is None,
    "cumulative_flow": lambda row: row["category"] != "MERGED",
    "possession_hours": lambda row: row["category"] in WORK and row["agent_id"] is not None,
}


def distinct(metric: str, rows: Sequence[Row]) -> Row | None:
    """The numbers of metrics that count tickets once."""
    tickets = len({row["ticket_id"] for row in rows})
    match metric:
        case "tickets_touched":
            return {metric: tickets, f"{metric}_touches": len(rows)}
        case "transfers":
            return {metric: len(rows), f"{metric}_tickets": tickets}
        case "solves_shared":
            return {metric: sum(row["share"] for row in rows)}
    return None
