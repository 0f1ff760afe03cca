"""Customers in pain, how they fare by a published formula, and by which ways they come."""

from datetime import datetime
from typing import Any

import pytest

from analytics.channels import channels
from analytics.pain import pain
from analytics.wellbeing import WEIGHTS, wellbeing
from core import clock
from tests.lake.history import History, uid
from tests.metrics.conftest import Office
from tests.metrics.shelf import shelf
from tests.world import at


def asked(what: Any, history: History, now: str | datetime = "week 3 mon 9:00", **question: Any) -> Any:
    with clock.at(at(now)), shelf(history.events) as lake:
        return what(**question, lake=lake)


def troubled() -> History:
    """Acme waits behind a promise; Globex was unhappy, and came back twice; both have something open."""
    history = History()
    history.ticket("week 3 mon 8:00").clock("week 3 mon 8:00", due="week 3 mon 8:30")
    life = history.ticket("week 2 mon 9:00", organisation="Globex").rate("week 2 tue 9:00", 2)
    for day in ("tue", "wed"):
        life.state(f"week 2 {day} 10:00", "SOLVED").state(f"week 2 {day} 11:00", "OPEN")
    return history


REASONS = ("organisation", "breached", "reopened", "unhappy", "open", "reasons")


def test_who_is_in_pain_and_why() -> None:
    found = asked(pain, troubled()).select(REASONS).rows()
    assert found == [("Globex", 0, 2, 1, 1, 2), ("Acme", 1, 0, 0, 1, 1)]


def test_pain_passes() -> None:
    history = troubled()
    assert asked(pain, history, "week 5 mon 9:00")["organisation"].to_list() == ["Acme"]
    assert asked(pain, history, as_of=at("week 2 tue 12:00")).select(REASONS).rows() == [("Globex", 0, 1, 1, 1, 1)]
    assert asked(pain, history, "week 2 mon 8:00", as_of=at("week 2 mon 8:00")).is_empty()


def test_unhappy_with_nothing_open_is_no_pain() -> None:
    history = History()
    history.ticket("week 2 mon 9:00").state("week 2 mon 10:00", "SOLVED").rate("week 2 mon 11:00", 1)
    assert asked(pain, history).is_empty()


def test_health_is_the_mean_of_what_is_known_by_its_weights() -> None:
    week = {"since": at("week 4 mon 0:00"), "until": at("week 5 mon 0:00")}
    (acme,) = asked(wellbeing, quiet(), "week 5 mon 9:00", **week).frame.to_dicts()
    parts = {name: acme[name] for name in WEIGHTS}
    assert parts == {
        "promises": None, "contentment": 50.0, "volume": 75.0, "return": None, "oldest": 100.0, "silence": 100.0,
    }  # fmt: skip
    assert acme["score"] == (50 * 20 + 75 * 15 + 100 * 20) / 55


def quiet() -> History:
    """Two tickets in each of three weeks, then three in one, of which two are rated; nothing is open."""
    history = History()
    for opened in ("mon", "tue", "week 2 mon", "week 2 tue", "week 3 mon", "week 3 tue", "week 4 mon"):
        history.ticket(f"{opened} 9:00").state(f"{opened} 10:00", "SOLVED")
    for score in (3, 5):
        history.ticket("week 4 wed 9:00").state("week 4 wed 10:00", "SOLVED").rate("week 4 wed 12:00", score)
    return history


def test_shares_are_of_the_period() -> None:
    history = History()
    for opened, channel in (("mon", "email"), ("tue", "email"), ("tue", "web"), ("week 2 mon", "web")):
        history.ticket(f"{opened} 9:00", channel=channel)
    found = asked(channels, history, grain="week", since=at("mon 0:00"))
    assert [row[1:4] for row in found.rows()[:4]] == [
        ("email", 2, pytest.approx(2 / 3)), ("web", 1, pytest.approx(1 / 3)), ("web", 1, 1.0), ("email", 0, 0.0),
    ]  # fmt: skip
    assert asked(channels, History()).is_empty()


def test_each_sees_what_they_see(office: Office) -> None:
    everybodys: Any = office.analysis("dov", "/channels")
    assert sum(row["tickets"] for row in everybodys["rows"]) == 3
    found: Any = office.analysis("dov", "/wellbeing", since="2026-01-05")
    assert found["weights"] == dict(WEIGHTS)
    assert set(office.analysis("ana", "/pain")) == {"rows"}
    office.analysis("dov", "/pain/behind", 422, part="open")
    assert office.analysis("dov", "/pain/behind", part="open", organisation_id=str(uid("Acme")))["total"] == 0
