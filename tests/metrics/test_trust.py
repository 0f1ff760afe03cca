"""What was entered late, and what published numbers became."""

from dataclasses import replace
from typing import Any

import pytest

from analytics.restated import lateness, restatement
from core import clock
from core.actor import Scope
from core.errors import Invalid
from core.ledger import Envelope
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf
from tests.world import at


def entered(event: Envelope, when: str) -> Envelope:
    return replace(event, recorded_at=at(when))


@pytest.fixture(scope="module")
def events() -> list[Envelope]:
    """Of five events one was told on Wednesday: a solve of Monday."""
    history = History()
    history.ticket("mon 9:00", message=False).state("mon 12:00", "SOLVED")
    history.ticket("mon 10:00", queue="Technical", message=False).state("mon 12:00", "SOLVED")
    history.ticket("tue 10:00", message=False)
    return [entered(one, "wed 9:00") if n == 1 else one for n, one in enumerate(history.events)]


def asked(what: Any, events: list[Envelope], *given: Any, **question: Any) -> Any:
    with clock.at(at("fri 0:00")), shelf(events) as lake:
        return what(*given, **question, lake=lake)


def test_late_is_what_was_entered_over_five_minutes_after(events: list[Envelope]) -> None:
    on_time = [entered(one, "tue 10:05") if n == 4 else one for n, one in enumerate(events)]
    assert asked(lateness, on_time).rows() == [("api", 5, 1, 0.2)]
    assert asked(lateness, events, since=at("mon 11:00"), until=at("tue 0:00")).rows() == [("api", 2, 1, 0.5)]
    technical = Scope(queue_ids=frozenset({uid("Technical")}), internal=True)
    assert asked(lateness, events, scope=technical).rows() == [("api", 2, 0, 0.0)]


def test_a_cell_that_moved_since_it_was_published_is_restated(events: list[Envelope]) -> None:
    found = asked(restatement, events, "solve_events", published_at=at("tue 12:00"), by="queue", grain="day")
    assert (found.cells, found.restated, found.rate) == (2, 1, 0.5)
    (moved,) = found.frame.filter("is_restated").iter_rows(named=True)
    assert (moved["queue"], moved["published"], moved["now"]) == ("Billing", None, 1)


def test_what_was_not_over_was_not_published_and_what_stays_is_not_restated(events: list[Envelope]) -> None:
    assert asked(restatement, events, "tickets_created", published_at=at("tue 9:00"), grain="day").restated == 0
    assert asked(restatement, events, "tickets_created", published_at=at("mon 8:00")).rate is None
    later = asked(restatement, events, "solve_events", published_at=at("thu 9:00"), grain="day")
    assert (later.cells, later.restated) == (1, 0)


def test_what_was_known_is_what_was_published(events: list[Envelope]) -> None:
    with pytest.raises(Invalid, match="leave `as_known_at` out"):
        asked(restatement, events, "backlog", published_at=at("tue 9:00"), as_known_at=at("tue 9:00"))
