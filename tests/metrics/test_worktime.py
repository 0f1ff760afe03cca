"""Booked time: corrected, taken away, moved to another day, and whose it is."""

import duckdb

from analytics import measure, tickets
from core import clock
from tests.lake.history import History
from tests.metrics.shelf import shelf
from tests.world import at


def booked() -> duckdb.DuckDBPyConnection:
    history = History()
    life = history.ticket("mon 9:00", agent="Bo").book("mon 11:00", 30, entry="drive", activity="Travel")
    life.book("tue 9:00", 60, entry="call", is_billable=True).move("tue 12:00", "Technical")
    life.correct("wed 9:00", 90, entry="call", worked="mon 10:00")
    life.book("wed 10:00", 5, entry="slip").unbook("wed 10:01", entry="slip")
    return shelf(history.events)


def hours(lake: duckdb.DuckDBPyConnection, **asked: object) -> list[tuple[object, ...]]:
    with clock.at(at("week 2 mon 9:00")):
        return measure("time_tracked", lake=lake, **asked).rows()  # type: ignore[arg-type]


def test_an_entry_says_what_its_last_correction_says() -> None:
    assert hours(booked()) == [(2.0, 0.0, 2)]


def test_before_the_correction_it_said_something_else() -> None:
    assert hours(booked(), as_of=at("tue 18:00")) == [(1.5, 1.0, 2)]


def test_time_is_dated_by_the_work_and_stays_where_it_was_booked() -> None:
    lake = booked()
    days = {"grain": "day", "since": at("mon 0:00"), "until": at("wed 0:00")}
    assert [row[1] for row in hours(lake, **days)] == [2.0, 0.0]
    assert [row[1] for row in hours(lake, as_of=at("tue 18:00"), **days)] == [0.5, 1.0]
    assert [row[1:3] for row in hours(lake, by="queue")] == [("Billing", 2.0)]


def test_it_is_the_workers_unless_asked_for_the_owners() -> None:
    lake = booked()
    assert [row[1:3] for row in hours(lake, by="agent")] == [("Ana", 2.0)]
    assert [row[1:3] for row in hours(lake, by="agent", attribution="owner")] == [("Bo", 2.0)]


def test_it_is_split_by_what_was_done_and_drilled() -> None:
    lake = booked()
    assert sorted(row[1:3] for row in hours(lake, by="activity")) == [("(none)", 1.5), ("Travel", 0.5)]
    found = tickets("time_tracked", where={"activity": "Travel"}, lake=lake)
    assert found["minutes"].to_list() == [30]
