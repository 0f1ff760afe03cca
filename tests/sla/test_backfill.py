"""History gets the clocks that it would have had, and nobody is told of last year."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg import Connection

from app.db import Database
from app.imports.demo import load
from app.imports.demo.promises import promise
from app.sla.backfill import BATCH, WITHOUT, backfill, go_on
from app.sla.backfill_job import OPEN, how_far
from app.sla.clocks import replayed
from app.sla.law import clocks_are_as_told
from app.sla.notice import SlaNotice
from app.tickets.commands import Reply
from app.tickets.fold import rows_are_folds
from app.timers import runner
from core import clock
from core.ledger import history
from core.settings import Settings
from etl.connection import connect
from tests.sla.desk import kept, kinds, rules_of, set_policy, timer, told
from tests.sla.desk import promise as promised
from tests.world import World, at


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as made:
        yield made


@pytest.fixture
def platform(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, secret_key="k" * 32)


def test_tickets_from_before_the_first_policy_get_their_clocks(database: Database, platform: Settings) -> None:
    with database.transaction() as session:
        world = World(session)
        answered = world.ticket(opened="mon 9:00", replied="mon 10:00")
        late, new = world.ticket(opened="mon 9:00"), world.ticket(opened="tue 8:00")
        levels = [{"notify": ["queue"], "note": "Late."}]
        set_policy(world, promised("first_reply", 4, levels=levels, warnings=[{"percent": 50}]))
    with clock.at(at("tue 9:00")):
        assert (backfill(platform), backfill(platform)) == (3, 0)
        assert rows_are_folds(platform).wrong == clocks_are_as_told(platform).wrong == 0
        runner.run_due(database)
    with database.transaction() as session:
        world.session = session
        assert kinds(world, answered) == ["policy.applied", "activated", "fulfilled"]
        assert kinds(world, late) == ["policy.applied", "activated", "breached"]
        assert session.query(SlaNotice).count() == 0, "what is past was told to nobody"
        assert (timer(world, late), timer(world, new) is not None) == (None, True)
        assert [(one.kind, one.occurred_at) for one in told(world, late)] == [
            (event.kind, instant)
            for instant, event in replayed(history(session, late.id), rules_of(world), at("tue 9:00"))
        ]
        world.do("ana", Reply(body="At last."), late, at="tue 10:00")
        (one,) = kept(world, late)
        assert (one.state, one.breached_at, one.stopped_at) == ("fulfilled", at("mon 13:00"), at("tue 10:00"))


@pytest.mark.parametrize("is_up", [True, False])
def test_what_people_do_need_not_wait_behind_history(
    database: Database, platform: Settings, monkeypatch: pytest.MonkeyPatch, *, is_up: bool
) -> None:
    monkeypatch.setattr("app.sla.backfill.WITHOUT", WITHOUT.replace(f"limit {BATCH}", "limit 20"))
    monkeypatch.setattr("app.sla.backfill.MOST_BEHIND", 0)
    monkeypatch.setattr("app.sla.backfill.STILL_SECONDS", 3600 if is_up else -1)
    load(platform, tickets=50)
    with database.transaction() as session:
        promise(session)
    with closing(connect(platform.database_url, "test")) as connection:
        connection.execute("insert into follower (name, position, updated_at, note) values ('lake', 0, now(), '')")
        ((job_id,),) = connection.execute(OPEN).fetchall()
        lake = Lake(connection, is_up=is_up)
        assert go_on(platform, connection, job_id, lake) > 0
        assert how_far(connection.execute) == (0, 0), "nothing is left to be done"
    assert lake.waited == (3 if is_up else 0), "once for each batch, but not for a lake that stands still"


class Lake(Event):
    """Never stops anybody; whoever waits gives it the time to follow, if it is up."""

    def __init__(self, connection: Connection[Any], *, is_up: bool) -> None:
        super().__init__()
        self.waited, self._connection, self._is_up = 0, connection, is_up

    def wait(self, timeout: float | None = None) -> bool:
        self.waited += 1
        if self._is_up:
            self._connection.execute("update follower set position = (select max(position) from event)")
        return False


def test_an_import_asks_for_clocks_and_who_is_stopped_is_followed_by_who_goes_on(
    database: Database, platform: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sla.backfill.WITHOUT", WITHOUT.replace(f"limit {BATCH}", "limit 20"))
    load(platform, tickets=50)
    with database.transaction() as session:
        promise(session)
    stop = Event()
    with closing(connect(platform.database_url, "test")) as connection:
        ((job_id,),) = connection.execute(OPEN).fetchall()
        assert how_far(connection.execute) == (0, 50)
        go_on(platform, connection, job_id, stop, progress=lambda done, total: stop.set())
        assert how_far(connection.execute) == (20, 50)
        stop.clear()
        assert go_on(platform, connection, job_id, stop) == 50
        assert (how_far(connection.execute), go_on(platform, connection, job_id)) == ((0, 0), 50)
    assert rows_are_folds(platform).wrong == clocks_are_as_told(platform).wrong == 0


def test_the_demo_company_keeps_and_breaks_its_promises(database: Database, platform: Settings) -> None:
    load(platform, tickets=150)
    with database.transaction() as session:
        promise(session)
        promise(session)
    assert backfill(platform) > 140
    assert rows_are_folds(platform).wrong == clocks_are_as_told(platform).wrong == 0
    with database.reading() as session:
        told = dict(session.execute(sa.text("select state, count(*) from sla_clock group by state")).all())  # type: ignore[arg-type]
        breached = session.execute(sa.text("select count(*) from sla_clock where breached_at is not null")).scalar_one()
    assert told["fulfilled"] > 200
    assert 0 < breached < told["fulfilled"]
