"""What is known of a ticket at any instant of its unsolved life and its pauses, in plain and slow Python."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from tests.lake.reference_hands import AT_START, DONE, FOREVER, UNSOLVED, Moment, Row

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
OF_CLOCK = ("policy_id", "calendar_id")
BITS = {"queue_id": 2048, "category": 16, "awaiting_reply": 8, "agent_id": 4, "state_id": 2, "priority": 1}
ALL_BITS = 4095
OF_PAUSE = ("ticket_id", "n", "since", "until", "visit_since", "is_visit_end")


class Heard(Moment, Protocol):
    """A moment that may be a word of either side."""

    @property
    def is_from_customer(self) -> bool: ...


def bits_between(before: Row, now: Row) -> int:
    """What is other in one span than in the one before."""
    return (before["stands"] ^ now["stands"]) + sum(bit for name, bit in BITS.items() if before[name] != now[name])


def stands_of(values: Mapping[str, Any]) -> int:
    """In which levels it counts."""
    category, is_owned = values["category"], values["agent_id"] is not None
    is_unsolved, is_work = category in UNSOLVED, category in ("NEW", "OPEN")
    return (
        1024 * is_unsolved
        + 512 * (category != "MERGED")
        + 256 * (is_unsolved and not is_owned)
        + 128 * (is_unsolved and category != "NEW" and is_owned)
        + 64 * (is_work and is_owned)
        + 32 * (is_work and values["awaiting_reply"])
    )


def tell_changes(intervals: Sequence[Row]) -> None:
    """What changes as each span begins and ends; all of it, beside a span of no length."""
    for row, before, after in zip(intervals, [None, *intervals], [*intervals[1:], None], strict=False):
        is_first = before is None or before["since"] == before["until"]
        row["changes_in"] = ALL_BITS if before is None or is_first else bits_between(before, row)
        row["changes_out"] = None if after is None else bits_between(row, after)
        if after is not None and after["since"] == after["until"]:
            row["changes_out"] = ALL_BITS


def breaches_of(segments: Iterable[Row], intervals: Sequence[Row]) -> list[Row]:
    """Each stretch in which a running clock is late and its ticket stays the same."""
    late = ((clock, clock["due_at"] + TICK, FOREVER) for clock in running(segments))
    rows, covered = cut(late, intervals), datetime.min  # noqa: DTZ901 — naive, as the lake has it
    for row in sorted(rows, key=lambda row: (row["since"], row["until"], row["clock_id"])):
        row["uncovered_since"] = max(row["since"], covered)
        covered = max(row["until"], covered)
    return rows


def risks_of(segments: Iterable[Row], intervals: Sequence[Row]) -> list[Row]:
    """Each stretch in which a running clock (of all hours) has little time left and its ticket stays the same."""
    near = ((clock, clock["due_at"] - little_left(clock), clock["due_at"] + TICK) for clock in running(segments))
    return cut(near, intervals)


def running(segments: Iterable[Row]) -> list[Row]:
    """Clocks while they run and have a due time."""
    return [clock for clock in segments if clock["state"] == "running" and clock["due_at"]]


def little_left(clock: Row) -> timedelta:
    """Half an hour or a fifth of the target."""
    return timedelta(seconds=max(clock["target_seconds"] // 5, 1800))


def cut(stretches: Iterable[tuple[Row, datetime, datetime]], intervals: Sequence[Row]) -> list[Row]:
    """Stretches of clocks, as far as these run, cut where their ticket changes."""
    rows: list[Row] = []
    for clock, first, last in stretches:
        for span in intervals:
            since = max(clock["since"], first, span["since"])
            until = min(clock["until"], last, span["until"])
            if since < until:
                n = 1 + sum(row["clock_id"] == clock["clock_id"] for row in rows)
                of_clock = {name: clock[name] for name in ("ticket_id", "clock_id", "target", *OF_CLOCK)}
                rows.append(
                    of_clock | {name: span[name] for name in AT_START} | {"n": n, "since": since, "until": until}
                )
    return rows


def unsolved_of(moments: Sequence[Heard], turns: Sequence[Row]) -> list[Row]:
    """Each stretch of unsolved life between two instants in which something happened."""
    rows, reopened_at = [], None
    for n, (moment, after) in enumerate(zip(moments, [*moments[1:], None], strict=True), 1):
        before, category = moments[n - 2].values["category"] if n > 1 else None, moment.values["category"]
        if before in DONE and category in UNSOLVED:
            reopened_at = moment.occurred_at
        until = after.occurred_at if after else FOREVER
        if category not in UNSOLVED or until == moment.occurred_at:
            continue
        said = [one for one in moments if one.occurred_at <= moment.occurred_at]
        words = (one.occurred_at for one in said if one.is_from_customer or one.is_reply)
        waits = (turn["started_at"] for turn in turns if turn["started_at"] <= moment.occurred_at < over(turn))
        rows.append(
            {name: moment.values[name] for name in (*AT_START, "awaiting_reply")}
            | {
                "ticket_id": moment.event.ticket_id, "n": n, "since": moment.occurred_at, "until": until,
                "hours": hours_of(moment.occurred_at, until), "created_at": moments[0].occurred_at,
                "reopened_at": reopened_at, "waiting_since": next(waits, None),
                "silent_since": last(words) or moments[0].occurred_at,
                "is_replied": any(one.is_reply for one in said),
            }
        )  # fmt: skip
    return rows


def visits_of(intervals: Iterable[Row]) -> list[Row]:
    """Finished visits to an unsolved state."""
    ended = [row for row in intervals if row["is_visit_end"] and row["category"] in UNSOLVED]
    kept = ("ticket_id", "n", "until", "solve_count", *AT_START)
    return [
        {name: row[name] for name in kept} | {"since": row["visit_since"]}
        for row in ended
        if row["until"] > row["visit_since"]
    ]


def pauses_of(intervals: Sequence[Row], messages: Sequence[Row], turns: Sequence[Row]) -> list[Row]:
    """Spans in PENDING, and from when on each is contested."""
    theirs = [row for row in messages if row["visibility"] == "public" and row["author_kind"] == "end_user"]
    words = [*(row["occurred_at"] for row in theirs), *(turn["started_at"] for turn in turns)]
    rows, visits = list[Row](), list[int]()
    seconds: dict[int, int] = {}
    for span in (row for row in intervals if row["category"] == "PENDING"):
        visit = span["visit"]
        contested_at = contested_since(span, words, turns)
        if contested_at and span["until"] < FOREVER:
            seconds[visit] = seconds.get(visit, 0) + (span["until"] - contested_at) // timedelta(seconds=1)
        starts = (row for row in intervals if row["visit"] == visit and row["is_visit_start"])
        makers = (row["actor_id"] for row in starts if row["category"] == "PENDING")
        rows.append(
            {name: span[name] for name in (*AT_START, *OF_PAUSE)}
            | {
                "agent_id": next(makers, None), "contested_since": contested_at,
            }
        )  # fmt: skip
        visits.append(visit)
    return [row | {"contested_seconds": seconds.get(visit, 0)} for row, visit in zip(rows, visits, strict=True)]


def contested_since(span: Row, words: Iterable[datetime], turns: Sequence[Row]) -> datetime | None:
    """The first word that waits, if it came in the pause or right before it."""
    started = [turn["started_at"] for turn in turns if turn["started_at"] <= span["since"]]
    if not span["awaiting_reply"] or span["since"] == span["until"] or not started:
        return None
    first = max(*started, span["visit_since"] - timedelta(minutes=10) + timedelta.resolution)
    heard = [word for word in words if first <= word < span["until"]]
    return max(span["since"], min(heard)) if heard else None


def hours_of(since: datetime, until: datetime) -> int:
    """A bit for each hour of the day that a span touches."""
    if until >= since + 23 * HOUR:
        return (1 << 24) - 1
    first, last_hour = since.replace(minute=0, second=0, microsecond=0), until
    found = 0
    while first <= last_hour:
        found |= 1 << first.hour
        first += HOUR
    return found


def over(turn: Row) -> datetime:
    """When nobody waits any more."""
    ended: datetime = turn["answered_at"] or turn["void_at"] or FOREVER
    return ended


def last(instants: Iterable[datetime]) -> datetime | None:
    """The latest of them."""
    return max(instants, default=None)
