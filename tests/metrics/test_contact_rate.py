"""Contact rates: tickets by what somebody told from outside, for as long as that held."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from analytics.contact_rate import contact_rate
from core import clock
from core.errors import Invalid
from core.events import DenominatorRecorded, DenominatorRemoved
from core.ledger import Envelope
from tests.lake.history import History, house
from tests.metrics.conftest import Office
from tests.metrics.shelf import shelf
from tests.world import at


def rates(*told: tuple[str, str, int], then: Sequence[Envelope] = (), **asked: Any) -> Any:
    """Two tickets on Tuesday, one on Wednesday, of a house that was told these counts."""
    history = History()
    for when in ("tue 9:00", "tue 10:00", "wed 9:00"):
        history.ticket(when)
    events = [house(when, DenominatorRecorded(name=name, count=count), n) for n, (when, name, count) in enumerate(told)]
    with clock.at(at("thu 12:00")), shelf([*events, *then, *history.events]) as lake:
        return contact_rate(grain="day", since=at("tue 0:00"), until=at("fri 0:00"), **asked, lake=lake)


def test_customers_are_counted_for_as_long_as_they_were() -> None:
    found = rates(("mon 9:00", "active_customers", 100), ("wed 12:00", "active_customers", 300))
    assert found.frame.select("tickets", "of", "rate").rows() == [(2, 100, 2.0), (1, 200, 0.5), (0, 300, 0.0)]
    assert found.reason is None


def test_orders_add_up_over_the_day() -> None:
    found = rates(("mon 9:00", "orders_per_day", 400), per="orders_per_day").frame
    assert found.select("of", "rate").rows() == [(400, 5.0), (400, 2.5), (200, 0.0)]


def test_what_is_told_anew_for_an_instant_replaces_what_was_told() -> None:
    found = rates(("mon 9:00", "active_customers", 7), ("mon 9:00", "active_customers", 50)).frame
    assert found["of"].to_list() == [50, 50, 50]


def taken_back(when: str, *, on: str) -> Envelope:
    return replace(house(when, DenominatorRemoved(name="active_customers", count=0)), recorded_at=at(on))


def test_what_is_taken_back_lets_what_held_before_hold_on() -> None:
    told = (("mon 9:00", "active_customers", 50), ("tue 12:00", "active_customers", 7))

    def of(*then: Envelope, **asked: Any) -> list[float | None]:
        return [None if one is None else round(one, 1) for one in rates(*told, then=then, **asked).frame["of"]]

    gone = taken_back("tue 12:00", on="thu 9:00")
    again = house("tue 12:00", DenominatorRecorded(name="active_customers", count=90), 9)
    assert of(gone) == [50, 50, 50]
    assert of(gone, replace(again, recorded_at=at("thu 10:00"))) == [70, 90, 90]
    assert of(taken_back("mon 9:00", on="thu 9:00")) == [None, 7, 7]
    assert of(gone, as_known_at=at("thu 8:59")) == of() == [28.5, 7, 7]
    nothing = rates(told[0], then=[taken_back("mon 9:00", on="thu 9:00")])
    assert "Nobody has told" in nothing.reason


def test_a_period_that_was_not_told_for_as_a_whole_has_no_rate() -> None:
    assert rates(("tue 9:00", "active_customers", 100)).frame["rate"].to_list() == [None, 1.0, 0.0]
    nothing = rates(("mon 9:00", "orders_per_day", 100))
    assert nothing.frame["rate"].to_list() == [None] * 3
    assert "POST /api/v1/denominators" in nothing.reason
    with pytest.raises(Invalid, match="active_customers or orders_per_day"):
        rates(per="moon_phases")


def test_administrators_tell_how_many_there_are(office: Office) -> None:
    def tell(who: str, status: int, **wish: object) -> Any:
        answer = getattr(office.house, who).post("/api/v1/denominators", json={"name": "active_customers", **wish})
        assert answer.status_code == status, answer.text
        return answer.json()

    tell("ana", 403, count=5)
    tell("admin", 422, count=5, since="2999-01-01T00:00:00Z")
    for count in (4, 5, 5):
        tell("admin", 200, count=count, since="2026-01-01T00:00:00Z")
    listed = office.house.ana.get("/api/v1/denominators").json()["items"]
    assert [(row["count"], row["since"]) for row in listed] == [(5, "2026-01-01T00:00:00Z")]
    assert "Nobody has told" in str(office.analysis("dov", "/contacts")["reason"])  # type: ignore[index]
    office.analysis("dov", "/contacts", as_known_at="2026-01-02")

    def removed(who: str) -> int:
        given = {"name": "active_customers", "since": "2026-01-01T00:00:00Z"}
        return int(getattr(office.house, who).delete("/api/v1/denominators", params=given).status_code)

    assert [removed(who) for who in ("ana", "admin", "admin")] == [403, 204, 404]
    assert office.house.ana.get("/api/v1/denominators").json()["items"] == []
