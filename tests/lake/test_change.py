"""What a batch changes is what the models then say: however a history is split, and whatever comes late."""

from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import models
from analytics.lake_write import Change
from core.ledger import Entry
from tests.depth import examples
from tests.lake import reference
from tests.lake.generated import histories
from tests.lake.history import History
from tests.lake.rows import dicts, entries

TICKETS = (2, 4)


def write(duck: duckdb.DuckDBPyConnection, had: Sequence[Entry], batch: Sequence[Entry]) -> None:
    touched = {entry.ticket_id for entry in batch}
    Change(duck, [entry for entry in had if entry.ticket_id in touched], batch).apply()


@pytest.fixture
def duck() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(models.text("tables"))
    return connection


@settings(max_examples=examples(15), deadline=None)
@given(history=histories(), data=st.data())
def test_however_it_is_split(history: History, data: st.DataObject) -> None:
    ledger, had = entries(history.events), list[Entry]()
    with duckdb.connect(config={"threads": 1}) as duck:
        duck.execute("set TimeZone = 'UTC'")
        duck.execute(models.text("tables"))
        while rest := ledger[len(had) :]:
            batch = rest[: data.draw(st.integers(1, len(rest)))]
            write(duck, had, batch)
            had += batch
        expected = reference.tables(history.events)
        for name in models.DERIVED:
            found = dicts(duck.execute(f"from {name} order by {models.CANONICAL_ORDER[name]}"))
            assert found == getattr(expected, name)


def test_what_stays_the_same_is_left_alone(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:05", "Ana").reply("mon 9:20").state("mon 10:00", "SOLVED")
    ledger = entries(history.events)
    Change(duck, [], ledger[:4]).apply()
    Change(duck, ledger[:4], ledger[4:])
    moved = dict.fromkeys(sorted({*models.DERIVED} - {*models.SELDOM}), (0, 0))
    for name in moved:
        counts = "count(*) filter (where sign < 0), count(*) filter (where sign > 0)"
        moved[name] = duck.execute(f"select {counts} from temp.change_{name}").fetchone()
    assert moved == {
        "ticket": (1, 1),
        "ticket_interval": (1, 2),
        "message": (0, 0),
        "queue_delta": (0, 2),
        "turn": (0, 0),
        "ownership_spell": (2, 2),
        "agent_activity": (0, 1),
        "process_edge": (0, 1),
        "solve": (0, 1),
        "unsolved_span": (1, 1),
        "visit": (0, 1),
        "pause": (0, 0),
    }


def test_clocks_leave_a_tickets_life_alone(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:20").clock("mon 9:00", due="mon 10:00", state="fulfilled")
    *life, clock = entries(history.events)
    Change(duck, [], life).apply()
    Change(duck, life, [clock]).apply()
    looked_at = duck.execute(
        "select table_name from duckdb_tables() where starts_with(table_name, 'change_')"
    ).fetchall()
    assert {name for (name,) in looked_at} == {f"change_{name}" for name in models.OF_PROMISES}
    assert duck.execute("select ticket_version from ticket").fetchall() == [(clock.ticket_version,)]
    assert duck.execute("select state from sla_segment").fetchall() == [("fulfilled",)]
