"""In whose hands a ticket was and who touched it, in plain and slow Python."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from core.ledger import Envelope

UNSOLVED = {"NEW", "OPEN", "PENDING", "HOLD"}
DONE = {"SOLVED", "CLOSED"}
Row = dict[str, Any]
FOREVER = datetime.max  # noqa: DTZ901 — how DuckDB's infinity comes back
WORK = (
    "ticket.created", "message.added", "ticket.status_changed", "ticket.assigned", "ticket.queue_changed",
    "ticket.priority_changed", "ticket.tags_changed", "ticket.field_changed", "ticket.retitled",
)  # fmt: skip
AT_START = ("queue_id", "agent_id", "state_id", "category", "priority", "organisation_id", "channel")


class Moment(Protocol):
    """The ticket right after one event."""

    event: Envelope
    occurred_at: datetime
    values: Row

    @property
    def is_reply(self) -> bool: ...


def is_touched(moment: Moment) -> bool:
    """Whether somebody of the house did this by hand."""
    event = moment.event
    return event.actor_kind == "agent" and event.kind in WORK and not event.payload.get("is_auto")


def touches_of(moments: Sequence[Moment]) -> list[Row]:
    """What each agent does, without a pause of more than a minute."""
    rows, acted = [], dict[Any, datetime]()
    for moment in filter(is_touched, moments):
        hand = (moment.event.actor_id, moment.event.source == "bulk")
        if hand not in acted or moment.occurred_at - acted[hand] > timedelta(minutes=1):
            rows.append(
                {name: moment.values[name] for name in AT_START}
                | {
                    "ticket_id": moment.event.ticket_id, "ticket_version": moment.event.ticket_version,
                    "occurred_at": moment.occurred_at, "agent_id": hand[0], "owner_id": moment.values["agent_id"],
                    "is_bulk": hand[1],
                }
            )  # fmt: skip
        acted[hand] = moment.occurred_at
    return sorted(rows, key=lambda row: row["ticket_version"])


ANSWERS = {"csat.rated": ("csat", 4), "ces.rated": ("ces", 6), "nps.rated": ("nps", 9)}
"""The question that an answer is to, and from which score on it is a good one."""


def ratings_of(moments: Sequence[Moment]) -> list[Row]:
    """Each answer to a question until the next answer to it."""
    said = [moment for moment in moments if moment.event.kind in ANSWERS]
    rows = []
    for n, moment in enumerate(said, start=1):
        question, least = ANSWERS[moment.event.kind]
        same = [one for one in said if one.event.kind == moment.event.kind]
        i, score = same.index(moment), moment.event.payload["score"]
        until = same[i + 1].occurred_at if i + 1 < len(same) else FOREVER
        before = same[i - 1].event.payload["score"] if i else None
        rows.append(
            {name: moment.values[name] for name in AT_START}
            | {
                "ticket_id": moment.event.ticket_id, "n": n, "question": question, "since": moment.occurred_at,
                "until": until, "score": score, "before_score": before, "is_content": score >= least,
            }
        )  # fmt: skip
    return rows


def times_of(moments: Sequence[Moment]) -> list[Row]:
    """Each version of booked time until the next of the same entry."""
    told = [moment for moment in moments if moment.event.kind.startswith("time.")]
    rows, first, people = [], dict[str, Row](), dict[str, UUID]()
    for n, moment in enumerate(told, start=1):
        said, entry = moment.event.payload, moment.event.payload["entry_id"]
        first.setdefault(entry, {name: moment.values[name] for name in AT_START})
        if "person_id" in said:
            people[entry] = UUID(said["person_id"])
        later = [one.occurred_at for one in told[n:] if one.event.payload["entry_id"] == entry]
        if moment.event.kind != "time.removed":
            rows.append(
                first[entry]
                | {
                    "ticket_id": moment.event.ticket_id, "n": n, "entry_id": UUID(entry), "since": moment.occurred_at,
                    "until": later[0] if later else FOREVER, "person_id": people.get(entry),
                    "activity_id": UUID(said["activity_id"]) if said["activity_id"] else None,
                    "minutes": said["minutes"], "is_billable": said["is_billable"],
                    "worked_at": datetime.fromisoformat(said["worked_at"]).astimezone(UTC).replace(tzinfo=None),
                }
            )  # fmt: skip
    return rows


def spells_of(moments: Sequence[Moment], intervals: Sequence[Row]) -> list[Row]:
    """Runs of spans with one owner, and with one queue."""
    found = []
    for side, column in (("owner", "agent_id"), ("queue", "queue_id")):
        runs = [list(run) for _, run in groupby(intervals, key=lambda row: row[column])]
        before, had = None, list[Any]()
        for n, run in enumerate(runs, int(runs[0][0][column] is not None)):
            holder = run[0][column]
            if holder:
                row = {"side": side, "holder_id": holder, "before_id": before, "is_return": holder in had}
                row |= {name: run[0][name] for name in (*AT_START, "ticket_id", "since", "created_at")}
                row |= {"n": n, "until": run[-1]["until"], **work_in(run)}
                found.append(row | {"replied_at": replied_in(row, moments)})
                had.append(holder)
            before = holder
    return found


def edges_of(intervals: Sequence[Row]) -> list[Row]:
    """Each time the ticket came to another state, queue or hand; to nobody, too, if somebody had it."""
    found = []
    for activity, column in (("agent", "agent_id"), ("queue", "queue_id"), ("state", "state_id")):
        runs = [list(run) for _, run in groupby(intervals, key=lambda row: row[column])]
        source = None
        for run in runs if runs[0][0][column] else runs[1:]:
            first, target = run[0], run[0][column]
            row = {name: first[name] for name in (*AT_START, "ticket_id", "n", "actor_id", "actor_kind")}
            row |= {"activity": activity, "occurred_at": first["since"], "target_id": target}
            row |= {"source_id": source and source[0][column], "since": source and source[0]["since"]}
            row |= {"left_at": source and source[-1]["until"], "seconds": source and lasted(source)}
            found.append(row)
            source = run if target else source
    return found


def lasted(run: Sequence[Row]) -> int:
    """Whole seconds from the first to the last of it."""
    return (run[-1]["until"] - run[0]["since"]) // timedelta(seconds=1)  # type: ignore[no-any-return]


def replied_in(spell: Row, moments: Sequence[Moment]) -> datetime | None:
    """The first public reply by the owner, or in the queue by anybody, its ends included."""
    return next(
        (
            moment.occurred_at
            for moment in moments
            if moment.is_reply and spell["since"] <= moment.occurred_at <= spell["until"]
            if spell["side"] == "queue" or moment.event.actor_id == spell["holder_id"]
        ),
        None,
    )


def work_in(intervals: Sequence[Row]) -> Row:
    """Whole seconds of the spans that are over, by what the ticket was."""
    return {
        "work_seconds": seconds_in(intervals, {"NEW", "OPEN"}),
        "pending_seconds": seconds_in(intervals, {"PENDING"}),
        "hold_seconds": seconds_in(intervals, {"HOLD"}),
    }


def seconds_in(intervals: Iterable[Row], categories: set[str]) -> int:
    """Whole seconds of the spans in these categories that are over."""
    over = (row for row in intervals if row["category"] in categories and row["until"] < FOREVER)
    return sum((row["until"] - row["since"] for row in over), timedelta()) // timedelta(seconds=1)
