"""SIGKILL the web server: what it promised is there once, and what it did not promise can be asked again."""

import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from app.db import Database
from app.identity.token import issue_token
from app.platform import address
from app.platform.verification import laws
from core.actor import SYSTEM
from core.settings import Settings
from tests.etl.carriers import eventually
from tests.etl.company import carry_all
from tests.faults.failpoints import all_failpoints
from tests.faults.journal import Journal
from tests.faults.processes import running
from tests.world import World

POINTS = [name for name in all_failpoints() if name.startswith("app.")]
RANDOM_KILLS = 3


@pytest.fixture(scope="module")
def journal(battered: Settings) -> Journal:
    """Cleo, who writes."""
    with closing(Database(battered.database_url)) as database, database.transaction() as session:
        world = World(session)
        _, token = issue_token(session, SYSTEM, person_id=world.cleo.id, name="test")
        return Journal(battered.port, token, str(world.billing))


@contextmanager
def serving(settings: Settings, failpoint: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """A web server that answers."""
    with running(settings, "-m", "cli", "web", failpoint=failpoint) as process:
        reached_at = f"http://127.0.0.1:{settings.port}"
        eventually(lambda: process.poll() is not None or address.answers(reached_at, "/api/v1/health"))
        yield process


def everything_is_there_once(journal: Journal, settings: Settings) -> bool:
    """After all is known: one ticket for each command, and every law holds."""
    with serving(settings):
        journal.ask_again()
    assert journal.is_certain
    assert sorted(journal.kept(settings.database_url)) == sorted(journal.answers)
    carry_all(settings)
    return [law.name for law in laws(settings) if not law.holds] == []


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_fail_point(point: str, battered: Settings, journal: Journal) -> None:
    with serving(battered, failpoint=f"{point}:4") as process:
        journal.open_tickets(6)
        assert process.wait() == -signal.SIGKILL
    assert not journal.is_certain
    assert everything_is_there_once(journal, battered)


def test_killed_at_random(battered: Settings, journal: Journal) -> None:
    chance = random.Random(3)
    for _ in range(RANDOM_KILLS):
        with serving(battered) as process:
            writing = threading.Thread(target=journal.open_tickets, args=(20,))
            writing.start()
            time.sleep(chance.uniform(0.02, 0.3))
            process.kill()
            writing.join()
    assert everything_is_there_once(journal, battered)
