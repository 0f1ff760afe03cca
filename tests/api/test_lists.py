"""Pages of tickets and people: filters, order, and nothing skipped or shown twice."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from core.ledger import event, event_pending
from tests.api.house import ApiHouse


@pytest.fixture(scope="module")
def many(house: ApiHouse) -> list[dict[str, Any]]:
    """Twelve tickets in two queues with different lives."""
    found = []
    for n in range(12):
        queue_id = house.world.billing if n % 3 else house.world.technical
        ticket = house.opened(title=f"Ticket {n}", queue_id=str(queue_id), priority=n % 4 + 1)
        if n % 2:
            house.dov.post(f"/api/v1/tickets/{ticket['id']}/solve")
        if n % 4 == 0:
            house.dov.post(f"/api/v1/tickets/{ticket['id']}/assign", json={"agent_id": str(house.world.dov.id)})
        found.append(ticket)
    return found


def _all(client: TestClient, path: str, limit: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after = ""
    while True:
        page = client.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{after}").json()
        items += page["items"]
        if page["next"] is None:
            return items
        after = f"&after={page['next']}"


@pytest.mark.parametrize("order", ["created", "-created", "updated", "-updated"])
@pytest.mark.parametrize("limit", [1, 5, 12, 100])
def test_pages_join_to_the_whole_in_every_order(
    house: ApiHouse, many: list[dict[str, Any]], order: str, limit: int
) -> None:
    found = _all(house.dov, f"/api/v1/tickets?sort={order}", limit)
    name = "created_at" if order.endswith("created") else "updated_at"
    ordered = sorted(found, key=lambda one: (one[name], one["id"]), reverse=order.startswith("-"))
    assert found == ordered
    assert {one["id"] for one in found} == {one["id"] for one in many}


def test_a_ticket_that_comes_meanwhile_moves_nothing(house: ApiHouse, many: list[dict[str, Any]]) -> None:
    first = house.dov.get("/api/v1/tickets?limit=5").json()
    newcomer = house.opened(title="Meanwhile")
    second = house.dov.get(f"/api/v1/tickets?limit=5&after={first['next']}").json()
    assert not {one["id"] for one in first["items"]} & {one["id"] for one in second["items"]}
    assert newcomer["id"] not in {one["id"] for one in second["items"]}
    house.dov.post(f"/api/v1/tickets/{newcomer['id']}/set-state", json={"state_id": _spam(house)})


def _spam(house: ApiHouse) -> str:
    states = house.admin.get("/api/v1/states").json()["items"]
    return next(str(one["id"]) for one in states if one["category"] == "SPAM")


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("is_open=true", lambda one: one["category"] == "NEW"),
        ("category=SOLVED", lambda one: one["category"] == "SOLVED"),
        ("category=SOLVED&category=NEW", lambda one: one["category"] in ("SOLVED", "NEW")),
        ("queue_id={technical}", lambda one: int(one["title"].split()[1]) % 3 == 0),
        ("priority=4&priority=1", lambda one: one["priority"] in (1, 4)),
        ("agent_id=me", lambda one: one["agent_id"] is not None),
        ("agent_id=none", lambda one: one["agent_id"] is None),
        ("is_open=true&priority=1", lambda one: one["category"] == "NEW" and one["priority"] == 1),
    ],
)
def test_a_filter_finds_what_it_says(house: ApiHouse, many: list[dict[str, Any]], query: str, holds: Any) -> None:
    everything = [one for one in _all(house.dov, "/api/v1/tickets", 50) if one["title"] != "Meanwhile"]
    found = _all(house.dov, "/api/v1/tickets?" + query.format(technical=house.world.technical), 50)
    assert {one["id"] for one in found} - _meanwhile(house) == {one["id"] for one in everything if holds(one)}


def _meanwhile(house: ApiHouse) -> set[str]:
    return {one["id"] for one in _all(house.dov, "/api/v1/tickets", 50) if one["title"] == "Meanwhile"}


def test_the_filter_language_answers_over_http(house: ApiHouse, many: list[dict[str, Any]]) -> None:
    found = _all(house.dov, "/api/v1/tickets?q=is:open assignee:me priority<=2&sort=-priority", 2)
    assert found
    assert all(one["category"] == "NEW" and one["priority"] <= 2 and one["agent_id"] for one in found)
    refused = house.dov.get("/api/v1/tickets?q=is:open colour:red")
    assert (refused.status_code, refused.json()["code"], refused.json()["position"]) == (
        422,
        "filter_not_understood",
        8,
    )


@pytest.mark.parametrize("order", ["priority", "-priority", "number", "-number"])
def test_pages_join_in_orders_of_numbers(house: ApiHouse, many: list[dict[str, Any]], order: str) -> None:
    found = [(one["priority"], one["number"]) for one in _all(house.dov, f"/api/v1/tickets?sort={order}", 5)]
    place = (lambda one: one[1]) if order.endswith("number") else (lambda one: one)
    assert found == sorted(found, key=place, reverse=order.startswith("-"))


def test_only_the_fields_asked_for_are_told(house: ApiHouse, many: list[dict[str, Any]]) -> None:
    page = house.dov.get("/api/v1/tickets?fields=number,state&limit=3").json()
    assert all(set(one) == {"number", "state"} for one in page["items"])
    assert page["next"]
    refused = house.dov.get("/api/v1/tickets?fields=number,colour")
    assert refused.status_code == 422
    assert "fields" in str(refused.json()["errors"])


def test_a_cursor_of_another_order_is_refused_or_harmless(house: ApiHouse, many: list[dict[str, Any]]) -> None:
    people = house.ana.get("/api/v1/people?limit=1").json()["next"]
    answer = house.ana.get(f"/api/v1/tickets?after={people}")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


def test_people_come_by_name_and_are_found_by_address(house: ApiHouse) -> None:
    names = [one["name"] for one in _all(house.ana, "/api/v1/people", 2)]
    assert names == sorted(names)
    found = house.ana.get("/api/v1/people?email=CLEO@example.com").json()["items"]
    assert [one["name"] for one in found] == ["Cleo"]


def test_messages_come_oldest_first_and_page_by_page(house: ApiHouse) -> None:
    ticket = house.opened()
    for n in range(5):
        house.ana.post(f"/api/v1/tickets/{ticket['id']}/note", json={"body": f"Note {n}"})
    found = _all(house.ana, f"/api/v1/tickets/{ticket['id']}/messages", 2)
    assert [one["body"] for one in found] == ["Smoke everywhere.", *[f"Note {n}" for n in range(5)]]


def test_a_history_is_whole_while_part_of_it_waits_for_its_position(house: ApiHouse) -> None:
    ticket = house.opened()
    with house.database.transaction() as session:
        row = (
            session.execute(event_pending.select().where(event_pending.c.ticket_id == ticket["id"])).mappings().first()
        )
        assert row is not None
        moved = {name: value for name, value in row.items() if name != "seq"}
        session.execute(event.insert().values(**moved, position=1, hash=bytes(32)))
        session.execute(event_pending.delete().where(event_pending.c.seq == row["seq"]))
    found = house.ana.get(f"/api/v1/tickets/{ticket['id']}/events").json()["items"]
    assert [one["ticket_version"] for one in found] == [1, 2]
