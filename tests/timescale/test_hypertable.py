"""The ledger on TimescaleDB: a hypertable with compression under the same names. Needs a server in TIMESCALE_DSN."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.address import sqlalchemy_url
from app.migrations import upgrade
from app.worktime.law import DIFFERENT
from core import clock
from core.actor import SYSTEM
from core.events import QueueDefined
from core.ids import new_id
from core.ledger import GENESIS, Entry, after, append, chain, wrap
from etl.sequencer import move

SERVER = os.environ.get("TIMESCALE_DSN", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="TIMESCALE_DSN names no TimescaleDB server")


@contextmanager
def database() -> Iterator[str]:
    """An empty database on the TimescaleDB server, gone afterwards."""
    name = f"clearqueue_test_{uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"create database {name}")
        yield f"{SERVER.rsplit('/', 1)[0]}/{name}"
        server.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def timescale_url() -> Iterator[str]:
    """A migrated database."""
    with database() as url:
        upgrade(url)
        yield url


def record(url: str, names: list[str], weeks_ago: int = 0) -> None:
    engine = sa.create_engine(sqlalchemy_url(url))
    with clock.at(clock.now() - timedelta(weeks=weeks_ago)), Session(engine) as session:
        happened = [QueueDefined(queue_id=new_id(), name=name) for name in names]
        append(session, [wrap(event, SYSTEM, source="api") for event in happened])
        session.commit()
    engine.dispose()
    with psycopg.connect(url, autocommit=True) as connection:
        move(connection)


def test_the_ledger_is_a_compressed_hypertable(timescale_url: str) -> None:
    with psycopg.connect(timescale_url) as connection:
        table = connection.execute(
            "select hypertable_name, compression_enabled from timescaledb_information.hypertables"
        ).fetchall()
    assert table == [("event", True)]


def compress(url: str) -> int:
    """What is older than two weeks, as the policy would; returns how many chunks."""
    with psycopg.connect(url, autocommit=True) as connection:
        older = connection.execute("select show_chunks('event', older_than => interval '2 weeks')::text").fetchall()
        for (chunk,) in older:
            connection.execute("select compress_chunk(%s::regclass)", (chunk,))
    return len(older)


def entries_of(url: str) -> list[Entry]:
    with psycopg.connect(url, autocommit=True) as connection:
        return after(connection, 0)


def test_a_ledger_with_compressed_chunks_reads_and_grows_as_any_other(timescale_url: str) -> None:
    for weeks_ago in (9, 5, 1):
        record(timescale_url, [f"Queue {weeks_ago}.{n}" for n in range(50)], weeks_ago)
    assert compress(timescale_url) == 2
    record(timescale_url, ["After the squeeze"])
    entries = entries_of(timescale_url)
    assert [entry.position for entry in entries] == list(range(1, 152))
    assert [entry.hash for entry in entries] == [link for _, link in chain(GENESIS, 1, entries)]


def test_an_older_ledger_with_compressed_chunks_comes_along() -> None:
    with database() as url:
        upgrade(url, "0008")
        record(url, ["Long ago"], weeks_ago=9)
        assert compress(url) == 1
        upgrade(url)
        record(url, ["Today"])
        assert [entry.payload["name"] for entry in entries_of(url)] == ["Long ago", "Today"]


def test_booked_time_is_checked_without_going_through_it_again_for_each_entry(timescale_url: str) -> None:
    with psycopg.connect(timescale_url) as connection:
        plan = "\n".join(line for (line,) in connection.execute(f"explain {DIFFERENT}"))
    assert "_chunk" in plan
    assert "Nested Loop" not in plan


def test_the_views_that_the_carrier_reads_are_there(timescale_url: str) -> None:
    with psycopg.connect(timescale_url) as connection:
        assert connection.execute("select count(*) from ticket_document").fetchone() == (0,)
        assert connection.execute("select count(*) from directory").fetchone() is not None
