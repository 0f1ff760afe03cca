"""The sequencer gives every committed event one place, in an order that no reader can miss."""

import threading
from contextlib import closing

import pytest
from psycopg import Connection, IsolationLevel

import etl.connection
from core import ledger
from etl import sequencer
from etl.connection import AWAY, connect
from tests.etl.events import pend, priorities
from tests.etl.stress import Seen, stress


def read_in_sequence(database_url: str, stop: threading.Event, delivered: list[Seen]) -> None:
    """Two competing sequencers, and a reader on `position`."""
    sequencers = [threading.Thread(target=_sequence, args=(database_url, stop)) for _ in range(2)]
    for thread in sequencers:
        thread.start()
    with closing(connect(database_url, "test reader")) as connection:
        position, resting = 0, False
        while not resting:
            resting = stop.is_set() and not sequencer.has_pending(connection)
            for entry in ledger.after(connection, position, 7):
                position, resting = entry.position, False
                assert entry.ticket_id is not None
                assert entry.ticket_version is not None
                delivered.append((entry.event_id, entry.ticket_id, entry.ticket_version))
    for thread in sequencers:
        thread.join()


def _sequence(database_url: str, stop: threading.Event) -> None:
    with closing(connect(database_url, "test sequencer")) as connection:
        sequencer.sequence(connection, stop)
        while sequencer.move(connection, limit=50):
            pass


def read_naively(database_url: str, stop: threading.Event, delivered: list[Seen]) -> None:
    """What one would write without thinking: everything behind the last id seen."""
    query = "select seq, event_id, ticket_id, ticket_version from event_pending where seq > %s order by seq"
    with closing(connect(database_url, "naive reader")) as connection:
        last, resting = 0, False
        while not resting:
            resting = stop.is_set()
            for seq, *seen in connection.execute(query, (last,)).fetchall():
                last = seq
                delivered.append(tuple(seen))


def test_nothing_is_lost_doubled_or_out_of_order_under_twelve_writers(database_url: str) -> None:
    outcome = stress(database_url, read_in_sequence)
    assert len(outcome.committed) > 200
    assert (outcome.lost, outcome.doubled, outcome.out_of_order) == (0, 0, 0)


def test_the_same_writers_make_a_naive_reader_lose_events(database_url: str) -> None:
    outcome = stress(database_url, read_naively)
    assert outcome.lost > 0


def test_positions_are_dense_and_every_link_of_the_chain_holds(database_url: str) -> None:
    stress(database_url, read_in_sequence, rounds=5)
    with closing(connect(database_url, "test")) as connection:
        entries = ledger.after(connection, 0, 10_000)
    links = list(ledger.chain(ledger.GENESIS, 1, entries))
    assert [(entry.position, entry.hash) for entry in entries] == links


def test_a_transaction_that_commits_late_gets_a_later_position(connection: Connection, other: Connection) -> None:
    early, late = priorities(1), priorities(1)
    with connection.transaction():
        pend(connection, late)  # takes the lower `seq` …
        pend(other, early)
        assert sequencer.move(other) == 1
    assert sequencer.move(other) == 1  # … and the higher position
    assert [entry.event_id for entry in ledger.after(other, 0)] == [early[0].event_id, late[0].event_id]


def test_a_batch_is_bounded_and_takes_the_oldest_first(connection: Connection) -> None:
    events = priorities(5)
    pend(connection, events)
    assert [sequencer.move(connection, limit=3), sequencer.move(connection, limit=3)] == [3, 2]
    assert [entry.event_id for entry in ledger.after(connection, 0)] == [each.event_id for each in events]


def test_the_bell_tells_the_newest_position(connection: Connection, other: Connection) -> None:
    other.execute(f"listen {ledger.CHANNEL}")
    pend(connection, priorities(3))
    sequencer.move(connection)
    assert [bell.payload for bell in other.notifies(timeout=5, stop_after=1)] == ["3"]


def test_a_snapshot_older_than_the_lock_is_refused(connection: Connection) -> None:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    with pytest.raises(RuntimeError, match="READ COMMITTED"):
        sequencer.move(connection)


def test_a_sequencer_frozen_in_its_transaction_is_ended_by_the_server(
    database_url: str, other: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etl.connection, "IDLE_IN_TRANSACTION_SECONDS", 1)
    with closing(connect(database_url, "frozen")) as frozen:
        frozen.execute("begin")
        sequencer.lock(frozen)
        pend(other, priorities(1))
        assert sequencer.move(other) == 1
        with pytest.raises(AWAY, match="idle-in-transaction"):
            frozen.execute("commit")


def test_what_a_command_wrote_reads_back_as_it_was(connection: Connection) -> None:
    written = priorities(1)[0]
    pend(connection, [written])
    sequencer.move(connection)
    entry = ledger.after(connection, 0)[0]
    assert [getattr(entry, name) for name in ledger.ENVELOPE] == [getattr(written, name) for name in ledger.ENVELOPE]
