"""SIGKILL the web server while a file comes in: never a row without its content, only garbage that upkeep collects."""

import signal
from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from app.db import Database
from app.files.law import contents_are_there
from app.files.store import open_store
from app.files.sweep import sweep
from app.identity.token import issue_token
from core import clock
from core.actor import SYSTEM
from core.settings import Settings
from tests.faults.failpoints import all_failpoints
from tests.faults.test_web_killed import serving
from tests.world import World

pytestmark = pytest.mark.xdist_group("killed")

POINTS = [name for name in all_failpoints() if name.startswith("files.")]


@pytest.fixture(scope="module")
def cleo(battered: Settings) -> httpx.Client:
    """Cleo's program, which sends files."""
    with closing(Database(battered.database_url)) as database, database.transaction() as session:
        world = World(session)
        _, token = issue_token(session, SYSTEM, person_id=world.cleo.id, name="test")
    return httpx.Client(base_url=f"http://127.0.0.1:{battered.port}", headers={"authorization": f"Bearer {token}"})


def _put(settings: Settings) -> list[str]:
    return sorted(sha256 for sha256, _ in open_store(settings).everything())


def test_a_kill_leaves_no_row_without_content_and_garbage_goes(battered: Settings, cleo: httpx.Client) -> None:
    with cleo:
        for point in POINTS:
            with serving(battered, failpoint=f"{point}:1") as process:
                with pytest.raises(httpx.TransportError):
                    cleo.post("/api/v1/files", content=point.encode())
                assert process.wait() == -signal.SIGKILL, point
            assert contents_are_there(battered).wrong == 0
        assert contents_are_there(battered).checked == 0
        assert len(_put(battered)) < len(POINTS)
        with clock.at(clock.now() + timedelta(days=2)):
            sweep(battered)
        assert _put(battered) == []
        assert list(battered.incoming_path.iterdir()) == []
        with serving(battered):
            kept = [cleo.post("/api/v1/files", content=point.encode()).json()["sha256"] for point in POINTS]
    assert _put(battered) == sorted(kept)
    assert contents_are_there(battered).wrong == 0
