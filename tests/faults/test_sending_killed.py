"""SIGKILL the worker while replies go out that waited for their time: each is sent once, and none is lost."""

import signal
import time
from contextlib import closing

import pytest
import sqlalchemy as sa

from app.db import Database
from app.outgoing.schedule import Wish, schedule
from app.platform.verification import laws
from app.tickets.commands import Reply
from core import clock
from core.settings import Settings
from tests.etl.company import carry_all
from tests.faults.failpoints import all_failpoints
from tests.faults.processes import running
from tests.world import World, at

pytestmark = pytest.mark.xdist_group("killed")

POINTS = [name for name in all_failpoints() if name.startswith("timers.")]
WORKER = ("-m", "cli", "worker")
NTH = 2
REPLIES = NTH * len(POINTS) + 2
WAITING = "select count(*) from scheduled_reply where held_at is null"
SAID = "select body, count(*) as times from message where body like 'Answer %' group by 1"
TOLD = """
    select payload ->> 'outcome' as outcome, count(*) as times, count(distinct payload ->> 'message_id') as messages
    from event_pending where kind = 'reply.unscheduled' group by 1 order by 1
"""


def _written(database: Database) -> None:
    """Two on each ticket: one to be taken back within seconds, one for ten; and one that its customer overtakes."""
    with database.transaction() as session:
        world = World(session)
        ana = world.actor("ana")
        for n in range(REPLIES + 1):
            if n % 2 == 0:
                ticket = world.ticket(opened="mon 9:00")
            wish = {"delay_seconds": 10} if n % 2 else {"send_at": at("mon 10:00")}
            with clock.at(at("mon 9:30")):
                schedule(session, ana, ticket.id, Wish.model_validate({"body": f"Answer {n}", **wish}))
        world.do("cleo", Reply(body="One thing more."), ticket, at="mon 9:40")


def _all_sent(database: Database) -> None:
    """Wait for it. (A worker that never does it fails by the count.)"""
    for _ in range(600):
        with database.reading() as session:
            if not session.execute(sa.text(WAITING)).scalar_one():
                return
        time.sleep(0.1)


def test_a_worker_killed_while_it_sends_sends_each_reply_once_and_loses_none(settings: Settings) -> None:
    settings.data_dir.mkdir()
    with closing(Database(settings.database_url, most_connections=2)) as database:
        _written(database)
        for point in POINTS:
            with running(settings, *WORKER, failpoint=f"{point}:{NTH}") as process:
                assert process.wait() == -signal.SIGKILL, point
        with running(settings, *WORKER):
            _all_sent(database)
        with database.reading() as session:
            said = {row.body: row.times for row in session.execute(sa.text(SAID))}
            told = [tuple(row) for row in session.execute(sa.text(TOLD))]
    assert said == {f"Answer {n}": 1 for n in range(REPLIES)}
    assert told == [("held", 1, 0), ("sent", REPLIES, REPLIES)]
    carry_all(settings)
    assert [law.name for law in laws(settings) if not law.holds] == []
