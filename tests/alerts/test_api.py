"""Alerts over HTTP: one's own, refused with a sentence, tried on the past before they are kept."""

import pytest

from tests.alerts.conftest import ABOVE_TWO, Watch

WISH = {"name": "Too many", "metric": "backlog", "condition": ABOVE_TWO}


def test_an_alert_is_its_owners_alone(house: Watch) -> None:
    alert = house.alert(where=["queue:billing", "agent:(none)"])
    kept = house.ana.get(f"/api/v1/alerts/{alert}").json()
    assert (sorted(kept["where"]), kept["firing_since"]) == (["agent:(none)", "queue:Billing"], None)
    assert kept["words"] == "Backlog: above 2"
    for other in (house.bo, house.dov, house.admin):
        assert str(alert) not in other.get("/api/v1/alerts").text
        assert other.get(f"/api/v1/alerts/{alert}").status_code == 404
        assert other.get(f"/api/v1/alerts/{alert}/firings").status_code == 404
        assert other.put(f"/api/v1/alerts/{alert}", json=WISH).status_code == 404
        assert other.delete(f"/api/v1/alerts/{alert}").status_code == 404
    changed = house.ana.put(f"/api/v1/alerts/{alert}", json={**WISH, "name": "Far too many"}).json()
    assert (changed["name"], changed["where"]) == ("Far too many", [])
    assert house.ana.delete(f"/api/v1/alerts/{alert}").status_code == 204
    assert house.ana.get(f"/api/v1/alerts/{alert}").status_code == 404


def test_customers_see_no_numbers(house: Watch) -> None:
    assert house.cleo.get("/api/v1/alerts").status_code == 403
    assert house.cleo.post("/api/v1/alerts", json=WISH).status_code == 403
    assert house.cleo.post("/api/v1/alerts/preview", json=WISH).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"metric": "backlogg"}, "Did you mean backlog"),
        ({"metric": "first_reply_time"}, "take one of first_reply_time_median"),
        ({"where": ["queue:Biling"]}, "known: Billing"),
        ({"where": ["target:first_reply"]}, "cannot be split by 'target'"),
        ({"where": ["state:new", "category:new"]}, "one value of one more"),
        ({"condition": {"kind": "burn"}}, "no share of good and bad"),
        ({"condition": {"kind": "anomaly"}, "grain": "week"}, "Weeks have no season"),
        ({"condition": {**ABOVE_TWO, "back": 3}}, "cannot be over at 3"),
        ({"condition": {"kind": "hunch"}}, "condition"),
        ({"quiet_from": "22:00"}, "a beginning and an end"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(house: Watch, wrong: dict[str, object], words: str) -> None:
    for address in ("/api/v1/alerts", "/api/v1/alerts/preview"):
        answer = house.ana.post(address, json={**WISH, **wrong})
        assert answer.status_code == 422
        assert words in answer.text


def test_a_queue_that_one_does_not_see_is_as_if_it_were_not(house: Watch) -> None:
    hidden = house.ana.post("/api/v1/alerts", json={**WISH, "where": ["queue:Technical"]})
    missing = house.ana.post("/api/v1/alerts", json={**WISH, "where": ["queue:Nowhere"]})
    assert hidden.json()["detail"].replace("Technical", "") == missing.json()["detail"].replace("Nowhere", "")


def test_the_past_tells_how_often_it_would_have_fired(house: Watch) -> None:
    past = house.ana.post("/api/v1/alerts/preview", json={**WISH, "metric": "tickets_created"}).json()
    assert past["times"] == 1
    (once,) = past["firings"]
    assert (once["began_at"][:13], once["ended_at"][:13], once["value"]) == ("2026-01-06T10", "2026-01-06T11", 4)
    assert len(past["points"]) == 30 * 24
    assert house.bo.post("/api/v1/alerts/preview", json={**WISH, "metric": "tickets_created"}).json()["times"] == 0


def test_the_past_tells_where_nothing_can_be_unusually_low(house: Watch) -> None:
    wish = {"name": "Odd", "condition": {"kind": "anomaly"}, "grain": "day"}
    past = house.ana.post("/api/v1/alerts/preview", json={**wish, "metric": "tickets_created"}).json()
    assert past["never_low"] == past["judged"] > 80
    assert (past["never_high"], min(point["low"] or 0 for point in past["points"])) == (0, 0)
    net = house.ana.post("/api/v1/alerts/preview", json={**wish, "metric": "net_flow"}).json()
    assert (net["never_low"], net["points"][0]["low"] < 0) == (0, True)


def test_changing_a_firing_alert_puts_it_out_and_looks_anew(house: Watch) -> None:
    alert = house.alert()
    house.look(alert, "wed 9:00")
    assert house.ana.get(f"/api/v1/alerts/{alert}").json()["firing_since"]
    house.ana.put(f"/api/v1/alerts/{alert}", json={**WISH, "condition": {**ABOVE_TWO, "limit": 1}})
    assert house.ana.get(f"/api/v1/alerts/{alert}").json()["firing_since"] is None
    house.look(alert, "wed 9:01")
    assert house.told(alert) == ["fired", "fired"]
