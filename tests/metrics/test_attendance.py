"""Who was there, and whether the load is shared."""

from typing import Any

import pytest

from analytics.attendance import attendance, fairness, gini
from core import clock
from core.actor import Scope
from core.events import PresenceChanged
from core.ledger import Envelope
from tests.lake.history import History, house, uid
from tests.metrics.shelf import shelf
from tests.world import at


def says(when: str, who: str, presence: str) -> Envelope:
    said = {"person_id": uid(who), "presence": presence, "before": "offline", "reason": "chosen"}
    return house(when, PresenceChanged.model_validate(said), ord(who[0]))


DAYS = [
    says("mon 9:00", "Ana", "online"), says("mon 12:00", "Ana", "away"), says("mon 13:00", "Ana", "online"),
    says("mon 17:00", "Ana", "offline"), says("mon 22:00", "Bo", "online"), says("tue 2:00", "Bo", "offline"),
    says("tue 9:00", "Ana", "online"),
]  # fmt: skip


def asked(what: Any, history: History | None = None, now: str = "tue 12:00", **question: Any) -> Any:
    with clock.at(at(now)), shelf([*DAYS, *(history.events if history else ())]) as lake:
        return what(**question, lake=lake)


def test_hours_are_those_that_people_said_they_were_there() -> None:
    found = asked(attendance)
    assert found.select("agent", "online_hours", "away_hours").rows() == [("Ana", 7 + 3, 1), ("Bo", 4, 0)]


def test_a_night_counts_in_both_its_days_and_what_goes_on_until_now() -> None:
    found = asked(attendance, grain="day", since=at("mon 0:00"))
    days = [(row["period"].day, row["agent"], row["online_hours"]) for row in found.iter_rows(named=True)]
    assert days == [(5, "Ana", 7), (5, "Bo", 2), (6, "Ana", 3), (6, "Bo", 2)]
    local = asked(attendance, grain="day", since=at("mon 0:00"), timezone="America/New_York")
    assert local.filter(agent="Bo")["online_hours"].to_list() == [4]


def test_the_past_knows_no_more_than_it_did() -> None:
    assert asked(attendance, as_of=at("mon 10:00")).select("agent", "online_hours").rows() == [("Ana", 1)]


def test_nobody_learns_of_those_whom_they_may_not_see() -> None:
    assert asked(attendance, people={uid("Bo")})["agent"].to_list() == ["Bo"]
    assert asked(attendance, people=set()).is_empty()
    assert asked(fairness, people={uid("Bo")}).frame["agent"].to_list() == ["Bo"]


def test_load_is_counted_by_the_hour_and_not_by_the_head() -> None:
    history = History()
    for _ in range(9):
        history.ticket("mon 9:00").assign("mon 10:00", "Ana")
    history.ticket("mon 9:00").assign("mon 22:30", "Bo").state("mon 23:00", "SOLVED")
    history.ticket("mon 9:00", queue="Technical").assign("tue 1:00", "Bo")
    found = asked(fairness, history)
    assert found.frame.select("agent", "open", "taken", "hours").rows() == [("Ana", 9, 9, 10), ("Bo", 1, 2, 4)]
    assert found.frame["load"].to_list() == pytest.approx([1.8, 0.75])
    assert found.gini == pytest.approx((1.8 - 0.75) / (2 * (1.8 + 0.75)))
    assert found.max_to_median == pytest.approx(1.8 / 1.275)
    narrow = asked(fairness, history, scope=Scope(queue_ids=frozenset({uid("Billing")}), internal=True))
    assert narrow.frame["open"].to_list() == [9, 0]


def test_what_is_even_has_no_gini_and_what_lies_on_one_nearly_1() -> None:
    assert gini([2, 2, 2]) == 0
    assert gini([0, 0, 0, 8]) == 0.75
    assert gini([3]) is None
    assert gini([0, 0]) is None
