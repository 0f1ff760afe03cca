"""The models say the same as slow, plain Python."""

from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import given, settings

from analytics import lake_event, models
from core.ledger import Entry, Envelope
from tests.lake import reference
from tests.lake.generated import histories
from tests.lake.history import History


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def entries(events: Sequence[Envelope]) -> list[Entry]:
    return [
        Entry(**{name: getattr(event, name) for name in Envelope.__slots__}, position=position, hash=b"")
        for position, event in enumerate(events, start=1)
    ]


def rows(duck: duckdb.DuckDBPyConnection, name: str, events: Sequence[Envelope]) -> list[reference.Row]:
    arrived = lake_event.table(entries(events))  # noqa: F841 — DuckDB reads it by its name
    duck.execute(f"create or replace temp table typed as {models.select('event_row', '', entry='from arrived')}")
    found = duck.execute(f"{models.select(name, 'from typed')} order by {models.CANONICAL_ORDER[name]}")
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


@settings(max_examples=100, deadline=None)
@given(history=histories())
def test_the_models_say_what_plain_python_says(duck: duckdb.DuckDBPyConnection, history: History) -> None:
    expected = reference.tables(history.events)
    for name in models.DERIVED:
        assert rows(duck, name, history.events) == getattr(expected, name)
