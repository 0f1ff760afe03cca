"""How high it stood."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from analytics import measure
from analytics.concentration import concentration
from analytics.peak import peak
from core import clock
from core.actor import Scope
from core.errors import Invalid
from tests.depth import examples
from tests.lake.generated import START, histories
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf
from tests.world import at


def asked(what: Any, history: History, now: str | datetime = "week 2 mon 0:00", **question: Any) -> Any:
    with clock.at(at(now)), shelf(history.events) as lake:
        return what(**question, lake=lake)


@pytest.fixture(scope="module")
def busy() -> History:
    history = History()
    for solved in ("mon 12:00", "mon 11:00", "tue 9:00"):
        history.ticket("mon 10:00").state(solved, "SOLVED")
    history.ticket("mon 11:00", queue="Technical", organisation="Globex")
    return history


def test_the_peak_is_not_what_stands_at_the_end(busy: History) -> None:
    found = asked(peak, busy, of="backlog", above=2, since=at("mon 0:00"), until=at("wed 0:00"))
    assert found["peak"].to_list() == [3, 2]
    assert [instant.hour for instant in found["peak_at"]] == [10, 0]
    assert found["hours_above"].to_list() == [2, 0]


def test_nobody_learns_how_high_other_queues_stood(busy: History) -> None:
    scope = Scope(queue_ids=frozenset({uid("Technical")}), internal=True)
    window = {"since": at("mon 0:00"), "until": at("tue 0:00")}
    assert asked(peak, busy, of="backlog", scope=scope, **window)["peak"].to_list() == [1]
    assert asked(peak, busy, of="backlog", where={"queue": "Technical"}, **window)["peak"].to_list() == [1]


@settings(max_examples=examples(8), deadline=None)
@given(history=histories())
def test_a_peak_is_the_highest_level_of_any_instant(history: History) -> None:
    since, until, now = START - timedelta(hours=1), START + timedelta(hours=1), START + timedelta(days=9)
    instants = sorted({event.occurred_at for event in history.events} | {since})
    tick = timedelta(microseconds=1)
    with clock.at(now), shelf(history.events) as lake:
        found = peak("backlog", grain="year", since=since, until=until, lake=lake)
        levels = [measure("backlog", until=one + tick, lake=lake).item() for one in instants if since <= one < until]
    assert found["peak"].to_list() == [max(levels)]


def test_what_has_no_height_is_refused(busy: History) -> None:
    with pytest.raises(Invalid, match="queue_depth"):
        asked(peak, busy, of="csat")
    with pytest.raises(Invalid, match="no length"):
        asked(peak, busy, since=at("week 3 mon 9:00"))


def test_how_much_comes_from_few(busy: History) -> None:
    busy.ticket("mon 10:00", organisation=None)
    found = asked(concentration, busy)
    assert (found.tickets, found.others) == (4, 1)
    assert found.frame.select("organisation", "tickets", "share").rows() == [("Acme", 3, 0.75), ("Globex", 1, 0.25)]
    assert (found.top_share, found.index) == (1.0, 0.75**2 + 0.25**2)
    assert asked(concentration, History()).index is None
