"""Tickets written by hand, and the numbers that they must give (METRICS.md 3 where it names them)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from analytics import catalogue, measure, tickets
from analytics.zones import Grain
from core import clock
from core.events import TicketSplit
from tests.depth import DEPTH
from tests.lake.history import History
from tests.metrics.shelf import shelf, shelf_of
from tests.world import at


def said(history: History, metric: str, **asked: Any) -> Any:
    """A single number, asked on Monday of week 3."""
    with clock.at(at("week 3 mon 0:00")):
        return measure(metric, **{"small": "show", **asked}, lake=shelf_of(history)).item()


def by(history: History, metric: str, dimension: str, **asked: Any) -> dict[str, Any]:
    """A number by the names of a dimension."""
    found = measure(metric, by=dimension, small="show", **asked, lake=shelf_of(history))
    return dict(found.select(dimension, metric).iter_rows())


def test_work_done_is_credited_to_the_queue_of_that_time() -> None:
    history = History()
    history.ticket("mon 9:00", queue="Billing").move("mon 12:00", "Technical").state("tue 9:00", "SOLVED")
    assert by(history, "tickets_created", "queue") == {"Billing": 1}
    assert by(history, "solve_events", "queue") == {"Technical": 1}


def test_a_solve_is_credited_to_the_owner_and_a_reply_to_who_replied() -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:01", "Ana").reply("mon 9:30", "Bo").state("mon 10:00", "SOLVED", "Bo")
    assert by(history, "solve_events", "agent") == {"Ana": 1}
    assert by(history, "first_reply_time_n", "agent") == {"Bo": 1}


def test_a_reopening_withdraws_a_solved_ticket_and_keeps_the_solve_event() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("tue 9:00", "OPEN")
    assert [said(history, name) for name in ("tickets_solved", "solve_events", "reopen_events")] == [0, 1, 1]


def test_what_was_said_before_the_reopening_can_still_be_asked() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("tue 9:00", "OPEN").state("wed 9:00", "SOLVED")
    monday = {"as_of": at("mon 23:00")}
    assert (said(history, "tickets_solved", **monday), said(history, "full_resolution_time_median", **monday)) == (
        1,
        3600,
    )
    assert said(history, "full_resolution_time_median") == 48 * 3600


def test_reopened_after_14_days_the_first_month_is_restated() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("week 3 mon 9:00", "OPEN")
    history.ticket("mon 9:00").state("mon 11:00", "SOLVED")
    weeks = measure("tickets_solved", grain="week", lake=shelf_of(history))["tickets_solved"].to_list()
    assert weeks == [1, 0, 0]


def test_closing_a_solved_ticket_is_no_second_solve() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("tue 10:00", "CLOSED")
    assert said(history, "solve_events") == 1


def test_an_automatic_reply_a_note_and_the_opening_message_are_no_first_reply() -> None:
    history = History()
    ticket = history.ticket("mon 9:00", by="Ana").reply("mon 9:05", is_auto=True).note("mon 9:10")
    assert said(history, "first_reply_time_n") == 0
    ticket.reply("mon 9:20")
    assert said(history, "first_reply_time_median") == 20 * 60


def test_first_reply_after_a_solve_without_reply_counts_from_creation() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 9:05", "SOLVED", "Robot").state("fri 14:00", "OPEN", "Cleo").reply(
        "fri 14:10"
    )
    assert said(history, "first_reply_time_median") == ((4 * 24 + 5) * 60 + 10) * 60
    assert said(history, "first_human_reply_time_median") == 10 * 60


def test_a_human_is_wanted_from_the_last_time_that_a_robots_solve_was_undone() -> None:
    history = History()
    life = history.ticket("mon 9:00").state("mon 9:05", "SOLVED", "Robot").state("mon 10:00", "OPEN", "Cleo")
    life.state("mon 10:05", "SOLVED", "Robot").state("mon 11:00", "OPEN", "Cleo").reply("mon 11:30")
    life.state("mon 12:00", "SOLVED", "Robot").state("mon 13:00", "OPEN", "Cleo").reply("mon 14:00")
    history.ticket("mon 9:00").state("mon 9:05", "SOLVED", "Bo").state("mon 10:00", "OPEN", "Cleo").reply("mon 10:30")
    assert said(history, "first_human_reply_time_mean") == (30 + 90) * 60 / 2


def test_no_reply_yet_is_not_reached_and_not_zero() -> None:
    history = History()
    history.ticket("mon 9:00")
    assert said(history, "first_reply_time_median") is None


def test_median_and_p90_lie_between_their_neighbours() -> None:
    history = History()
    for minutes in (10, 20, 30, 40):
        history.ticket("mon 9:00").reply(f"mon 9:{minutes}")
    assert said(history, "first_reply_time_median") == 25 * 60
    assert said(history, "first_reply_time_p90") == pytest.approx(37 * 60)


def test_a_merged_ticket_leaves_the_backlog_at_the_merge() -> None:
    history = History()
    history.ticket("mon 9:00")
    history.ticket("mon 9:00").state("tue 9:00", "MERGED")
    assert [said(history, "backlog", as_of=at(when)) for when in ("mon 10:00", "tue 9:00")] == [2, 1]
    assert said(history, "backlog", until=at("tue 8:00")) == 2
    assert [said(history, name) for name in ("tickets_created", "solve_events", "net_flow")] == [2, 0, 1]


def test_an_unmerged_ticket_is_back_in_the_backlog_and_was_never_solved_or_reopened() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:20").state("tue 9:00", "MERGED").state("wed 9:00", "OPEN")
    stood = [said(history, "backlog", as_of=at(when)) for when in ("mon 12:00", "tue 12:00", "wed 12:00")]
    assert stood == [1, 0, 1]
    names = ("tickets_created", "solve_events", "reopen_events", "net_flow")
    assert [said(history, name) for name in names] == [1, 0, 0, 1]
    assert said(history, "net_flow", since=at("tue 0:00"), until=at("wed 0:00")) == -1
    assert said(history, "first_reply_time_median") == 20 * 60


def test_a_split_is_a_new_ticket_and_the_first_keeps_what_was_done() -> None:
    history = History()
    first = history.ticket("mon 9:00").reply("mon 9:20")
    second = history.ticket("tue 9:00", message=False, by="Ana")
    told = TicketSplit(source_id=first.ticket_id, target_id=second.ticket_id, said_ids=[])
    for life in (second, first):
        life.happens("tue 9:00", told, "Ana")
    second.thread("tue 9:00", "mon 9:00").reply("tue 9:30")
    assert said(history, "tickets_created") == 2
    assert said(history, "first_reply_time_median") == (20 + 30) / 2 * 60
    assert said(history, "inbound_contacts") == 1


def test_deleted_then_restored_counts_again_and_in_between_nowhere() -> None:
    history = History()
    history.ticket("mon 9:00").state("tue 9:00", "DELETED").state("wed 9:00", "OPEN")
    asked = [("mon 12:00", 1), ("tue 12:00", 0), ("wed 12:00", 1)]
    assert [said(history, "tickets_created", as_of=at(when)) for when, _ in asked] == [count for _, count in asked]


def test_spam_counts_nowhere_not_even_in_the_past() -> None:
    history = History()
    history.ticket("mon 9:00").state("tue 9:00", "SPAM")
    assert [said(history, name) for name in ("tickets_created", "backlog", "net_flow", "status_time_hours")] == [0] * 4
    assert said(history, "backlog", until=at("mon 12:00")) == 0


def test_we_are_waited_for_until_we_answer_or_solve() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 9:05", "OPEN").reply("mon 9:20").customer("mon 11:00").state(
        "mon 12:00", "SOLVED"
    )
    asked = ("mon 9:10", "mon 10:00", "mon 11:30", "mon 12:00")
    assert [said(history, "queue_depth", as_of=at(when)) for when in asked] == [1, 0, 1, 0]


def test_pending_is_backlog_and_not_queue() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 9:30", "PENDING")
    assert (said(history, "backlog"), said(history, "queue_depth")) == (1, 0)


def test_hours_pass_in_the_state_queue_and_hand_in_force() -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 10:00", "Ana").state("mon 12:00", "PENDING").state("mon 18:00", "SOLVED")
    asked = {"since": date(2026, 1, 5), "until": date(2026, 1, 6)}
    assert by(history, "status_time_hours", "agent", **asked) == {"(none)": 1, "Ana": 8}
    assert by(history, "status_time_hours", "state", **asked) == {"NEW": 3, "PENDING": 6}


def test_hours_of_what_still_runs_end_now() -> None:
    history = History()
    history.ticket("week 2 sun 20:00")
    assert said(history, "status_time_hours") == 4


def test_no_hours_have_passed_of_a_time_that_was_still_to_come() -> None:
    history = History()
    history.ticket("mon 9:00")
    assert said(history, "status_time_hours", since=at("wed 9:00"), as_of=at("mon 10:00")) == 0


def test_a_visit_counts_once_however_often_the_hand_changes() -> None:
    history = History()
    history.ticket("mon 9:00", state="OPEN").assign("mon 10:00", "Ana").assign("mon 11:00", "Bo").state(
        "mon 12:00", "SOLVED"
    )
    assert (said(history, "status_time_n"), said(history, "status_time_median")) == (1, 3 * 3600)
    assert by(history, "status_time_n", "agent") == {"Bo": 1}


def test_a_reply_that_is_entered_late_counts_when_it_happened() -> None:
    history = History()
    history.ticket("mon 9:00").state("thu 9:00", "SOLVED").reply("mon 10:00")
    assert said(history, "first_reply_time_n", since=at("mon 0:00"), until=at("tue 0:00")) == 1


def test_history_that_is_not_complete_makes_no_durations_but_counts() -> None:
    history = History()
    history.ticket("mon 9:00", history_complete=False).reply("mon 10:00").state("mon 11:00", "SOLVED")
    assert [said(history, f"{name}_n") for name in ("first_reply_time", "full_resolution_time", "status_time")] == [
        0
    ] * 3
    assert (said(history, "tickets_created"), said(history, "tickets_solved")) == (1, 1)


def test_a_leap_of_clocks_makes_an_hour_less_and_an_hour_more() -> None:
    history = History()
    for month in (3, 10):
        for day in (24, 31):
            history.ticket(datetime(2026, month, day, tzinfo=UTC), state="OPEN")
    lake = shelf(history.events)
    for sunday, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        asked = {"since": sunday, "until": date(sunday.year, sunday.month, sunday.day + 1), "timezone": "Europe/Berlin"}
        with clock.at(datetime(2026, 12, 1, tzinfo=UTC)):
            assert measure("tickets_created", grain="hour", **asked, lake=lake).height == hours
            day = measure("status_time_hours", grain="day", **asked, lake=lake)["status_time_hours"].item()
            assert day == hours * measure("backlog", **asked, lake=lake).item()


@pytest.mark.xdist_group("every split")
def test_every_metric_answers_at_every_grain_and_split_that_it_declares() -> None:
    history = History()
    life = history.ticket("mon 9:00", agent="Ana").reply("mon 9:20", made_from="canned_reply", edited=0.5)
    life.state("mon 10:00", "PENDING").customer("tue 9:00").state("tue 9:01", "OPEN").reply("tue 9:30").state(
        "tue 10:00", "SOLVED"
    )
    life.state("wed 9:00", "OPEN")
    life.rate("tue 11:00", 1).rate("tue 12:00", 5).book("tue 12:30", 15)
    life.survey("tue 12:40", "ces", 5).survey("tue 12:41", "nps", 9)
    moved = history.ticket("mon 9:00", agent="Ana").reply("mon 9:20").move("mon 9:30", "Technical")
    moved.move("mon 9:40", "Billing").state("mon 10:00", "SOLVED").state("mon 11:00", "OPEN").state(
        "tue 9:00", "SOLVED"
    )
    history.ticket("mon 9:00")
    promised = history.ticket("mon 9:00", agent="Bo").clock("mon 9:00", due="mon 10:00")
    promised.clock("mon 9:30", "resolution", due="mon 9:20", state="fulfilled")
    promised.clock("mon 9:00", "update", due="week 2 mon 0:20")
    promised.clock("mon 9:10", "voided", due="mon 12:00", state="cancelled", reason="solved")
    history.ticket("mon 9:00").reply("mon 9:01", "Robot").state("mon 9:02", "SOLVED", "Robot")
    lake = shelf(history.events)
    with clock.at(at("week 2 mon 0:00")):
        for metric in filter(lambda metric: metric.is_of_tickets, catalogue.METRICS.values()):
            for by, grain in splits_and_grains(metric):
                frame = measure(metric, by=by, grain=grain, timezone="America/New_York", lake=lake)
                assert {*by, *metric.default_columns} <= set(frame.columns)
                assert frame.height >= 1, (metric.name, by, grain)
            assert tickets(metric, lake=lake).height >= 1, metric.name


def splits_and_grains(metric: catalogue.Metric) -> list[tuple[tuple[str, ...], Grain | None]]:
    """All dimensions three by three, at first in total; at which grains, differs by metric (deep: at all)."""
    splits = [tuple(metric.dimensions[n : n + 3]) for n in range(0, len(metric.dimensions), 3)]
    own = [*catalogue.METRICS].index(metric.name)
    count = max(len(splits), 2) if DEPTH == 1 else len(Grain) + 1
    series = [[*Grain][(own + n) % len(Grain)] for n in range(count - 1)]
    return [(splits[n % len(splits)], grain) for n, grain in enumerate((None, *series))]


def test_the_variable_is_the_public_name() -> None:
    for family in catalogue.FAMILIES:
        for name, value in vars(family).items():
            assert name == getattr(value, "name", name) or not isinstance(value, catalogue.Metric)


def test_every_metric_says_what_it_means() -> None:
    for metric in catalogue.METRICS.values():
        words = (metric.title, metric.question, metric.definition, metric.edges, metric.population, metric.drill)
        assert all(words), metric.name
        assert set(metric.default_columns) <= set(catalogue.COLUMNS)
