"""One etl process works, others stand by; whoever waits for the stores gets them."""

from contextlib import closing
from typing import Any

from psycopg import Connection

from core.settings import Settings
from etl import locks
from etl.rebuild import rebuild
from tests.etl.carriers import carrying, eventually
from tests.etl.copy_sink import CopySink
from tests.etl.events import pend, priorities

COPY = {"copy": CopySink}


def count(connection: Connection[Any], table: str) -> int:
    """How many rows a table has."""
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


def test_of_two_carriers_one_works_and_the_other_takes_over(settings: Settings, connection: Connection[Any]) -> None:
    CopySink(settings).close()
    with carrying(settings, COPY) as standby_bugs:
        with carrying(settings, COPY) as bugs:
            pend(connection, priorities(30))
            eventually(lambda: count(connection, "copied") == 30)
        pend(connection, priorities(5))
        eventually(lambda: count(connection, "copied") == 35)
    assert (bugs, standby_bugs) == ([], [])
    assert count(connection, "event") == 35


def test_whoever_waits_for_the_stores_gets_them_while_positions_go_on(
    settings: Settings, connection: Connection[Any], other: Connection[Any]
) -> None:
    CopySink(settings).close()
    with carrying(settings, COPY):
        eventually(lambda: locks.is_held(connection, locks.WRITER))
        with locks.held(other, locks.WRITER):
            pend(connection, priorities(3))
            eventually(lambda: count(connection, "event") == 3)
            assert count(connection, "copied") == 0
        eventually(lambda: count(connection, "copied") == 3)


def test_a_rebuild_works_beside_a_running_carrier(settings: Settings, connection: Connection[Any]) -> None:
    CopySink(settings).close()
    with carrying(settings, COPY):
        pend(connection, priorities(8))
        eventually(lambda: count(connection, "copied") == 8)
        connection.execute("delete from copied where position > 3")
        said: list[str] = []
        assert rebuild(settings, COPY, ["copy"], lambda *_: None, said.append) == {"copy": 8}
        assert said == ["Another process writes the stores; it has been asked to let go of them."]
        pend(connection, priorities(1))
        eventually(lambda: count(connection, "copied") == 9)


def test_a_carrier_survives_the_end_of_all_its_connections(settings: Settings, connection: Connection[Any]) -> None:
    CopySink(settings).close()
    with carrying(settings, COPY) as bugs:
        pend(connection, priorities(2))
        eventually(lambda: count(connection, "copied") == 2)
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        pend(connection, priorities(2))
        eventually(lambda: count(connection, "copied") == 4)
    assert bugs == []


def test_locks_vanish_with_the_connection_that_held_them(settings: Settings, connection: Connection[Any]) -> None:
    from etl.connection import connect

    with closing(connect(settings.database_url, "test")) as brief:
        brief.execute("select pg_advisory_lock(%s)", (locks.LEADER,))
        assert locks.is_held(connection, locks.LEADER)
    eventually(lambda: not locks.is_held(connection, locks.LEADER))
