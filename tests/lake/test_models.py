"""The models say the same as slow, plain Python."""

from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import given, settings

from analytics import lake_event, models
from core.ledger import Envelope
from tests.depth import examples
from tests.lake import reference
from tests.lake.generated import histories
from tests.lake.history import History, uid
from tests.lake.rows import dicts, entries


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(models.text("tables"))
        yield connection


def rows(duck: duckdb.DuckDBPyConnection, name: str, events: Sequence[Envelope]) -> list[reference.Row]:
    arrived = lake_event.table(entries(events))  # noqa: F841 — DuckDB reads it by its name
    duck.execute(f"create or replace temp table typed as {models.select('event_row', '', entry='from arrived')}")
    return dicts(duck.execute(f"{models.select(name, 'from typed')} order by {models.CANONICAL_ORDER[name]}"))


def all_rows(duck: duckdb.DuckDBPyConnection, events: Sequence[Envelope]) -> dict[str, list[reference.Row]]:
    """Each table from those that are there, as in a rebuild: woven into one query each they take thrice as long."""
    arrived = lake_event.table(entries(events))  # noqa: F841 — DuckDB reads it by its name
    duck.execute(f"create or replace temp table typed as {models.select('event_row', '', entry='from arrived')}")
    ready: dict[str, str] = {}
    for name in ("fold", *models.DERIVED):
        duck.execute(f"create or replace temp table now_{name} as {models.select(name, 'from typed', **ready)}")
        ready[name] = f"from temp.now_{name}"
    tables = {name: f"{ready[name]} order by {models.CANONICAL_ORDER[name]}" for name in models.DERIVED}
    return {name: dicts(duck.execute(query)) for name, query in tables.items()}


@settings(max_examples=examples(25), deadline=None)
@given(history=histories())
def test_the_models_say_what_plain_python_says(duck: duckdb.DuckDBPyConnection, history: History) -> None:
    expected, found = reference.tables(history.events), all_rows(duck, history.events)
    for name in models.DERIVED:
        assert found[name] == getattr(expected, name)


@pytest.mark.parametrize("name", models.DERIVED)
def test_a_model_gives_the_columns_of_its_table(duck: duckdb.DuckDBPyConnection, name: str) -> None:
    table, model = (duck.execute(f"describe {what}").fetchall() for what in (name, models.select(name, "from event")))
    assert [column[:2] for column in model] == [column[:2] for column in table]


def test_an_unassignment_is_no_silence(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:05", "Ana").assign("mon 9:10", None).note("mon 9:20")
    assert [row["agent_id"] for row in rows(duck, "ticket_interval", history.events)] == [None, uid("Ana"), None]


def test_a_first_message_of_an_agent_is_no_reply(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00", by="Ana").reply("mon 9:30", "Bo")
    (ticket,) = rows(duck, "ticket", history.events)
    assert (ticket["first_reply_seconds"], ticket["first_reply_agent_id"]) == (30 * 60, uid("Bo"))


def test_robots_and_notes_are_no_replies(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    life = history.ticket("mon 9:00").reply("mon 9:01", "Robot").note("mon 9:02")
    life.reply("mon 9:03", is_auto=True).reply("mon 9:04")
    (ticket,) = rows(duck, "ticket", history.events)
    assert (ticket["first_reply_seconds"], ticket["agent_reply_count"]) == (4 * 60, 1)


def test_a_solve_and_a_reopen_in_one_instant_both_count(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("mon 10:00", "OPEN", by="Cleo")
    (ticket,) = rows(duck, "ticket", history.events)
    assert (ticket["solve_count"], ticket["reopen_count"], ticket["last_solved_at"]) == (1, 1, None)
    spans = rows(duck, "ticket_interval", history.events)
    assert [(row["category"], row["since"] == row["until"]) for row in spans] == [
        ("NEW", False),
        ("SOLVED", True),
        ("OPEN", False),
    ]


def test_closing_what_is_solved_is_no_second_solve(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("fri 10:00", "CLOSED")
    (ticket,) = rows(duck, "ticket", history.events)
    assert (ticket["solve_count"], ticket["full_resolution_seconds"]) == (1, 60 * 60)


def test_a_ticket_that_is_born_closed_is_solved(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00", state="CLOSED", message=False)
    (ticket,) = rows(duck, "ticket", history.events)
    assert (ticket["solve_count"], ticket["first_resolution_seconds"]) == (1, 0)


def test_late_news_take_their_place_in_time(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 12:00", "SOLVED").reply("mon 10:00").assign("sun 8:00", "Bo")
    (ticket,) = rows(duck, "ticket", history.events)
    assert (ticket["first_reply_seconds"], ticket["agent_id"]) == (60 * 60, uid("Bo"))


def test_the_depth_at_any_instant_is_a_sum_of_deltas(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    for hour in (9, 10, 11):
        history.ticket(f"mon {hour}:00").state(f"mon {hour + 2}:30", "SOLVED")
    deltas = rows(duck, "queue_delta", history.events)
    open_now = {
        hour: sum(row["delta"] for row in deltas if row["occurred_at"].hour < hour and row["category"] == "NEW")
        for hour in (10, 11, 12, 13, 14)
    }
    assert open_now == {10: 1, 11: 2, 12: 2, 13: 1, 14: 0}


def test_events_without_their_ticket_make_no_rows(duck: duckdb.DuckDBPyConnection) -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:20")
    assert all(rows(duck, name, history.events[1:]) == [] for name in models.DERIVED)
