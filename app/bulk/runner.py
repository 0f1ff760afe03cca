"""Doing bulk edits in the worker: some tickets a transaction, each in a savepoint, through the same door as everybody.

The row that says what became of a ticket is written in the transaction that changes it. A worker that is killed leaves
each ticket either done and noted or untouched; the next one goes on behind it. Two workers skip each other's tickets.
"""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.bulk.job import BulkJob, BulkTicket
from app.db import Database
from app.identity.asking import actor_of
from app.macros.actions import read_actions
from app.macros.apply import apply_actions
from app.people.person import Person
from app.tickets.decider import locked
from core import clock, log
from core.actor import Actor
from core.errors import NotAllowed, Refusal
from core.events import BulkFinished
from core.ledger import append, wrap
from core.settings import Settings
from etl.failpoint import failpoint

POLL_SECONDS = 0.5
TURN = 50
"""Tickets of one job before the next job has its turn: a long one does not hold up a short one."""

GATHERED = 20
GATHERED_SECONDS = 0.25
"""Tickets of one transaction, and how long they may stay locked: a commit costs as much as changing a ticket does."""

IMPATIENT = sa.text("set local lock_timeout = '200ms'")
"""Who holds several tickets does not wait long for another: people may wait for those."""

MOST_ATTEMPTS = 5
"""How often a ticket that somebody is working on is tried."""

BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
logger = log.get(__name__)


class Busy(Exception):
    """Somebody was working on the ticket with this number; nothing of its transaction happened."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run_bulk(settings: Settings, stop: threading.Event) -> None:
    """Do bulk edits until told to stop; a ticket that was begun is finished."""
    with closing(Database(settings.database_url, most_connections=2)) as database:
        while not stop.is_set():
            try:
                if not run_turns(database, stop):
                    stop.wait(POLL_SECONDS)
            except (sa.exc.OperationalError, sa.exc.TimeoutError, psycopg.OperationalError) as trouble:
                logger.warning("bulk edits wait", trouble=str(trouble).strip())
                stop.wait(POLL_SECONDS * 4)


def run_turns(database: Database, stop: threading.Event | None = None) -> bool:
    """Give each open job its turn. Returns whether any was open."""
    with database.reading() as session:
        open_jobs = (
            sa.select(col(BulkJob.id)).where(col(BulkJob.finished_at).is_(None)).order_by(col(BulkJob.created_at))
        )
        job_ids = session.execute(open_jobs).scalars().all()
    for job_id in job_ids:
        _turn(database, job_id, stop)
    return bool(job_ids)


def _turn(database: Database, job_id: UUID, stop: threading.Event | None) -> None:
    left = TURN
    while left > 0 and not (stop and stop.is_set()):
        try:
            settled = _next_tickets(database, job_id, min(left, GATHERED))
        except Busy as busy:
            _try_later(database, job_id, busy.number)
            settled = 1
        if not settled:
            return
        left -= settled


def _next_tickets(database: Database, job_id: UUID, most: int) -> int:
    """The next tickets of a job, or the job's end. Returns how many were settled. Raises `Busy`: then none was."""
    number, until = None, time.monotonic() + GATHERED_SECONDS
    outcomes: Counter[str] = Counter()
    try:
        with database.transaction() as session:
            job = session.get_one(BulkJob, job_id)
            rows = [] if job.is_cancelled else _claimed(session, job_id, most)
            if not rows:
                _finish(session, job_id)
                return 0
            for row in rows:
                number = row.number
                outcomes[_settled(session, job, row)] += 1
                if time.monotonic() > until:
                    break
            _count(session, job_id, outcomes)
            failpoint("bulk_edit.before_commit")
        failpoint("bulk_edit.after_commit")
    except sa.exc.OperationalError as trouble:
        if number is None or not isinstance(trouble.orig, BUSY):
            raise
        raise Busy(number) from trouble
    return outcomes.total()


def _claimed(session: Session, job_id: UUID, most: int) -> Sequence[BulkTicket]:
    """Tickets that wait, several together unless somebody was working on the first: that one is waited for alone."""
    waiting = (
        sa.select(BulkTicket)
        .where(col(BulkTicket.job_id) == job_id, col(BulkTicket.outcome).is_(None))
        .order_by(col(BulkTicket.attempts), col(BulkTicket.number))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(waiting).scalars().all()
    if not rows or rows[0].attempts:
        return rows[:1]
    session.execute(IMPATIENT)
    return [row for row in rows if not row.attempts]


def _settled(session: Session, job: BulkJob, row: BulkTicket) -> str:
    """Do it to one ticket, all of it or nothing, and note what became of it."""
    attempt = session.begin_nested()
    try:
        row.outcome = _done(session, job, row)
        attempt.commit()
    except Refusal as refusal:
        attempt.rollback()
        row.outcome, row.code, row.reason = "refused", refusal.code, refusal.sentence[:1000]
    session.flush()
    return row.outcome


def _count(session: Session, job_id: UUID, outcomes: Counter[str]) -> None:
    more = {outcome: col(getattr(BulkJob, outcome)) + times for outcome, times in outcomes.items()}
    session.execute(sa.update(BulkJob).where(col(BulkJob.id) == job_id).values(more))


def _done(session: Session, job: BulkJob, row: BulkTicket) -> str:
    actor = _actor(session, job.person_id)
    before = locked(session, actor, row.ticket_id).version
    ticket = apply_actions(
        session, actor, row.ticket_id, read_actions(job.actions["steps"]),
        expected_version=row.expected_version, source="bulk", cause_id=job.cause_id, correlation_id=job.id,
    )  # fmt: skip
    session.flush()
    return "unchanged" if ticket.version == before else "done"


def _actor(session: Session, person_id: UUID) -> Actor:
    """Whoever asked, with the rights of now: what was taken from them meanwhile they do not have."""
    person = session.get_one(Person, person_id)
    if not person.is_active:
        raise NotAllowed("Whoever asked for this may no longer sign in.")
    return actor_of(session, person)


def _finish(session: Session, job_id: UUID) -> None:
    """The end, once nothing waits, or cancelled. Tickets that another worker has in hand are waited for."""
    job = session.get_one(BulkJob, job_id, with_for_update=True, populate_existing=True)
    left = sa.exists().where(col(BulkTicket.job_id) == job_id, col(BulkTicket.outcome).is_(None))
    if job.finished_at or (not job.is_cancelled and session.execute(sa.select(left)).scalar()):
        return
    job.finished_at = clock.now()
    session.flush()
    told = BulkFinished(
        job_id=job.id, was_cancelled=job.is_cancelled, done=job.done, unchanged=job.unchanged, refused=job.refused
    )
    actor = actor_of(session, session.get_one(Person, job.person_id))
    append(session, [wrap(told, actor, source="bulk", cause_id=job.cause_id, correlation_id=job.id)])


def _try_later(database: Database, job_id: UUID, number: int) -> None:
    """Somebody holds the ticket: others first; in the end it is refused."""
    with database.transaction() as session:
        row = session.get_one(BulkTicket, (job_id, number), with_for_update=True)
        row.attempts += 1
        if row.attempts >= MOST_ATTEMPTS:
            row.outcome, row.code, row.reason = "refused", "busy", "Somebody was working on the ticket all the time."
            session.execute(
                sa.update(BulkJob).where(col(BulkJob.id) == job_id).values(refused=col(BulkJob.refused) + 1)
            )
        session.flush()
