"""SIGKILL the web server: what it promised is there once, and what it did not promise can be asked again."""

import random
import signal
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
from tests.depth import examples
from tests.etl.carriers import eventually
from tests.etl.company import carry_all
from tests.faults.failpoints import all_failpoints
from tests.faults.journal import Journal
from tests.faults.processes import Running, running
from tests.world import World

pytestmark = pytest.mark.xdist_group("killed")

POINTS = [name for name in all_failpoints() if name.startswith("app.")]
RANDOM_KILLS = examples(1)


@pytest.fixture(scope="module")
def journal(battered: Settings) -> Journal:
    """Cleo, who writes."""
    with closing(Database(battered.database_url)) as database, database.transaction() as session:
        world = World(session)
        _, token = issue_token(session, SYSTEM, person_id=world.cleo.id, name="test")
        return Journal(battered.port, token, str(world.billing))


@contextmanager
def serving(settings: Settings, failpoint: str = "") -> Iterator[Running]:
    """A web server that answers."""
    with running(settings, "-m", "cli", "web", failpoint=failpoint) as process:
        reached_at = f"http://127.0.0.1:{settings.port}"
        eventually(lambda: process.poll() is not None or address.answers(reached_at, "/api/v1/health"))
        yield process


def test_however_it_is_killed_what_was_promised_is_there_once(battered: Settings, journal: Journal) -> None:
    for point in POINTS:
        with serving(battered, failpoint=f"{point}:4") as process:
            journal.open_tickets(6)
            assert process.wait() == -signal.SIGKILL, point
    chance = random.Random(3)
    for _ in range(RANDOM_KILLS):
        with serving(battered) as process:
            writing = threading.Thread(target=journal.open_tickets, args=(20,))
            writing.start()
            time.sleep(chance.uniform(0.02, 0.3))
            process.kill()
            writing.join()
    assert not journal.is_certain
    with serving(battered):
        journal.ask_again()
    assert journal.is_certain
    assert sorted(journal.kept(battered.database_url)) == sorted(journal.answers)
    carry_all(battered)
    assert [law.name for law in laws(battered) if not law.holds] == []
