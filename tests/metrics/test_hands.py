"""Work, waits and hands written by hand, and the numbers that they must give (METRICS.md 3 to 38 and 69 to 93)."""

from typing import Any

import pytest

from tests.lake.history import History
from tests.metrics.test_golden import by, said


def test_what_one_person_writes_within_five_minutes_is_one_contact() -> None:
    history = History()
    history.ticket("mon 9:00").customer("mon 9:04").customer("mon 9:08").customer("mon 9:14").reply("mon 9:15")
    assert said(history, "inbound_contacts") == 2


def test_the_first_solve_stays_whatever_comes_later() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("tue 9:00", "OPEN").state("tue 10:00", "SOLVED")
    assert [said(history, name) for name in ("first_solves", "first_resolution_time_mean")] == [1, 3600]
    assert said(history, "reopen_to_resolve_mean") == 3600


def test_a_cycle_begins_with_the_first_owner_or_the_first_hand() -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:30", "Ana").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00").note("mon 9:50").assign("mon 9:55", "Ana").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED", by="Robot")
    assert [said(history, f"cycle_time_{of}") for of in ("n", "mean")] == [2, 20 * 60]


def test_work_in_progress_is_begun_and_owned() -> None:
    history = History()
    history.ticket("mon 9:00", agent="Ana")
    history.ticket("mon 9:00").state("mon 9:10", "OPEN")
    history.ticket("mon 9:00", agent="Ana").state("mon 9:10", "PENDING")
    assert [said(history, name) for name in ("wip", "unassigned_backlog", "cumulative_flow")] == [1, 1, 3]


def test_time_goes_to_who_had_the_ball() -> None:
    history = History()
    life = history.ticket("mon 9:00").assign("mon 9:30", "Ana").state("mon 10:00", "PENDING").state("mon 13:00", "OPEN")
    life.state("mon 14:00", "HOLD").state("mon 16:00", "SOLVED")
    names = ("agent_work_time", "agent_wait_time", "hold_time", "requester_wait_time", "unassigned_time")
    assert [said(history, f"{name}_mean") / 3600 for name in names] == [2, 3, 2, 4, 0.5]


def test_the_next_reply_counts_from_the_first_message_that_waits() -> None:
    history = History()
    life = history.ticket("mon 9:00").reply("mon 9:10")
    life.customer("mon 10:00").customer("mon 10:30").reply("mon 11:00", "Bo").reply("mon 11:05")
    assert [said(history, f"next_reply_time_{of}") for of in ("n", "mean")] == [1, 3600]
    assert by(history, "next_reply_time_n", "agent") == {"Bo": 1}


def test_an_owner_answers_for_their_own_time() -> None:
    history = History()
    life = history.ticket("mon 9:00").assign("mon 9:30", "Ana").reply("mon 9:40", "Bo")
    life.assign("mon 10:00", "Bo", before="Ana").reply("mon 10:20", "Bo")
    assert said(history, "first_assignment_time_mean") == 30 * 60
    assert by(history, "assigned_to_first_reply_mean", "agent") == {"Bo": 20 * 60}


def test_who_answers_and_hands_over_in_one_go_has_answered() -> None:
    history = History()
    history.ticket("mon 9:00", agent="Ana").assign("mon 9:30", "Bo", by="Ana").reply("mon 9:30", "Ana")
    assert by(history, "assigned_to_first_reply_mean", "agent") == {"Ana": 30 * 60}


def test_edits_within_a_minute_are_one_touch() -> None:
    history = History()
    life = history.ticket("mon 9:00").reply("mon 9:10:00").tag("mon 9:10:30", "vip").prioritise("mon 9:11:00", 3, "Ana")
    life.note("mon 9:11:10", "Bo").state("mon 9:13:00", "SOLVED")
    assert (said(history, "touches_per_solve_mean"), said(history, "tickets_touched_touches")) == (3, 3)
    assert by(history, "tickets_touched", "agent") == {"Ana": 1, "Bo": 1}
    assert said(history, "tickets_touched") == 1


def test_robots_customers_and_watchers_touch_nothing() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:01", "Robot").customer("mon 9:10").watch("mon 9:20", "Ana", by="Ana")
    assert said(history, "tickets_touched") == 0


@pytest.fixture(scope="module")
def handed_over() -> History:
    """Ana has it for an hour, Bo for three; Dov solves it."""
    history = History()
    life = history.ticket("mon 8:00").assign("mon 9:00", "Ana").assign("mon 10:00", "Bo", before="Ana")
    life.state("mon 13:00", "SOLVED", by="Dov")
    return history


@pytest.mark.parametrize(
    ("metric", "credited"),
    [
        ("solve_events", {"Bo": 1}),
        ("solves_credited", {"Dov": 1}),
        ("solves_shared", {"Ana": 0.25, "Bo": 0.75}),
        ("possession_hours", {"Ana": 1, "Bo": 3}),
    ],
)
def test_a_solve_is_the_owner_s_the_solver_s_or_everybody_s(
    handed_over: History, metric: str, credited: dict[str, Any]
) -> None:
    assert by(handed_over, metric, "agent") == credited


def test_stations_count_owners_one_after_the_other(handed_over: History) -> None:
    assert said(handed_over, "assignee_stations_mean") == 2


def test_routing_is_no_transfer_and_a_return_is_ping_pong() -> None:
    history = History()
    life = history.ticket("mon 9:00").move("mon 9:00:20", "Technical").move("mon 10:00", "Sales")
    life.move("mon 11:00", "Technical")
    assert by(history, "transfers", "queue") == {"Sales": 1, "Technical": 1}
    assert by(history, "ping_pong", "queue") == {"Technical": 1}


def test_replies_to_resolution_stop_at_the_solve() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:10").reply("mon 9:20").state("mon 9:30", "SOLVED").reply("mon 9:40")
    assert (said(history, "replies_to_resolution_mean"), said(history, "public_replies")) == (2, 3)
