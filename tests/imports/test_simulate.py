"""The simulator works tickets by real commands, and stops when it is told to."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing

import pytest

from app.db import Database
from app.imports import demo
from app.imports.demo.acts import Cast
from app.imports.demo.attendance import come_and_go
from app.imports.demo.simulate import run, step
from app.presence.team import presences
from app.queues.house import house_of
from app.tickets.fold import rows_are_folds
from core import clock
from core.actor import SYSTEM
from core.settings import Settings
from tests.imports.logs import Import
from tests.world import at


@pytest.fixture
def lively(settings: Settings) -> Import:
    """A small demo company."""
    return Import(demo.load(settings, tickets=300), settings)


def test_it_does_all_sorts_of_things_and_the_rows_stay_folds(lively: Import) -> None:
    database, dice = Database(lively.settings.database_url, most_connections=2), random.Random(3)
    try:
        with database.reading() as session:
            cast = Cast.of(session)
        assert cast
        done = Counter(step(database, cast, dice) for _ in range(120))
    finally:
        database.close()
    assert {"open", "answer", "take", "solve", "ask"} <= set(done)
    assert done["refused"] < 6
    sources = dict(lively.rows("select source, count(*) from event_pending group by 1"))
    assert set(sources) <= {"ui", "email", "automation"}
    assert rows_are_folds(lively.settings).wrong == 0


def test_who_is_on_shift_is_there_and_goes_home(lively: Import) -> None:
    with closing(Database(lively.settings.database_url, most_connections=2)) as database:
        for when in ("wed 13:00", "wed 13:05", "sat 3:00"):
            with clock.at(at(when)), database.transaction() as session:
                cast = Cast.of(session)
                assert cast
                come_and_go(session, cast.agents)
                if when == "wed 13:05":
                    there = presences(session, house_of(session), SYSTEM)
                    assert {"online"} <= {row.presence for row, _ in there}
    ((gone,),) = lively.rows("select count(*) from presence where presence = 'online'")
    assert gone < len(there)
    person = "payload ->> 'person_id'"
    once = f"select count(*), count(distinct {person}) from event_pending where payload ->> 'presence' = 'online'"
    ((events, people),) = lively.rows(once)
    assert events == people > 0


def test_without_the_demo_company_it_does_nothing(settings: Settings) -> None:
    run(settings, threading.Event())


def test_switched_off_it_does_nothing(lively: Import) -> None:
    run(lively.settings.model_copy(update={"simulate": False}), threading.Event())
    assert lively.rows("select count(*) from event_pending") == [(0,)]


def test_sigterm_stops_it_cleanly(lively: Import) -> None:
    environment = {**os.environ, "CLEARQUEUE_DATABASE_URL": lively.settings.database_url}
    worker = subprocess.Popen([sys.executable, "-m", "app.imports.demo.simulate"], env=environment)
    try:
        while lively.rows("select count(*) from event_pending") == [(0,)]:
            assert worker.poll() is None
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    finally:
        worker.kill()
    assert rows_are_folds(lively.settings).wrong == 0


def test_it_needs_none_of_the_heavy_libraries() -> None:
    asked = "import app.imports.demo.simulate, sys; print({'polars', 'ibis', 'duckdb', 'dash'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", asked], text=True).strip() == "set()"
