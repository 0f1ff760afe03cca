"""Macros and canned replies: all or nothing under one command, previews that change nothing, texts without logic."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.api.house import ApiHouse


def _macro(client: TestClient, actions: list[dict[str, Any]], **more: Any) -> str:
    answer = client.post("/api/v1/macros", json={"name": "Hand over", "actions": actions, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _events(house: ApiHouse, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    return list(house.dov.get(f"/api/v1/tickets/{ticket['id']}/events").json()["items"])


STEPS = [
    {"do": "prioritise", "priority": 4},
    {"do": "tag", "add": ["vip"]},
    {"do": "assign", "agent_id": "me"},
    {"do": "note", "body": "{{customer.name}} of {{organisation.name}} waits for {{agent.name}}."},
    {"do": "reply", "body": "Dear {{ customer.name }}, ticket {{ticket.number}} is with us."},
]


def test_a_macro_does_all_of_it_under_one_command(house: ApiHouse) -> None:
    ticket, macro = house.opened(), _macro(house.dov, STEPS)
    answer = house.dov.post(f"/api/v1/macros/{macro}/apply/{ticket['id']}", headers={"If-Match": '"2"'})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["priority"], answer.json()["tags"]) == (4, ["vip"])
    assert len({one["command_id"] for one in _events(house, ticket)[2:]}) == 1
    said = house.dov.get(f"/api/v1/tickets/{ticket['id']}/messages").json()["items"]
    assert [one["body"] for one in said[1:]] == [
        "Cleo of Acme waits for Dov.",
        f"Dear Cleo, ticket {ticket['number']} is with us.",
    ]


def test_if_one_action_is_refused_nothing_happens(house: ApiHouse) -> None:
    ticket = house.opened()
    macro = _macro(
        house.dov, [{"do": "prioritise", "priority": 4}, {"do": "assign", "agent_id": str(house.world.bo.id)}]
    )
    refused = house.dov.post(f"/api/v1/macros/{macro}/apply/{ticket['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_an_owner")
    assert house.dov.get(f"/api/v1/tickets/{ticket['id']}").json()["version"] == ticket["version"]
    assert len(_events(house, ticket)) == 2


def test_a_macro_meets_the_version_that_was_seen(house: ApiHouse) -> None:
    ticket, macro = house.opened(), _macro(house.dov, STEPS)
    house.dov.post(f"/api/v1/tickets/{ticket['id']}/note", json={"body": "Meanwhile."})
    stale = house.dov.post(f"/api/v1/macros/{macro}/apply/{ticket['id']}", headers={"If-Match": '"2"'})
    assert stale.status_code == 412


def test_a_macro_gives_nobody_rights(house: ApiHouse) -> None:
    ticket = house.opened(queue_id=str(house.world.technical))
    macro = _macro(house.ana, [{"do": "prioritise", "priority": 4}])
    assert house.ana.post(f"/api/v1/macros/{macro}/apply/{ticket['id']}").status_code == 404
    assert house.bo.post(f"/api/v1/macros/{macro}/apply/{ticket['id']}").status_code == 404  # Ana's own


def test_a_preview_tells_what_would_be_and_changes_nothing(house: ApiHouse) -> None:
    ticket, macro = house.opened(), _macro(house.dov, STEPS)
    seen = house.dov.post(f"/api/v1/macros/{macro}/preview/{ticket['id']}").json()
    changes = {one["field"]: (one["before"], one["after"]) for one in seen["changes"]}
    assert (changes["priority"], changes["tags"]) == ((2, 4), ([], ["vip"]))
    assert changes["agent_id"] == (None, str(house.world.dov.id))
    assert [one["visibility"] for one in seen["messages"]] == ["internal", "public"]
    assert house.dov.get(f"/api/v1/tickets/{ticket['id']}").json()["version"] == ticket["version"]
    assert len(_events(house, ticket)) == 2


def test_a_reply_that_would_show_a_gap_is_not_sent(house: ApiHouse) -> None:
    ticket = house.opened(house.dov)  # nobody's: there is no customer
    macro = _macro(house.dov, [{"do": "reply", "body": "Dear {{customer.name}},"}])
    refused = house.dov.post(f"/api/v1/macros/{macro}/apply/{ticket['id']}")
    assert (refused.status_code, refused.json()["placeholder"]) == (422, "customer.name")


@pytest.mark.parametrize("text", ["{{customer.password}}", "{{ 7*7 }}", "{{ticket.__class__}}", "{{}}"])
def test_a_placeholder_that_does_not_exist_is_refused_when_it_is_saved(house: ApiHouse, text: str) -> None:
    wishes = {
        "/api/v1/canned-replies": {"name": "Odd", "body": f"Hello {text}"},
        "/api/v1/macros": {"name": "Odd", "actions": [{"do": "reply", "body": f"Hello {text}"}]},
    }
    for path, wish in wishes.items():
        refused = house.dov.post(path, json=wish)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_placeholder")


def test_a_canned_reply_is_filled_for_a_ticket_and_shows_what_is_missing(house: ApiHouse) -> None:
    body = "{{customer.name}}, {{ticket.title}}, {% if x %}{{ticket.queue}}"
    house.dov.post("/api/v1/canned-replies", json={"name": "Greeting", "body": body})
    theirs, nobodys = house.opened(title="{{agent.name}}"), house.opened(house.dov)
    assert _filled(house, theirs) == "Cleo, {{agent.name}}, {% if x %}Billing"  # what is put in is not read again
    assert _filled(house, nobodys) == "[no customer.name], Printer on fire, {% if x %}Billing"


def _filled(house: ApiHouse, ticket: dict[str, Any]) -> str:
    items = house.dov.get(f"/api/v1/canned-replies?ticket_id={ticket['id']}").json()["items"]
    return str(next(one["filled"] for one in items if one["name"] == "Greeting"))


def test_texts_and_macros_are_kept_by_whoever_they_belong_to(house: ApiHouse) -> None:
    team = {"audience": "team", "queue_id": str(house.world.billing)}
    macro = _macro(house.dov, STEPS, **team)
    assert macro in {one["id"] for one in house.ana.get("/api/v1/macros").json()["items"]}
    assert macro not in {one["id"] for one in house.bo.get("/api/v1/macros").json()["items"]}
    assert house.bo.delete(f"/api/v1/macros/{macro}").status_code == 404
    assert house.dov.delete(f"/api/v1/macros/{macro}").status_code == 204
    assert house.dov.delete(f"/api/v1/macros/{uuid4()}").status_code == 404
    assert house.cleo.get("/api/v1/macros").status_code == 403


def test_replies_tell_what_they_were_made_from_and_how_much_of_it_was_changed(house: ApiHouse) -> None:
    ticket = house.opened()
    wish = {"name": "Hello", "body": "Dear {{customer.name}}, we look into it."}
    canned = house.dov.post("/api/v1/canned-replies", json=wish).json()["id"]
    macro, address = _macro(house.dov, [STEPS[-1]]), f"/api/v1/tickets/{ticket['id']}/reply"
    for body in ("Dear Cleo, we look into it.", "Dear Cleo, we look at it today."):
        assert house.dov.post(address, json={"body": body, "canned_reply_id": canned}).status_code == 200
    house.dov.post(address, json={"body": "Done."})
    house.ana.post(address, json={"body": "Dear Cleo, …", "canned_reply_id": canned})  # Dov's own
    house.cleo.post(address, json={"body": "Thanks."})
    house.dov.post(f"/api/v1/macros/{macro}/apply/{ticket['id']}")
    said = [one["payload"] for one in _events(house, ticket) if one["kind"] == "message.added"]
    assert [(one["made_from"], one["made_from_id"], one["edited"]) for one in said] == [
        (None, None, None),
        ("canned_reply", canned, 0.0),
        ("canned_reply", canned, round(1 - 4 / 7, 3)),
        ("hand", None, None),
        ("hand", None, None),
        (None, None, None),
        ("macro", macro, 0.0),
    ]


def test_a_draft_of_another_day_remembers_what_it_was_begun_with(house: ApiHouse) -> None:
    ticket = house.opened()
    canned = house.dov.post("/api/v1/canned-replies", json={"name": "Hello", "body": "We look into it."}).json()["id"]
    path = f"/api/v1/tickets/{ticket['id']}"
    for kind in ("reply", "note"):
        words = {"body": "We look into it.", "canned_reply_id": canned}
        assert house.dov.put(f"{path}/drafts/{kind}", json=words).status_code == 200
    kept = {one["kind"]: one["canned_reply_id"] for one in house.dov.get(f"{path}/drafts").json()["items"]}
    assert kept == {"reply": canned, "note": None}
    wish = {"body": "We look into it.", "canned_reply_id": canned}
    later = house.dov.post(f"{path}/scheduled-replies", json=wish).json()
    house.dov.delete(f"{path}/drafts/reply")
    assert house.dov.post(f"/api/v1/scheduled-replies/{later['id']}/take-back").status_code == 200
    assert house.dov.get(f"{path}/drafts/reply").json()["canned_reply_id"] == canned


def test_a_reply_that_waits_remembers_what_it_was_begun_with(house: ApiHouse) -> None:
    ticket = house.opened()
    canned = house.dov.post("/api/v1/canned-replies", json={"name": "Hello", "body": "We look into it."}).json()["id"]
    address = f"/api/v1/tickets/{ticket['id']}/scheduled-replies"
    later = house.dov.post(address, json={"body": "We look into it.", "canned_reply_id": canned}).json()
    assert house.dov.post(f"/api/v1/scheduled-replies/{later['id']}/send").status_code == 200
    said = [one["payload"] for one in _events(house, ticket) if one["kind"] == "message.added"]
    assert (said[-1]["made_from"], said[-1]["made_from_id"]) == ("canned_reply", canned)
