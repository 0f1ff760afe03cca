"""`explain()`: what one ticket adds to a number, and why it counts there.

    explain(4711, "first_reply_time_mean", where={"queue": "Billing"}, since=date(2026, 3, 1), lake=lake)

The shares of all tickets behind a number add up to it (measure_share.py). The reasons are the ticket's rows among those
that the number opens to, each in a sentence with the events that began and ended it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Unpack
from uuid import UUID

import polars as pl

from analytics import catalogue
from analytics.drill import TIMES, narrowed, opened, rows_of
from analytics.measure_answer import Readable, asking_of, reading
from analytics.measure_question import Asking, Question
from analytics.measure_share import SHARE, divisible, shares
from analytics.measure_window import Instant
from analytics.metric import Basis, Census, Flow, Level, Metric
from core.durations import spoken
from core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the ticket, at an instant that made it count."""

    kind: str
    ticket_version: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of the ticket behind the number, in a sentence, and the events at its instants."""

    sentence: str
    row: dict[str, Any]
    events: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A ticket's part in a number. `of` is the number that is shared, where `column` itself cannot be."""

    ticket_id: str
    number: int
    column: str
    of: str
    value: float
    share: float
    reasons: tuple[Reason, ...]


def explain(
    ticket: UUID | str | int, metric: str | Metric, *, lake: Readable, period: Instant | None = None,
    **asked: Unpack[Asking],
) -> Explained:  # fmt: skip
    """Why a ticket, by id or number, counts in a cell; the arguments are those of `tickets`.

    Raises `NotFound` for a ticket that is not behind the number, be it there or not.
    """
    name = metric if isinstance(metric, str) else metric.name
    column = catalogue.columns_of(name)[0]
    usual, of = opened(name), divisible(column)
    with reading(lake) as cursor:
        asking = narrowed(asking_of([usual], lake, cursor, **asked), period)
        measured = usual.credited(asking.attribution)
        ticket_id = _id(ticket, asking)
        shared = shares(asking, measured, of)
        own = shared.filter(pl.col("ticket_id") == ticket_id)
        if own.is_empty():
            raise NotFound(f"Ticket {ticket} is not behind this number.")
        rows = rows_of(measured, asking, ticket_id)
        reasons = tuple(_reasons(rows, measured, asking, _events(rows, ticket_id, asking)))
    value, share = (float(frame[SHARE].sum()) for frame in (shared, own))
    return Explained(ticket_id, int(rows["number"][0]), column, of, value, share, reasons)


def _id(ticket: UUID | str | int, asking: Question) -> str:
    """The id of a ticket that goes by a number; whether it may be seen is said by the rows."""
    if isinstance(ticket, UUID) or not str(ticket).isdigit():
        return str(ticket)
    found = asking.cursor.execute(
        "select ticket_id::varchar from lake.main.ticket where number = $number", {"number": min(int(ticket), 2**62)}
    ).fetchone()
    return str(found[0]) if found else ""


def _events(rows: pl.DataFrame, ticket_id: str, asking: Question) -> dict[datetime, list[Happened]]:
    """What happened to the ticket at the instants of its rows."""
    instants = {at.astimezone(UTC).replace(tzinfo=None) for name in _times(rows) for at in rows[name].drop_nulls()}
    found = asking.cursor.execute(
        "select kind, ticket_version, occurred_at from lake.main.event where ticket_id = $id::uuid "
        "and list_contains($instants::timestamp[], occurred_at) order by occurred_at, ticket_version",
        {"id": ticket_id, "instants": sorted(instants)},
    ).fetchall()
    told: dict[datetime, list[Happened]] = {}
    for kind, version, at in found:
        told.setdefault(at.replace(tzinfo=UTC), []).append(Happened(kind, version, at.replace(tzinfo=UTC)))
    return told


def _reasons(
    rows: pl.DataFrame, metric: Metric, asking: Question, events: dict[datetime, list[Happened]]
) -> Iterator[Reason]:
    for row in rows.iter_rows(named=True):
        instants = [row[name] for name in _times(rows) if row[name] is not None]
        happened = tuple(event for at in dict.fromkeys(instants) for event in events.get(at.astimezone(UTC), ()))
        yield Reason(_sentence(row, metric, asking, happened), row, happened)


def _sentence(row: dict[str, Any], metric: Metric, asking: Question, events: Sequence[Happened]) -> str:
    """Why a row counts, in words that a person reads."""
    place = _place(row)
    if isinstance(metric.source, Level):
        return f"Stands there since {_moment(row['started_at'], events)}, {place}."
    if isinstance(metric.source, Census) and "seconds" not in row:
        return f"Counts on {_moment(row['occurred_at'], events)}, {place}{_flags(row)}."
    if not isinstance(metric.source, Flow) or metric.source.lasts:
        hours = " of business hours" if asking.basis is Basis.BUSINESS else ""
        start, stop = (_moment(row[name], events) for name in ("started_at", "stopped_at"))
        return f"Counts {spoken(row['seconds'])}{hours}: from {start} to {stop}, {place}{_flags(row)}."
    weight = {-1: "Counts -1", 1: "Counts +1"}.get(row.get("delta", 0), "Counts")
    return f"{weight} on {_moment(row['occurred_at'], events)}{f', {place}' if place else ''}{_flags(row)}."


def _moment(at: datetime | None, events: Sequence[Happened]) -> str:
    """`Tue 6 Jan 2026 10:00 (status changed)`."""
    if at is None:
        return "now"
    kinds = dict.fromkeys(event.kind for event in events if event.occurred_at == at)
    what = ", ".join(kind.removeprefix("ticket.").replace(".", " ").replace("_", " ") for kind in kinds)
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}{f' ({what})' if what else ''}"


def _place(row: dict[str, Any]) -> str:
    agent = row.get("agent")
    whose = "with nobody" if agent in (None, "(none)") else f"with {agent}"
    parts = [f"in {row['queue']}" if "queue" in row else "", whose if "agent" in row else ""]
    return ", ".join(part for part in parts if part)


def _flags(row: dict[str, Any]) -> str:
    """What holds of the row: `, not met`."""
    flags = {name.removeprefix("is_").replace("_", " "): value for name, value in row.items() if name[:3] == "is_"}
    return "".join(f", {name if value else f'not {name}'}" for name, value in flags.items() if value is not None)


def _times(rows: pl.DataFrame) -> list[str]:
    return [name for name in TIMES if name in rows.columns]
