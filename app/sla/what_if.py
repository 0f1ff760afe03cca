"""What if: history under other rules, beside the record and never over it (`clearqueue sla replay`, the page, the API).

Both sides are replayed by the same fold that the desk uses, so that nothing but the rules differs. Tickets are replayed
in chunks, each in one of some processes of their own: replaying keeps a core busy, and a worker's timers must not wait.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from signal import SIGKILL
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from app.imports.run import bulk
from app.platform.process import tie_to_parent
from app.sla.comparing import Comparer, Comparison, Difference
from app.sla.histories import lives
from app.sla.rules import Rules
from etl.connection import connect

CHUNK = 250
AHEAD = 2
"""Chunks that wait for each process: none is idle, and stopping does not take long."""

CHOSEN = f"select id from ticket where created_at >= %s and created_at < %s and id > %s order by id limit {CHUNK}"
Differing = Sequence[tuple[UUID, list[Difference]]]


@dataclass(frozen=True, slots=True)
class Question:
    """The tickets created in a period, under the record's rules and under a draft's."""

    record: Rules
    drafted: Rules
    since: datetime
    until: datetime
    now: datetime
    zone: ZoneInfo


def always(done: int, total: int) -> bool:
    """Nobody wants to stop it."""
    return True


def compare(
    database_url: str, asked: Question, *, processes: int, is_wanted: Callable[[int, int], bool] = always
) -> Iterator[tuple[Comparison, Differing]]:
    """What came of each chunk of tickets, as it comes. `is_wanted` is told how far it is, and may end it.

    Without `processes` it is done here.
    """
    with closing(connect(database_url, "what-if", statement_seconds=0)) as connection:
        total, done = count(connection, asked), 0
        for found, differing in _each(database_url, asked, _chunks(connection, asked), processes):
            done += found.tickets
            yield found, differing
            if not is_wanted(done, total):
                return


def count(connection: Connection[Any], asked: Question) -> int:
    """How many tickets it is about."""
    query = "select count(*) from ticket where created_at >= %s and created_at < %s"
    (found,) = connection.execute(query, (asked.since, asked.until)).fetchone() or (0,)
    return int(found)


def _chunks(connection: Connection[Any], asked: Question) -> Iterator[list[UUID]]:
    last = UUID(int=0)
    while rows := connection.execute(CHOSEN, (asked.since, asked.until, last)).fetchall():
        yield [row[0] for row in rows]
        last = rows[-1][0]


def _each(
    database_url: str, asked: Question, chunks: Iterator[list[UUID]], processes: int
) -> Iterator[tuple[Comparison, Differing]]:
    if not processes:
        with closing(connect(database_url, "what-if", statement_seconds=0)) as connection:
            for chunk in chunks:
                yield _replayed(connection, asked, chunk)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (database_url, _plain(asked))) as pool:
        waiting: set[Future[tuple[Comparison, Differing]]] = set()
        try:
            while True:
                waiting |= {pool.submit(_do, chunk) for chunk in islice(chunks, AHEAD * processes - len(waiting))}
                if not waiting:
                    return
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in ready:
                    yield one.result()
        finally:
            for one in waiting:
                one.cancel()


_work: tuple[Connection[Any], Question] | None = None


def _begin(database_url: str, asked: Question) -> None:
    """In a process of the pool, which ends with whoever made it."""
    tie_to_parent(SIGKILL, os.getppid())()
    global _work  # noqa: PLW0603 — a process has one question
    _work = connect(database_url, "what-if", statement_seconds=0), asked


def _do(ticket_ids: list[UUID]) -> tuple[Comparison, Differing]:
    assert _work is not None
    with bulk():
        return _replayed(*_work, ticket_ids)


def _replayed(connection: Connection[Any], asked: Question, ticket_ids: list[UUID]) -> tuple[Comparison, Differing]:
    comparer = Comparer(asked.record, asked.drafted, asked.now, asked.zone)
    differing = [(life.ticket_id, found) for life in lives(connection, ticket_ids) if (found := comparer.compare(life))]
    return comparer.found, differing


def zone_of(rules: Rules) -> ZoneInfo:
    """Whose hours of the day are told: those of the first calendar; without one, UTC."""
    zones = (editions[-1].calendar.zone for editions in rules.calendars.values() if editions)
    return ZoneInfo(next(zones, "UTC"))


def _plain(asked: Question) -> Question:
    """The same question without what was laid out for it here, for another process."""
    record, drafted = (
        Rules(dict(one.policies), dict(one.calendars), dict(one.pauses), dict(one.hours))
        for one in (asked.record, asked.drafted)
    )
    return replace(asked, record=record, drafted=drafted)
