"""SIGKILL whoever gives history its clocks, or answers what-if: what follows goes on, and nothing is there twice."""

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.db import Database
from app.platform.verification import laws
from app.sla.backfill import finish_backfills
from app.sla.backfill_job import ask_for_clocks, how_far
from app.sla.drafts import Draft
from app.sla.what_if_job import answer, ask_what_if, differing_tickets, what_if_of
from core import clock
from core.settings import Settings
from etl.connection import connect
from tests.faults.processes import running
from tests.sla.desk import promise, set_policy
from tests.world import World, at

pytestmark = pytest.mark.xdist_group("killed")

POINTS = ["clocks.before_commit", "clocks.after_commit", "what_if.kept"]
FOUR_AT_A_TIME = """
from app.sla import backfill
from core.settings import read
backfill.WITHOUT = backfill.WITHOUT.replace(f"limit {backfill.BATCH}", "limit 4")
backfill.finish_backfills(read())
"""
ONE_AT_A_TIME = """
import sys
from contextlib import closing
from uuid import UUID
from app.sla import what_if, what_if_job
from core.settings import read
from etl.connection import connect
what_if.CHOSEN = what_if.CHOSEN.replace(f"limit {what_if.CHUNK}", "limit 1")
with closing(connect(read().database_url, "test")) as connection:
    what_if_job.answer(read(), connection, UUID(sys.argv[1]), processes=0)
"""
TICKETS = 10
TWICE = """
    select ticket_id, kind, payload ->> 'clock_id' from event_pending where kind like 'sla.%'
    group by 1, 2, 3 having count(*) > 1
"""


@pytest.fixture
def platform(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, secret_key="k" * 32)


@pytest.fixture
def database(platform: Settings) -> Iterator[Database]:
    with closing(Database(platform.database_url, most_connections=2)) as made:
        yield made


def killed(platform: Settings, program: str, *arguments: str, failpoint: str) -> bool:
    with running(platform, "-c", program, *arguments, failpoint=failpoint) as process:
        return process.wait() == -signal.SIGKILL


def test_clocks_of_history_go_on_behind_the_last_whole_batch(database: Database, platform: Settings) -> None:
    with database.transaction() as session:
        world = World(session)
        for _ in range(TICKETS):
            world.ticket(opened="mon 9:00", replied="mon 10:00")
        set_policy(world, promise("first_reply", 4))
    with closing(connect(platform.database_url, "test")) as connection:
        ask_for_clocks(connection)
        far = []
        for point in POINTS[:2]:
            assert killed(platform, FOUR_AT_A_TIME, failpoint=f"{point}:2"), point
            far.append(how_far(connection.execute)[0])
        assert far == [4, TICKETS]
        assert finish_backfills(platform) == TICKETS
        assert connection.execute(TWICE).fetchall() == []
    law_names = ["rows are the fold of their events", "clocks are as told"]
    assert [(law.name, law.checked, law.wrong) for law in laws(platform, only=law_names)] == [
        (name, TICKETS, 0) for name in law_names
    ]


def test_a_question_that_was_cut_short_is_answered_whole_and_once(database: Database, platform: Settings) -> None:
    stricter = {"policies": [{"name": "Stricter", "targets": [promise("first_reply", 1)]}]}
    with database.transaction() as session:
        world = World(session)
        set_policy(world, promise("first_reply", 4))
        for _ in range(3):
            world.ticket(opened="mon 9:00", replied="mon 11:00")
    with database.transaction() as session, clock.at(at("tue 9:00")):
        draft, dov = Draft.model_validate(stricter), world.actor("dov")
        row = ask_what_if(session, dov, draft, name="Stricter", since=at("mon 0:00"), until=at("tue 0:00"))
        what_if_id = row.id
    assert killed(platform, ONE_AT_A_TIME, str(what_if_id), failpoint=f"{POINTS[2]}:2")
    with database.reading() as session:
        assert len(differing_tickets(session, dov, what_if_id, limit=9)) == 2
    with closing(connect(platform.database_url, "test")) as connection:
        answer(platform, connection, what_if_id, processes=0)
    with database.reading() as session:
        found = what_if_of(session, what_if_id)
        assert (found.done, found.failure, found.answer["differing"]) == (3, "", 3)
        assert len(differing_tickets(session, dov, what_if_id, limit=9)) == 3
