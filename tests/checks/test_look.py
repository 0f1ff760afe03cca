"""Data health: what is looked at all the time, what is kept of it, and who is told."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from analytics.lake import open_writer
from app.checks.look import checks, hours, keep, look
from app.checks.pulse import beat_if_quiet
from app.db import Database
from core import clock
from core.settings import Settings
from etl.laws.law import Law
from etl.verify import CONTINUOUS, DEPTHS
from tests.etl.company import Company, carry_all
from tests.world import at


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of this test's own."""
    with closing(Database(database_url)) as opened:
        yield opened


WELL, BROKEN = Law("a", 5, 0, (), 0.1), Law("b", 5, 2, ("x is y",), 0.1)


def test_a_look_keeps_how_each_law_fared_and_names_what_is_wrong(settings: Settings) -> None:
    with closing(Company(settings)) as company:
        company.work()
    carry_all(settings)
    assert {law.name for law in look(settings)} == set(CONTINUOUS)
    with closing(open_writer(settings)) as lake, lake.cursor() as cursor:
        cursor.execute("delete from queue_delta where delta = -1")
    look(settings)
    with closing(Database(settings.database_url)) as database, database.reading() as session:
        found = {row.name: row for row in checks(session)}
        assert [(row.looks, row.broken) for row in hours(session)] in ([(2, 1)], [(1, 0), (1, 1)])
    assert found[DEPTHS].wrong
    assert "by steps" in found[DEPTHS].examples[0]
    assert {name for name, row in found.items() if row.wrong} == {DEPTHS, "lake.queue_delta is its rebuild"}


def test_what_is_broken_says_since_when_and_comes_first(database: Database) -> None:
    with database.transaction() as session:
        with clock.at(at("mon 9:00")):
            keep(session, [WELL, BROKEN], 1)
        with clock.at(at("mon 9:02")):
            keep(session, [WELL, BROKEN], 1)
        assert [(row.name, row.broken_since) for row in checks(session)] == [("b", at("mon 9:00")), ("a", None)]
        with clock.at(at("mon 10:00")):
            keep(session, [WELL, Law("b", 5, 0, (), 0.1)], 1)
        assert [row.broken_since for row in checks(session)] == [None, None]
        assert [(row.looks, row.broken) for row in hours(session)] == [(2, 2), (1, 0)]
        with clock.at(at("mon 10:00") + timedelta(days=20)):
            keep(session, [WELL], 1)
        assert len(hours(session)) == 1


def test_a_quiet_minute_is_told_once(database: Database, database_url: str) -> None:
    with clock.at(at("mon 9:00")), database.transaction() as session:
        assert beat_if_quiet(session)
        assert not beat_if_quiet(session)
    with clock.at(at("mon 9:02")), database.transaction() as session:
        assert beat_if_quiet(session)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from event_pending where kind = 'heartbeat'").fetchone() == (2,)
