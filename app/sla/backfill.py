"""Clocks for history: tickets that came in by import, or were there before the first policy, get the clocks that they
would have had, under the rules of their day.

Batch by batch, each one transaction: the tickets are locked, their events replayed, and what the clocks tell is
appended through the ledger's bulk door, each thing at its own instant. Warnings and levels that are past count as
taken: nobody is told of last year. A second run finds what the first one left.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import args_row

from app.db import Database
from app.queues.house import house_of
from app.sla.book import Book
from app.sla.clock import Clock
from app.sla.clocks import replay
from app.sla.keeping import KIND, clock_rows, key
from app.sla.life import life_of
from app.sla.moments import moments, next_moment
from app.sla.past import Told
from app.sla.rules import Rules
from app.timers.timer import timer_write
from core import clock as time
from core.actor import SYSTEM
from core.events import ClockTold, PolicyApplied
from core.ledger import ENVELOPE, Envelope, wrap
from core.settings import Settings
from etl.bulk import append_history
from etl.connection import connect

BATCH = 300
Progress = Callable[[int, int], None]

WITHOUT = f"""
    select id, version
    from ticket
    where sla_policy_id is null and id > %s
    order by id
    limit {BATCH}
    for update
"""
HISTORIES = " union all ".join(
    f"select {', '.join(ENVELOPE)} from {table} where ticket_id = any(%(ids)s)" for table in ("event", "event_pending")
)
KEPT = """
    update ticket
    set version = %s, sla_policy_id = %s, sla_policy_version = %s, due_at = %s
    where id = %s
"""


@dataclass(frozen=True, slots=True)
class Lived:
    """What the clocks of one ticket told, in its envelopes, and the row and timer that come of it."""

    ticket_id: UUID
    envelopes: Sequence[Envelope]
    row: tuple[Any, ...]
    next_at: datetime | None


def backfill(settings: Settings, progress: Progress = lambda done, total: None) -> int:
    """Give every ticket without a policy the clocks that it would have had; returns how many got some."""
    with closing(Database(settings.database_url, most_connections=1)) as database, database.reading() as session:
        rules = house_of(session).sla
    if not rules:
        return 0
    done = found = 0
    with closing(connect(settings.database_url, "clearqueue clocks", statement_seconds=0)) as connection:
        (total,) = connection.execute("select count(*) from ticket where sla_policy_id is null").fetchone() or (0,)
        for looked_at, lived in _batches(connection, rules):
            done, found = done + looked_at, found + lived
            progress(done, total)
    return found


def _batches(connection: Connection[Any], rules: Rules) -> Iterator[tuple[int, int]]:
    last = UUID(int=0)
    while True:
        with connection.transaction():
            tickets = connection.execute(WITHOUT, (last,)).fetchall()
            if not tickets:
                return
            histories = _histories(connection, [ticket_id for ticket_id, _ in tickets])
            now = time.now()
            lived = [one for ticket_id, version in tickets
                     if (one := _lived(ticket_id, version, histories.get(ticket_id, []), rules, now))]  # fmt: skip
            _keep(connection, lived)
        last = tickets[-1][0]
        yield len(tickets), len(lived)


def _histories(connection: Connection[Any], ticket_ids: Sequence[UUID]) -> dict[UUID, list[Envelope]]:
    found: dict[UUID, list[Envelope]] = {}
    with connection.cursor(row_factory=args_row(Envelope), binary=True) as cursor:
        for one in cursor.execute(HISTORIES, {"ids": ticket_ids}):
            assert one.ticket_id is not None
            found.setdefault(one.ticket_id, []).append(one)
    for history in found.values():
        history.sort(key=lambda one: one.ticket_version or 0)
    return found


def _lived(ticket_id: UUID, version: int, history: list[Envelope], rules: Rules, now: datetime) -> Lived | None:
    """One ticket's clocks; nothing if no policy was ever for it, or if it has had clocks already."""
    if any(one.kind.startswith("sla.") for one in history):
        return None
    life = life_of(history)
    book = replay(life, rules, now) if life else None
    if book is None or not book.tellings:
        return None
    told = _quiet(book, now)
    envelopes = [
        wrap(event, SYSTEM, source="sla", ticket_id=ticket_id, ticket_version=version + n, occurred_at=occurred_at)
        for n, (occurred_at, event) in enumerate(told, start=1)
    ]
    policy = book.policy
    row = (version + len(told), policy.id if policy else None, policy.version if policy else None, book.due_at)
    return Lived(ticket_id, envelopes, (*row, ticket_id), next_moment(book, now))


def _quiet(book: Book, now: datetime) -> list[Told]:
    """What was told, with the levels that are past counted as taken."""
    told = book.told
    for clock in book.live:
        past = _past_levels(book, clock, now)
        if past == clock:
            continue
        book.clocks[clock.target] = past
        at = max(n for n, (_, one) in enumerate(told) if isinstance(one, ClockTold) and one.clock_id == clock.clock_id)
        occurred_at, event = told[at]
        told[at] = occurred_at, event.model_copy(update={"warned": past.warned, "escalated": past.escalated})
    assert all(isinstance(event, ClockTold | PolicyApplied) for _, event in told)
    return told


def _past_levels(book: Book, clock: Clock, now: datetime) -> Clock:
    target = book.target_of(clock)
    if target is None:
        return clock
    calendar = book.rules.edition(clock.calendar_id, clock.calendar_version)
    while due := [one for one in moments(clock, target, calendar) if one.what != "breach" and one.instant <= now]:
        for one in due:
            is_warning = one.what == "warning"
            clock = clock._replace(warned=one.level) if is_warning else clock._replace(escalated=one.level)
    return clock


def _keep(connection: Connection[Any], lived: Sequence[Lived]) -> None:
    for one in lived:
        connection.execute(KEPT, one.row)
        if rows := clock_rows(one.envelopes):
            connection.execute(*rows)
        if one.next_at is not None:
            connection.execute(
                *timer_write(key=key(one.ticket_id), kind=KIND, due_at=one.next_at, ticket_id=one.ticket_id)
            )
    if lived:
        append_history(connection, [envelope for one in lived for envelope in one.envelopes])
