"""Running timers: each once, whoever else runs them too.

A look reads the few that are due from an index and no more. Each is then claimed (`skip locked`), executed and removed
in one transaction: a runner that dies leaves it as it was, a second runner finds it locked or gone. Nothing is kept in
memory, so after downtime all that is due runs, oldest first. Between looks the runner sleeps until the next is due, a
bell rings, or `LONGEST_WAIT_SECONDS` have passed: then it also notices that the clock was set.
"""

import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg import Connection
from sqlmodel import col

from app.db import Database
from app.jobs import heartbeat
from app.tickets.ticket import Ticket
from app.timers.handlers import handler_of
from app.timers.timer import CHANNEL, LONGEST_WAIT_SECONDS, Timer
from core import clock, log
from core.settings import Settings
from etl.connection import connect
from etl.failpoint import failpoint

BATCH = 50
BUSY_SECONDS = 0.05
"""How soon to look again at a timer whose ticket somebody is working on."""

MOST_ATTEMPTS = 12
MOST_PAUSE_SECONDS = 600.0
"""Twelve attempts, each pause twice the last: half an hour in all."""

AWAY_SECONDS = 1.0
AWAY = (psycopg.OperationalError, sa.exc.OperationalError, sa.exc.TimeoutError)

DUE = f"select id, ticket_id from timer where not is_set_aside and due_at <= %s order by due_at, id limit {BATCH}"
NEXT = "select min(due_at) from timer where not is_set_aside"

logger = log.get(__name__)


def run_timers(settings: Settings, stop: threading.Event) -> None:
    """Run timers until told to stop; one that has begun is finished."""
    database = Database(settings.database_url, most_connections=2)
    with closing(database):
        while not stop.is_set():
            try:
                with closing(connect(settings.database_url, "timers")) as bell:
                    bell.execute(f"listen {CHANNEL}")
                    _run(database, bell, stop)
            except AWAY as trouble:
                logger.warning("PostgreSQL is away", trouble=str(trouble).strip())
                stop.wait(AWAY_SECONDS)


def run_due(database: Database) -> int:
    """Run what is due now, one batch at most. Returns how many were executed."""
    with database.alone.connection() as driver:
        due: Sequence[tuple[UUID, UUID | None]] = driver.execute(DUE, (clock.now(),)).fetchall()
    return sum(_ran(database, timer_id, ticket_id) for timer_id, ticket_id in due)


def _run(database: Database, bell: Connection[Any], stop: threading.Event) -> None:
    while not stop.is_set():
        heartbeat.beat(bell, heartbeat.TIMERS)
        if run_due(database) < BATCH:
            (next_at,) = bell.execute(NEXT).fetchone() or (None,)
            for _ in bell.notifies(timeout=_wait_seconds(next_at), stop_after=1):
                pass


def _wait_seconds(next_at: datetime | None) -> float:
    if next_at is None:
        return LONGEST_WAIT_SECONDS
    return min(max((next_at - clock.now()).total_seconds(), BUSY_SECONDS), LONGEST_WAIT_SECONDS)


def _ran(database: Database, timer_id: UUID, ticket_id: UUID | None) -> bool:
    """Execute one timer, unless somebody else does, or its ticket is being worked on."""
    try:
        with database.transaction() as session:
            if ticket_id and not _locked(session, sa.select(col(Ticket.id)).where(col(Ticket.id) == ticket_id)):
                return False
            timer = _locked(
                session, sa.select(Timer).where(col(Timer.id) == timer_id, col(Timer.due_at) <= clock.now())
            )
            if timer is None:
                return False
            session.execute(sa.delete(Timer).where(col(Timer.id) == timer_id))  # first: a handler may set it anew
            handler_of(timer.kind)(session, timer)
            failpoint("timers.before_commit")
        failpoint("timers.after_commit")
        return True
    except Exception as trouble:  # one handler's bug must not keep the other timers from running
        _put_off(database, timer_id, trouble)
        return False


def _locked(session: sa.orm.Session, query: sa.Select[Any]) -> Any:
    return session.execute(query.with_for_update(skip_locked=True)).scalar()


def _put_off(database: Database, timer_id: UUID, trouble: Exception) -> None:
    """Note what was wrong and try again later; after `MOST_ATTEMPTS` leave it to people."""
    note = f"{type(trouble).__name__}: {trouble}"[:500].replace("\0", "")
    with database.transaction() as session:
        timer = _locked(session, sa.select(Timer).where(col(Timer.id) == timer_id))
        if timer is None:
            return
        timer.attempts += 1
        timer.note = note
        timer.is_set_aside = timer.attempts >= MOST_ATTEMPTS
        timer.due_at = clock.now() + timedelta(seconds=min(2.0 ** (timer.attempts - 1), MOST_PAUSE_SECONDS))
        logger.warning("a timer failed", kind=timer.kind, key=timer.key, attempts=timer.attempts, note=note)
