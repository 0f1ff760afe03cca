"""How old what stands is, whose turn it is, and numbers an hour."""

from datetime import date

import polars as pl

from analytics import measure
from analytics.explanation import explain
from core import clock
from tests.lake.history import History
from tests.metrics.shelf import shelf
from tests.metrics.test_golden import said
from tests.world import at

HOUR, DAY = 3600, 86_400
EXPLAINED = ("open_age_max", "open_age_mean", "ball_in_court", "mean_backlog", "arrival_rate")


def test_arrivals_an_hour_count_the_hours_that_have_passed() -> None:
    history = History()
    for hour in (9, 10, 11):
        history.ticket(f"mon {hour}:00")
    assert said(history, "arrival_rate", since=at("mon 0:00"), until=at("tue 0:00")) == 3 / 24
    assert said(history, "arrival_rate", since=at("mon 9:00"), as_of=at("mon 12:00")) == 1
    assert said(history, "arrival_rate", as_of=at("mon 11:00")) == 1.5


def test_a_rate_of_a_day_that_is_not_over_divides_by_the_hours_so_far() -> None:
    history = History()
    history.ticket("tue 3:00")
    with clock.at(at("tue 6:00")):
        found = measure("arrival_rate", grain="day", since=date(2026, 1, 5), lake=shelf(history.events))
    assert found["arrival_rate"].to_list() == [0, 1 / 6]


def test_a_ticket_ages_from_its_creation_and_a_series_shows_it_grow() -> None:
    history = History()
    history.ticket("mon 0:00").state("wed 0:00", "SOLVED").state("thu 0:00", "OPEN")
    asked = {"as_of": at("fri 0:00")}
    assert (said(history, "open_age_median", **asked), said(history, "open_age_back_median", **asked)) == (
        4 * DAY,
        DAY,
    )
    lake = shelf(history.events)
    days = measure("open_age_max", grain="day", since=date(2026, 1, 5), until=date(2026, 1, 9), lake=lake)
    assert days["open_age_max"].to_list() == [DAY, 2 * DAY, None, 4 * DAY]


def test_the_oldest_and_the_bands_of_age_are_told() -> None:
    history = History()
    for opened in ("mon 0:00", "week 2 sun 0:00", "week 2 sun 12:00"):
        history.ticket(opened)
    found = {name: said(history, f"open_age_{name}") for name in ("max", "1d", "3d", "14d", "over")}
    assert found == {"max": 14 * DAY, "1d": 1, "3d": 1, "14d": 0, "over": 0}


def test_who_waits_is_as_old_as_the_first_message_that_nobody_answered() -> None:
    history = History()
    life = history.ticket("mon 9:00").reply("mon 10:00").customer("mon 12:00").customer("mon 15:00")
    assert said(history, "awaiting_reply_age_max", as_of=at("mon 18:00")) == 6 * HOUR
    assert said(history, "awaiting_reply_age_n", as_of=at("mon 11:00")) == 0
    life.state("mon 19:00", "PENDING").reply("mon 20:00")
    assert said(history, "awaiting_reply_age_1h", as_of=at("mon 19:30")) == 1
    assert said(history, "awaiting_reply_age_n") == 0


def test_a_note_breaks_no_silence_and_a_week_of_it_is_stale() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 10:00").note("week 2 wed 10:00")
    history.ticket("week 2 fri 9:00")
    assert said(history, "silence_max") == 14 * DAY - 10 * HOUR
    assert said(history, "silence_stale_share") == 0.5


def test_the_ball_is_in_the_court_of_whoever_was_spoken_to_last() -> None:
    history = History()
    history.ticket("mon 9:00")
    history.ticket("mon 9:00", agent="Ana").reply("mon 10:00")
    history.ticket("mon 9:00", agent="Ana").reply("mon 10:00").state("mon 10:01", "PENDING").customer("mon 11:00")
    history.ticket("mon 9:00").state("mon 9:30", "HOLD")
    history.ticket("mon 9:00").state("mon 9:30", "SOLVED")
    with clock.at(at("tue 9:00")):
        found = measure("ball_in_court", lake=shelf(history.events)).row(0, named=True)
    assert list(found.values()) == [4, 1, 1, 1, 1]


def test_the_backlog_in_days_divides_by_the_solves_of_four_weeks() -> None:
    history = History()
    for _ in range(2):
        history.ticket("mon 9:00").state("tue 9:00", "SOLVED")
    history.ticket("mon 9:00")
    assert said(history, "backlog_days", as_of=at("week 2 mon 0:00")) == 14
    lake = shelf(history.events)
    weeks = measure("backlog_days", grain="week", since=date(2026, 1, 5), until=date(2026, 2, 9), lake=lake)
    assert weeks["backlog_days"].to_list() == [14, 14, 14, 14, None]


def test_a_week_that_is_not_over_looks_back_four_weeks_from_now() -> None:
    history = History()
    history.ticket("mon 9:00").state("tue 9:00", "SOLVED")
    history.ticket("mon 9:00")
    with clock.at(at("week 5 mon 9:00")):
        weeks = measure("backlog_days", grain="week", since=date(2026, 2, 2), lake=shelf(history.events))
    assert weeks["backlog_days"].to_list() == [28]


def test_the_mean_backlog_weighs_by_time() -> None:
    history = History()
    history.ticket("mon 0:00").state("mon 12:00", "SOLVED")
    history.ticket("mon 0:00")
    assert said(history, "mean_backlog", since=at("mon 0:00"), until=at("tue 0:00")) == 1.5
    lake = shelf(history.events)
    days = measure("mean_backlog", grain="day", since=date(2026, 1, 5), until=date(2026, 1, 7), lake=lake)
    assert days["mean_backlog"].cast(pl.Float64).to_list() == [1.5, 1.0]


def test_what_stands_is_explained_ticket_by_ticket() -> None:
    history = History()
    history.ticket("mon 9:00")
    history.ticket("mon 21:00")
    with clock.at(at("tue 9:00")):
        found = {name: explain(1001, name, lake=shelf(history.events)) for name in EXPLAINED}
    told = {name: (one.of, one.share) for name, one in found.items()}
    assert told == {
        "open_age_max": ("open_age_n", 1),
        "open_age_mean": ("open_age_mean", 12 * HOUR),
        "ball_in_court": ("ball_in_court", 1),
        "mean_backlog": ("mean_backlog_hours", 24),
        "arrival_rate": ("arrival_rate_n", 1),
    }
