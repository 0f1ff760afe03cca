"""Asking for clocks of history: imports and the demo do, the worker follows (app/sla/backfill.py does the work)."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from threading import Event as Stop
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from psycopg import Connection
from sqlmodel import Field, SQLModel

from app.columns import instant, maybe_instant
from core import clock, log
from core.ids import new_id
from core.settings import Settings
from etl.connection import AWAY, connect

POLL_SECONDS = 2.0
logger = log.get(__name__)


class ClockBackfill(SQLModel, table=True):
    """Tickets that had no policy when somebody asked get their clocks, in the order of their ids. A killed worker's
    successor goes on behind `after_id`.
    """

    __tablename__ = "clock_backfill"
    __table_args__ = (sa.Index("clock_backfill_open", "asked_at", postgresql_where=sa.text("finished_at is null")),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    asked_at: datetime = instant()
    after_id: UUID | None = None
    total: int
    done: int = 0
    found: int = 0
    """How many tickets got clocks; the others are for no policy."""
    finished_at: datetime | None = maybe_instant()


ASK = """
    insert into clock_backfill (id, asked_at, total, done, found)
    select %s, %s, count(*) + %s, 0, 0 from ticket where sla_policy_id is null
    returning id
"""
OPEN = "select id from clock_backfill where finished_at is null order by asked_at, id"
FAR = """
    select coalesce(sum(done), 0), coalesce(sum(greatest(total, done)), 0) from clock_backfill where finished_at is null
"""


def ask_for_clocks(connection: Connection[Any], *, more: int = 0) -> UUID:
    """Let all tickets without a policy get the clocks that they would have had, soon. In the caller's transaction,
    which is going to write so many `more` tickets.
    """
    row = connection.execute(ASK, (new_id(), clock.now(), more)).fetchone()
    assert row is not None
    made: UUID = row[0]
    return made


def how_far(execute: Callable[[str], Any]) -> tuple[int, int]:
    """How many tickets were looked at and how many are to be, of all that is asked; (0, 0): nothing is."""
    done, total = execute(FAR).fetchone() or (0, 0)
    return int(done), int(total)


def run_backfills(settings: Settings, stop: Stop) -> None:
    """Do what was asked until told to stop; a batch that was begun is finished."""
    from app.sla.backfill import go_on  # the worker's start does not wait for what it may never need

    while not stop.is_set():
        try:
            with closing(connect(settings.database_url, "clocks", statement_seconds=0)) as connection:
                while not stop.wait(POLL_SECONDS):
                    for (job_id,) in connection.execute(OPEN).fetchall():
                        go_on(settings, connection, job_id, stop)
        except AWAY as trouble:
            logger.warning("clocks of history wait", trouble=str(trouble).strip())
            stop.wait(POLL_SECONDS)
