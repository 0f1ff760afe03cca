"""Quality written by hand, and the numbers that it must give (METRICS.md 30, 73 to 76, 87)."""

from typing import Any

import pytest

from analytics import measure
from core import clock
from tests.lake.history import History
from tests.metrics.shelf import shelf_of
from tests.metrics.test_golden import by
from tests.world import at


def said(history: History, name: str, **asked: Any) -> Any:
    """One number, asked on Monday of week 3, or at `as_of`."""
    with clock.at(asked.get("as_of", at("week 3 mon 0:00"))):
        return measure(name, **asked, small="show", lake=shelf_of(history))[name].item()


def test_a_solve_is_judged_when_its_days_are_over() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED", "Bo").state("tue 9:00", "OPEN")
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED", "Bo").state("week 3 mon 11:00", "OPEN")
    history.ticket("week 2 mon 9:00").state("week 2 mon 10:00", "SOLVED", "Bo").state("week 2 tue 9:00", "OPEN")
    asked = {"as_of": at("week 3 mon 12:00")}
    assert [said(history, f"reopen_rate{of}", **asked) for of in ("", "_n", "_open")] == [0.5, 2, 1]
    assert by(history, "reopen_rate_reopened", "agent", **asked) == {"Bo": 1}


def test_contact_is_the_last_when_nobody_comes_back_for_a_week() -> None:
    history = History()
    history.ticket("mon 9:00", requester="Ana").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00", requester="Bo").state("mon 10:00", "SOLVED").customer("tue 9:00")
    history.ticket("mon 9:00", requester="Cleo").state("mon 10:00", "SOLVED")
    history.ticket("fri 9:00", requester="Cleo", queue="Billing")
    history.ticket("mon 9:00", requester="Dov").state("mon 10:00", "SOLVED")
    history.ticket("fri 9:00", requester="Dov", queue="Technical")
    asked = {"as_of": at("week 2 tue 9:00")}
    assert [said(history, f"first_contact_resolution_{of}", **asked) for of in ("resolved", "n")] == [2, 4]


def test_a_robot_settles_it_or_needs_a_human() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:01", "Robot").state("mon 9:02", "SOLVED", "Robot")
    history.ticket("mon 9:00").state("mon 9:02", "SOLVED", "Robot").state("wed 9:00", "OPEN", "Cleo")
    history.ticket("mon 9:00").state("mon 9:02", "SOLVED", "Robot").state("fri 9:00", "OPEN", "Cleo")
    history.ticket("mon 9:00").reply("mon 9:01", "Robot").reply("mon 9:10").state("mon 9:20", "SOLVED", "Robot")
    history.ticket("mon 9:00").reply("mon 9:01", "Robot").state("mon 9:20", "SOLVED")
    history.ticket("mon 9:00").reply("mon 9:10").state("mon 9:20", "SOLVED").reply("mon 9:30", "Robot")
    asked = [said(history, f"automated_resolution_rate_{of}") for of in ("automated", "n")]
    assert (asked, said(history, "robot_handover_rate")) == ([2, 5], 2 / 5)


def test_one_answer_is_enough_or_it_is_not() -> None:
    history = History()
    for replies in (0, 1, 2, 3):
        life = history.ticket("mon 9:00")
        for minute in range(replies):
            life.reply(f"mon 9:1{minute}", ("Ana", "Bo")[minute % 2])
        life.state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00", by="Ana").reply("mon 9:10").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00").reply("mon 9:10").state("mon 10:00", "SOLVED", "Robot")
    rates = [said(history, f"{name}_touch_rate") for name in ("one", "two", "multi")]
    assert (rates, said(history, "participation_share_shared")) == ([0.25, 0.25, 0.25], 2)


def test_a_ticket_counts_against_a_time_once_it_is_that_old() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:10")
    history.ticket("mon 9:00")
    asked = {"as_of": at("mon 9:30")}
    assert [said(history, f"replied_within_{of}", **asked) for of in ("15m", "1h")] == [0.5, 1]


def test_the_newest_rating_of_a_ticket_holds() -> None:
    history = History()
    for scores in ((5,), (4, 2), (1, 5), (3,)):
        life = history.ticket("mon 9:00").state("mon 10:00", "SOLVED")
        for day, score in zip(("tue", "wed"), scores, strict=False):
            life.rate(f"{day} 9:00", score)
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED")
    assert (said(history, "csat"), said(history, "csat", as_of=at("tue 12:00"))) == (0.5, 0.5)
    assert [said(history, f"csat_response_rate_{of}") for of in ("rated", "n")] == [4, 5]
    assert [said(history, f"rating_flips{of}") for of in ("", "_lost")] == [2, 1]


def test_effort_and_recommendation_are_their_own_questions() -> None:
    history = History()
    for day, (effort, score) in enumerate(((7, 10), (6, 9), (5, 8), (2, 6), (1, 0)), start=1):
        life = history.ticket("mon 9:00").state("mon 10:00", "SOLVED").rate(f"tue {day}:00", 5)
        life.survey(f"tue {day}:00", "ces", 4).survey(f"tue {day}:30", "ces", effort)
        life.survey(f"tue {day}:00", "nps", score)
    assert [said(history, name) for name in ("ces", "ces_n", "ces_mean", "csat_n")] == [0.4, 5, 21 / 5, 5]
    assert [said(history, f"nps_{name}") for name in ("promoters", "detractors", "n")] == [2, 2, 5]
    reach = 1.959964 * (4 / 5 / 5) ** 0.5
    assert [said(history, f"nps{name}") for name in ("", "_low", "_high")] == pytest.approx([0, -reach, reach])
