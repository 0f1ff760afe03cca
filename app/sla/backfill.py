"""Clocks for history: tickets that came in by import, or were there before the first policy, get the clocks that they
would have had, under the rules of their day.

Batch by batch, each one transaction: the tickets are locked, their lives replayed, and what the clocks tell is
appended through the ledger's bulk door, each thing at its own instant. Warnings and levels that are past count as
taken: nobody is told of last year. A second run finds what the first one left.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Stop
from time import monotonic
from typing import Any
from uuid import UUID

from psycopg import Connection

from app.db import Database
from app.imports.batch import copy_rows
from app.queues.house import house_of
from app.sla.backfill_job import OPEN, ask_for_clocks
from app.sla.book import Book
from app.sla.clock import Clock
from app.sla.clocks import newest_of, replay
from app.sla.histories import lives
from app.sla.keeping import KIND, key
from app.sla.life import Life
from app.sla.moments import moments, next_moment
from app.sla.row import COLUMNS
from app.sla.rules import Rules
from app.timers.timer import timer_write
from core import clock as time
from core.actor import SYSTEM
from core.ledger import Envelope, wrap
from core.settings import Settings
from etl.bulk import append_history
from etl.connection import connect
from etl.failpoint import failpoint

BATCH = 250

MOST_BEHIND = 4_000
"""Events that the lake may have before it when the next batch comes: about what it takes in a second or two."""

LOOK_EVERY_SECONDS, STILL_SECONDS = 0.1, 2.0
"""A lake that stands still for so long has troubles of its own, and nobody waits for it."""

Progress = Callable[[int, int], None]

CLAIM = "select after_id, done, total from clock_backfill where id = %s and finished_at is null for update"
WITHOUT = f"""
    select id, version
    from ticket
    where sla_policy_id is null and id > %s
    order by id
    limit {BATCH}
    for update
"""
HAD = " union ".join(
    f"select ticket_id from {table} where ticket_id = any(%(ids)s) and kind like 'sla.%%'"
    for table in ("event", "event_pending")
)
KEPT = """
    update ticket
    set version = %s, sla_policy_id = %s, sla_policy_version = %s, due_at = %s
    where id = %s
"""
BEHIND = """
    select position, (select coalesce(max(position), 0) from event) - position
    from follower
    where name = 'lake'
"""
MOVE = "update clock_backfill set after_id = %s, done = done + %s, found = found + %s where id = %s"
FINISH = "update clock_backfill set finished_at = %s, total = done where id = %s returning found"


@dataclass(frozen=True, slots=True)
class Lived:
    """What the clocks of one ticket told, in its envelopes, and the rows and the timer that come of it."""

    ticket_id: UUID
    envelopes: Sequence[Envelope]
    clocks: Sequence[Clock]
    row: tuple[Any, ...]
    next_at: datetime | None


def backfill(settings: Settings, progress: Progress = lambda done, total: None) -> int:
    """Give every ticket without a policy the clocks that it would have had; returns how many got some."""
    with closing(connect(settings.database_url, "clocks", statement_seconds=0)) as connection:
        return go_on(settings, connection, ask_for_clocks(connection), progress=progress)


def finish_backfills(settings: Settings, progress: Progress = lambda done, total: None) -> int:
    """Do all that was asked, here and now, instead of leaving it to the worker; returns how many tickets got clocks."""
    with closing(connect(settings.database_url, "clocks", statement_seconds=0)) as connection:
        asked = connection.execute(OPEN).fetchall()
        return sum(go_on(settings, connection, job_id, progress=progress) for (job_id,) in asked)


def go_on(
    settings: Settings, connection: Connection[Any], job_id: UUID, stop: Stop | None = None,
    progress: Progress = lambda done, total: None,
) -> int:  # fmt: skip
    """Do what was asked, from where it stands, to its end or until told to stop. Returns how many got clocks."""
    with closing(Database(settings.database_url, most_connections=1)) as database, database.reading() as session:
        rules = house_of(session).sla
    while not (stop and stop.is_set()):
        with connection.transaction():
            if (claimed := connection.execute(CLAIM, (job_id,)).fetchone()) is None:
                break  # somebody else came to its end
            after_id, done, total = claimed
            looked_at = _batch(connection, job_id, after_id, rules) if rules else 0
            if not looked_at:
                connection.execute(FINISH, (time.now(), job_id))
            failpoint("clocks.before_commit")
        failpoint("clocks.after_commit")
        if not looked_at:
            break
        progress(done + looked_at, max(total, done + looked_at))
        if stop:
            _give_way(connection, stop)
    row = connection.execute("select found from clock_backfill where id = %s", (job_id,)).fetchone()
    return int(row[0]) if row else 0


def _give_way(connection: Connection[Any], stop: Stop) -> None:
    """Wait while the lake is busy with what was told already: what people do now would have to wait behind more."""
    reached, moved_at = -1, monotonic()
    while (row := connection.execute(BEHIND).fetchone()) and row[1] > MOST_BEHIND:
        if row[0] > reached:
            reached, moved_at = row[0], monotonic()
        if monotonic() - moved_at > STILL_SECONDS or stop.wait(LOOK_EVERY_SECONDS):
            return


def _batch(connection: Connection[Any], job_id: UUID, after_id: UUID | None, rules: Rules) -> int:
    """The next tickets; returns how many were looked at."""
    tickets = dict(connection.execute(WITHOUT, (after_id or UUID(int=0),)).fetchall())
    if not tickets:
        return 0
    had = {ticket_id for (ticket_id,) in connection.execute(HAD, {"ids": list(tickets)})}
    now, asked = time.now(), [ticket_id for ticket_id in tickets if ticket_id not in had]
    found = (_lived(life, tickets[life.ticket_id], rules, now) for life in lives(connection, asked))
    lived = [one for one in found if one is not None]
    connection.execute(MOVE, (max(tickets), len(tickets), len(lived), job_id))
    _keep(connection, lived)
    return len(tickets)


def _lived(life: Life, version: int, rules: Rules, now: datetime) -> Lived | None:
    """One ticket's clocks; nothing if no policy was ever for it."""
    book = replay(life, rules, now)
    if not book.tellings:
        return None
    _count_as_taken(book, now)
    envelopes = [
        wrap(event, SYSTEM, source="sla", ticket_id=life.ticket_id, ticket_version=version + n, occurred_at=occurred_at)
        for n, (occurred_at, event) in enumerate(book.told, start=1)
    ]
    policy = book.policy
    row = (version + len(envelopes), policy.id if policy else None, policy.version if policy else None, book.due_at)
    return Lived(life.ticket_id, envelopes, newest_of(book), (*row, life.ticket_id), next_moment(book, now))


def _count_as_taken(book: Book, now: datetime) -> None:
    """The levels that are past were taken: so says the last word of each clock."""
    for clock in book.live:
        past = _past_levels(book, clock, now)
        if past == clock:
            continue
        book.clocks[clock.target] = past
        last = max(n for n, one in enumerate(book.tellings) if one.clock and one.clock.clock_id == clock.clock_id)
        said = book.tellings[last].clock
        assert said is not None
        taken = said._replace(warned=past.warned, escalated=past.escalated)
        book.tellings[last] = book.tellings[last]._replace(clock=taken)


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
    if not lived:
        return
    copy_rows(connection, "sla_clock", COLUMNS, ((one.ticket_id, *clock) for one in lived for clock in one.clocks))
    timers = [
        timer_write(key=key(one.ticket_id), kind=KIND, due_at=one.next_at, ticket_id=one.ticket_id)
        for one in lived
        if one.next_at is not None
    ]
    with connection.cursor() as cursor:
        cursor.executemany(KEPT, [one.row for one in lived])
        if timers:
            cursor.executemany(timers[0][0], [values for _, values in timers])
    append_history(connection, [envelope for one in lived for envelope in one.envelopes])
