"""Flow of the lake: which tickets, in whose eyes, by hand."""

from typing import Any

import polars as pl
import pytest

from analytics import flow
from core import clock
from core.actor import Scope
from core.errors import Invalid
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf_of
from tests.world import at


def asked(what: Any, history: History, now: str = "week 2 mon 0:00", **question: Any) -> Any:
    with clock.at(at(now)):
        return what(**question, lake=shelf_of(history))


def edges(found: flow.Process) -> dict[tuple[str, str], int]:
    rows = found.transitions.select("source", "target", "count").rows()
    return {(found.names[source], found.names[target]): n for source, target, n in rows}


@pytest.fixture(scope="module")
def history() -> History:
    made = History()
    first = made.ticket("mon 9:00", queue="Billing").assign("mon 9:30", "Ana").state("mon 10:00", "OPEN")
    first.assign("mon 11:00", None, before="Ana").assign("mon 12:00", "Bo").move("mon 12:00", "Technical")
    first.state("mon 13:00", "PENDING").state("mon 15:00", "OPEN").state("mon 16:00", "SOLVED")
    made.ticket("tue 9:00", queue="Billing").state("tue 10:00", "OPEN")
    made.ticket("tue 9:00", queue="Billing").state("tue 9:30", "SPAM")
    return made


def test_states_follow_each_other(history: History) -> None:
    found = asked(flow.process, history)
    assert edges(found) == {
        ("NEW", "OPEN"): 2, ("OPEN", "PENDING"): 1, ("PENDING", "OPEN"): 1, ("OPEN", "SOLVED"): 1
    }  # fmt: skip
    assert found.tickets == 2


def test_hands_and_queues_follow_each_other(history: History) -> None:
    assert edges(asked(flow.process, history, activity="agent")) == {("Ana", "Bo"): 1}
    assert edges(asked(flow.process, history, activity="queue")) == {("Billing", "Technical"): 1}


def test_the_past_has_not_moved_on_yet(history: History) -> None:
    assert edges(asked(flow.process, history, as_of=at("mon 12:30"))) == {("NEW", "OPEN"): 1}


def test_nobody_learns_how_other_queues_flow(history: History) -> None:
    found = asked(flow.process, history, scope=Scope(queue_ids=frozenset({uid("Billing")}), internal=True))
    assert (found.tickets, edges(found)) == (1, {("NEW", "OPEN"): 1})


def test_the_books_of_a_window_balance(history: History) -> None:
    found = asked(flow.little, history, since=at("mon 0:00"), until=at("wed 0:00"))
    assert (found.arrivals, found.departures, found.opening, found.closing) == (2, 1, 0, 1)
    assert found.mean_time == 7 * 3600
    assert found.mean_stock == pytest.approx((7 + 15) / 48)
    assert found.unexplained == pytest.approx(0)


def test_the_books_of_a_queue_balance_too(history: History) -> None:
    found = asked(flow.little, history, since=at("mon 0:00"), until=at("tue 0:00"), where={"queue": "Technical"})
    assert (found.arrivals, found.departures, found.mean_time) == (1, 1, 4 * 3600)
    assert found.unexplained == pytest.approx(0)


def test_waiting_for_the_customer_is_not_our_turn(history: History) -> None:
    found = asked(flow.efficiency, history)
    assert (found.tickets, found.share, found.median_share) == (1, pytest.approx(5 / 7), pytest.approx(5 / 7))


def test_a_cumulative_flow_stacks_up_to_every_ticket(history: History) -> None:
    found = asked(flow.cumulative, history, grain="day", since=at("mon 0:00"), until=at("wed 0:00"))
    assert found.select("NEW", "OPEN", "PENDING", "HOLD", "SOLVED").rows() == [(0, 0, 0, 0, 1), (0, 1, 0, 0, 1)]
    hours = asked(flow.cumulative, history, grain="hour", since=at("mon 9:00"), until=at("mon 17:00"))
    assert hours["NEW"].to_list() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert hours["PENDING"].to_list() == [0, 0, 0, 0, 1, 1, 0, 0]


def test_work_in_progress_is_compared_with_visits_that_ended(history: History) -> None:
    found = asked(flow.ageing, history, now="tue 12:30")
    (ticket,) = found.rows(named=True)
    assert (ticket["state"], ticket["age_seconds"], ticket["state_seconds"]) == ("OPEN", 3.5 * 3600, 2.5 * 3600)
    assert ticket["slower_than"] == 0.5
    assert asked(flow.ageing, history, now="mon 9:10")["slower_than"].to_list() == [None]


def test_what_does_not_flow_is_refused() -> None:
    with pytest.raises(Invalid, match="state, category"):
        asked(flow.process, History(), activity="colour")
    with pytest.raises(Invalid, match="no length"):
        asked(flow.little, History(), since=at("week 3 mon 9:00"))
    assert asked(flow.ageing, History()).is_empty()
    assert isinstance(asked(flow.cumulative, History(), since=at("mon 9:00"), until=at("tue 9:00")), pl.DataFrame)
