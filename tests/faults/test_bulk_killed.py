"""SIGKILL the worker in the middle of a bulk edit: each ticket is edited once, and the report is complete."""

import signal
import time
from contextlib import closing
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.bulk.asking import start_bulk
from app.bulk.job import BulkJob
from app.bulk.runner import GATHERED
from app.db import Database
from app.macros.actions import read_actions
from app.platform.verification import laws
from core.settings import Settings
from tests.etl.company import carry_all
from tests.faults.failpoints import all_failpoints
from tests.faults.processes import running
from tests.world import World

pytestmark = pytest.mark.xdist_group("killed")

POINTS = [name for name in all_failpoints() if name.startswith("bulk_edit.")]
WORKER = ("-m", "cli", "worker")
TICKETS = 3 * GATHERED + 10
URGENT = read_actions([{"do": "prioritise", "priority": 4}, {"do": "note", "body": "All at once."}])
TOLD = """
    select payload ->> 'message_id' is not null as is_note, ticket_id, count(*) as times
    from event_pending
    where correlation_id = :job and ticket_id is not null
    group by 1, 2
"""


def _asked(database: Database) -> UUID:
    with database.transaction() as session:
        world = World(session)
        for n in range(TICKETS):
            world.ticket(title=f"Outage {n}", closed="mon 10:00" if n == 3 else [])
        return start_bulk(
            session, world.actor("dov"), URGENT, query="outage", ticket_ids=[], if_unchanged=False
        ).id  # fmt: skip


def _finished(database: Database, job_id: UUID) -> BulkJob:
    """The job, once the worker has come to its end. (A worker that never does fails by the time limit of the test.)"""
    for _ in range(600):
        with database.reading() as session:
            job = session.get_one(BulkJob, job_id)
            if job.finished_at:
                return job
        time.sleep(0.1)
    raise AssertionError("the bulk edit never ends")


@pytest.mark.parametrize("nth", [1, 2])
def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_nothing_is_done_twice(
    settings: Settings, nth: int
) -> None:
    settings.data_dir.mkdir()
    with closing(Database(settings.database_url, most_connections=2)) as database:
        job_id = _asked(database)
        for point in POINTS:
            with running(settings, *WORKER, failpoint=f"{point}:{nth}") as process:
                assert process.wait() == -signal.SIGKILL, point
        with running(settings, *WORKER):
            job = _finished(database, job_id)
        assert (job.total, job.done, job.refused) == (TICKETS, TICKETS - 1, 1)
        with database.reading() as session:
            told = session.execute(sa.text(TOLD), {"job": job_id}).all()
            report = session.execute(
                sa.text("select outcome, count(*) from bulk_ticket where job_id = :job group by 1 order by 1"),
                {"job": job_id},
            ).all()
        assert [tuple(row) for row in report] == [("done", TICKETS - 1), ("refused", 1)]
        assert sorted(row.is_note for row in told) == [False] * (TICKETS - 1) + [True] * (TICKETS - 1)
        assert {row.times for row in told} == {1}
    carry_all(settings)
    assert [law.name for law in laws(settings) if not law.holds] == []
