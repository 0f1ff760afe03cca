"""Events keep one spelling, whichever way they come into the lake."""

from datetime import datetime, timedelta, timezone

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from analytics import lake_event
from tests.lake.history import History
from tests.lake.rows import entries

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=st.dictionaries(words, values, max_size=5))
def test_a_payload_is_spelled_as_postgresql_spells_it(database_url: str, payload: dict[str, object]) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select %s::text", (Jsonb(payload),)).fetchone()
    assert row == (lake_event.payload_text(payload),)


def test_times_become_naive_utc() -> None:
    history = History()
    history.ticket(datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=2))))
    arrived = lake_event.table(entries(history.events))
    assert arrived["occurred_at"][0].as_py().isoformat() == "2026-01-05T07:00:00"
