"""SIGKILL the carrier wherever it can hurt: afterwards every law holds, and nothing is lost or doubled."""

import random
import signal
import threading
import time

import pytest

from app.platform.verification import laws
from core.settings import Settings
from tests.depth import examples
from tests.etl.company import Company, carry_all, until_carried
from tests.faults.failpoints import all_failpoints
from tests.faults.processes import running

pytestmark = pytest.mark.xdist_group("killed")

CARRYING = ("sequencer.", "follow.", "lake.", "search.")
"""Fail points of this process; test_failpoints.py names the tests of the others'."""

POINTS = [name for name in all_failpoints() if name.startswith(CARRYING)]
RANDOM_KILLS = examples(3)
PATIENCE_SECONDS = 60


def broken(settings: Settings) -> list[str]:
    """What the laws find wrong, in words."""
    return [f"{law.name}: {law.examples}" for law in laws(settings) if not law.holds]


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_fail_point(point: str, battered: Settings, company: Company) -> None:
    company.work(tickets=3)
    with running(battered, "-m", "etl", failpoint=f"{point}:1") as process:
        assert process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    company.work(tickets=1)
    carry_all(battered)
    assert broken(battered) == []


def test_killed_at_random_while_tickets_come_in(battered: Settings, company: Company) -> None:
    chance, over = random.Random(7), threading.Event()
    busy = threading.Thread(target=lambda: [company.work(1) for _ in iter(over.is_set, True)])
    busy.start()
    for _ in range(RANDOM_KILLS):
        with running(battered, "-m", "etl"):
            time.sleep(chance.uniform(0.5, 4))
    over.set()
    busy.join()
    carry_all(battered)
    assert broken(battered) == []


def test_a_standby_takes_over_from_a_killed_leader(battered: Settings, company: Company) -> None:
    with running(battered, "-m", "etl") as leader, running(battered, "-m", "etl") as standby:
        company.work(tickets=2)
        until_carried(battered)
        leader.kill()
        company.work(tickets=2)
        until_carried(battered)
        standby.terminate()
        assert standby.wait() in (0, -signal.SIGTERM)
    carry_all(battered)
    assert broken(battered) == []


def test_asked_to_stop_it_finishes_and_ends_well(battered: Settings, company: Company) -> None:
    with running(battered, "-m", "etl") as process:
        company.work(tickets=2)
        until_carried(battered)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    assert broken(battered) == []
