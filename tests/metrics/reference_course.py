"""What the metrics of a ticket's course must answer, in plain and slow Python."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from tests.lake.reference import UNSOLVED, Row, Tables
from tests.metrics.reference_shares import shared
from tests.metrics.reference_standing import middle
from tests.metrics.reference_work import SECOND, WORK, before, firsts, standing, total

MINUTE, MONTH = timedelta(minutes=1), timedelta(days=30)


def of_ticket(rows: Sequence[Row], row: Row) -> list[Row]:
    return [one for one in rows if one["ticket_id"] == row["ticket_id"]]


def efficiency(lake: Tables) -> Iterator[Row]:
    for solve in standing(lake):
        spans = before(solve, lake.ticket_interval)
        ours = total([row for row in spans if row["category"] in WORK])
        whole = total([row for row in spans if row["category"] in UNSOLVED])
        yield solve | {"work": ours // SECOND, "seconds": whole // SECOND}


def longest(lake: Tables) -> Iterator[Row]:
    for solve in standing(lake):
        replies = [row for row in of_ticket(lake.message, solve) if row["is_agent_reply"]]
        waits = []
        for reply in replies:
            if reply["occurred_at"] <= solve["dated"]:
                if reply["reply_number"] == 1:
                    waits.append((reply["occurred_at"] - solve["created_at"]) // SECOND)
                elif reply["waited_since"] is not None:
                    waits.append(reply["waited_seconds"])
        if waits:
            yield solve | {"seconds": max(waits), "mean_seconds": sum(waits) / len(waits)}


def misroutes(lake: Tables) -> Iterator[Row]:
    for solve in firsts(lake):
        routed_at = min(solve["created_at"] + MINUTE, solve["dated"])
        spells = [row for row in of_ticket(lake.ownership_spell, solve) if row["side"] == "queue"]
        queue = next((row["holder_id"] for row in spells if row["since"] <= routed_at < row["until"]), None)
        yield solve | {"is_misrouted": queue is not None and queue != solve["queue_id"]}


def escalations(lake: Tables) -> Iterator[Row]:
    for solve in firsts(lake):
        until = [row for row in of_ticket(lake.ticket_interval, solve) if row["n"] <= solve["n"]]
        yield solve | {"is_raised": any(now["priority"] > was["priority"] for was, now in pairwise(until))}


def rework(lake: Tables) -> Iterator[Row]:
    for row in lake.ticket_interval:
        if row["is_visit_end"] and row["category"] in WORK and row["until"] > row["visit_since"]:
            seconds = (row["until"] - row["visit_since"]) // SECOND
            again = seconds if row["solve_count"] else 0
            yield row | {"dated": row["until"], "seconds": seconds, "again": again}


def switches(lake: Tables) -> Iterator[Row]:
    for solve in standing(lake):
        said = [row for row in of_ticket(lake.message, solve) if row["visibility"] == "public"]
        ways = {row["channel"] for row in said if row["occurred_at"] <= solve["dated"]}
        yield solve | {"is_switched": len(ways) > 1}


def repeats(lake: Tables) -> Iterator[Row]:
    born = [row for row in lake.ticket_interval if row["before_category"] is None and row["requester_id"]]
    asked: dict[object, Row] = {}
    for row in sorted(born, key=lambda one: (one["since"], one["ticket_id"])):
        last = asked.get(row["requester_id"])
        asked[row["requester_id"]] = row
        yield row | {"dated": row["since"], "is_repeat": last is not None and row["since"] - last["since"] <= MONTH}


ROWS: dict[str, Callable[[Tables], Iterator[Row]]] = {
    "flow_efficiency": efficiency, "longest_wait": longest, "misroute_rate": misroutes, "escalation_rate": escalations,
    "rework_share": rework, "channel_switch_rate": switches, "repeat_contact_rate": repeats,
}  # fmt: skip
COMPLETE_ONLY = tuple(name for name in ROWS if name != "repeat_contact_rate")
SHARES = {
    "misroute_rate": ("is_misrouted", "misrouted"),
    "escalation_rate": ("is_raised", "raised"),
    "channel_switch_rate": ("is_switched", "switched"),
}


def over(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def statistics(metric: str, rows: Sequence[Row], quantile: Callable[[Sequence[int], float], float | None]) -> Row:
    """The numbers of one cell, but those of plain shares."""
    found: Row = {"n": len(rows)}
    seconds = sum(row["seconds"] for row in rows) if metric in ("flow_efficiency", "rework_share") else 0
    match metric:
        case "flow_efficiency":
            work = sum(row["work"] for row in rows)
            found |= {"": over(work, seconds), "work": work / 3600, "passed": seconds / 3600}
        case "rework_share":
            again = sum(row["again"] for row in rows)
            found |= {"": over(again, seconds), "again": again / 3600, "hours": seconds / 3600}
        case "longest_wait":
            waits = sorted(row["seconds"] for row in rows)
            found |= {"median": quantile(waits, 0.5), "p90": quantile(waits, 0.9), "max": max(waits, default=None)}
            found["mean_median"] = middle(sorted(row["mean_seconds"] for row in rows))
        case "repeat_contact_rate":
            people = {row["requester_id"] for row in rows}
            again = len({row["requester_id"] for row in rows if row["is_repeat"]})
            return shared(metric, again, len(people)) | {f"{metric}_again": again, f"{metric}_n": len(people)}
    return {f"{metric}_{name}" if name else metric: value for name, value in found.items()}
