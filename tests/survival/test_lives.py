"""From tickets to curves: who is censored when, who counts, who is seen."""

from datetime import date
from typing import Any

import pytest

from analytics import survival
from core import clock
from core.actor import Scope
from core.errors import Invalid
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf, shelf_of
from tests.world import at

HOUR = 3600


def asked(history: History, now: str = "week 3 mon 0:00", **question: Any) -> survival.Survival:
    with clock.at(at(now)):
        return survival.survival(**question, lake=shelf_of(history))


def fates(history: History, now: str = "week 3 mon 0:00", **question: Any) -> list[tuple[str, float]]:
    """Outcome and hours of each ticket behind a curve."""
    with clock.at(at(now)):
        frame = survival.tickets(**question, lake=shelf_of(history)).frame
    return sorted((row["outcome"], row["seconds"] / HOUR) for row in frame.iter_rows(named=True))


def test_the_open_ones_are_looked_at_until_now() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 11:00", "SOLVED")
    history.ticket("mon 9:00").state("mon 10:00", "PENDING")
    assert fates(history, "tue 9:00") == [("open", 24), ("solved", 2)]
    assert asked(history, "tue 9:00").curve.quantile(0.5).seconds == 2 * HOUR


@pytest.mark.parametrize("state", ["MERGED", "SPAM", "DELETED"])
def test_what_is_merged_spam_or_deleted_was_looked_at_until_then(state: str) -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 10:00", "Ana").state("mon 12:00", state)
    assert fates(history) == [("left", 3)]
    assert fates(history, as_of=at("mon 11:00")) == [("open", 2)]


def test_spam_by_mistake_was_never_away() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 12:00", "SPAM").state("mon 13:00", "OPEN").state("mon 14:00", "SOLVED")
    assert fates(history) == [("solved", 5)]


def test_the_first_solve_counts_whatever_comes_later() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").state("tue 9:00", "OPEN")
    history.ticket("mon 9:00").state("mon 12:00", "SOLVED").state("tue 9:00", "DELETED")
    assert fates(history) == [("solved", 1), ("solved", 3)]


def test_the_past_does_not_know_of_later_solves() -> None:
    history = History()
    history.ticket("mon 9:00").state("tue 9:00", "SOLVED")
    history.ticket("mon 20:00")
    assert fates(history, as_of=at("mon 12:00")) == [("open", 3)]


def test_a_ticket_belongs_to_the_queue_in_which_it_was_created() -> None:
    history = History()
    history.ticket("mon 9:00", queue="Billing").move("mon 10:00", "Technical").state("mon 11:00", "SOLVED")
    history.ticket("mon 9:00", queue="Technical")
    found = asked(history, by="queue")
    assert {one.values["queue"]: one.curve.n_ended for one in found.slices} == {"Billing": 1, "Technical": 0}
    assert found.difference.degrees == 1
    assert asked(history, where={"queue": "Billing"}).curve.n == 1


def test_half_a_history_makes_no_duration() -> None:
    history = History()
    history.ticket("mon 9:00", history_complete=False).state("mon 10:00", "SOLVED")
    assert asked(history).curve.n == 0


def test_only_tickets_of_the_window_count() -> None:
    history = History()
    for day in ("mon", "tue", "wed"):
        history.ticket(f"{day} 9:00")
    assert asked(history, since=date(2026, 1, 6), until=date(2026, 1, 7)).curve.n == 1


def test_nobody_learns_of_tickets_out_of_sight() -> None:
    history = History()
    history.ticket("mon 9:00", queue="Billing").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00", queue="Technical", requester="Nobody", organisation=None).state("mon 12:00", "SPAM")
    seen = Scope(queue_ids=frozenset({uid("Billing")}), internal=True)
    assert asked(history, scope=seen).curve.n == 1
    assert [one.values["queue"] for one in asked(history, scope=seen, by="queue").slices] == ["Billing"]
    assert fates(history, scope=seen) == [("solved", 1)]
    with pytest.raises(Invalid, match="no queue 'Technical'"):
        asked(history, scope=seen, where={"queue": "Technical"})


def test_the_rows_behind_a_curve_come_in_pages() -> None:
    history = History()
    for hour in (9, 10, 11):
        history.ticket(f"mon {hour}:00")
    with clock.at(at("mon 12:00")):
        page = survival.tickets(limit=1, offset=1, lake=shelf_of(history))
    assert (page.total, page.frame["seconds"].to_list()) == (3, [2 * HOUR])


def test_nothing_was_created() -> None:
    assert asked(History()).curve.quantile(0.5).seconds is None
    with clock.at(at("mon 12:00")):
        assert survival.closure(lake=shelf([])).cohorts == ()


def test_a_cohort_is_told_only_as_far_as_all_of_it_is_so_old() -> None:
    history = History()
    history.ticket("mon 9:00").state("tue 9:00", "SOLVED")
    history.ticket("tue 9:00").state("week 2 thu 9:00", "SOLVED")
    history.ticket("wed 9:00").state("wed 10:00", "SPAM")
    history.ticket("week 2 mon 9:00")
    with clock.at(at("week 3 wed 9:00")):
        found = survival.closure(timezone="Europe/Berlin", lake=shelf_of(history)).cohorts
    assert [(cohort.created, cohort.left, cohort.shares) for cohort in found] == [(3, 1, (0.5,)), (1, 0, ())]
    assert found[0].period.isoformat() == "2026-01-05T00:00:00+01:00"


def test_cohorts_are_days_weeks_or_months() -> None:
    with pytest.raises(Invalid, match="day, week, month"):
        survival.closure(grain="hour", lake=shelf([]))
    with pytest.raises(TypeError, match="no argument sicne"):
        survival.closure(lake=shelf([]), sicne=None)
