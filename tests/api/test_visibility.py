"""What somebody may not see answers exactly like what does not exist, and has no influence on anything they do see."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from app.policy import RIGHTS
from tests.api.house import ApiHouse

COMMANDS: dict[str, dict[str, Any] | None] = {
    "reply": {"body": "Hi."},
    "note": {"body": "Hm."},
    "assign": {"agent_id": None},
    "move": {"queue_id": "{queue}"},
    "prioritise": {"priority": 1},
    "retitle": {"title": "New"},
    "tag": {"add": ["x"]},
    "set-field": {"field": "product", "value": "x"},
    "set-state": {"state_id": "{state}"},
    "solve": None,
    "close": None,
    "reopen": None,
    "set-due": {"target": "first_reply", "due_at": "2030-01-07T09:00:00Z"},
    "snooze": {"until": "2030-01-07T09:00:00Z"},
    "watch": {},
    "unwatch": {},
}


def _filled(house: ApiHouse, body: dict[str, Any] | None) -> dict[str, Any] | None:
    ids = {"{queue}": str(house.world.technical), "{state}": _a_state(house)}
    return body and {name: ids.get(str(value), value) for name, value in body.items()}


def _a_state(house: ApiHouse) -> str:
    states = house.admin.get("/api/v1/states").json()["items"]
    return next(str(state["id"]) for state in states if state["category"] == "OPEN")


@pytest.mark.parametrize("who", ["bo", "outsider"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_foreign_ticket_is_an_absent_ticket_for_every_command(house: ApiHouse, who: str, command: str) -> None:
    client: TestClient = getattr(house, who)
    foreign, absent = house.opened()["id"], str(uuid4())
    answers = [
        client.post(f"/api/v1/tickets/{ticket}/{command}", json=_filled(house, COMMANDS[command]))
        for ticket in (foreign, absent)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("what", ["", "/messages", "/events", "/access"])
@pytest.mark.parametrize("who", ["bo", "outsider"])
def test_a_foreign_ticket_is_an_absent_ticket_to_read(house: ApiHouse, who: str, what: str) -> None:
    client: TestClient = getattr(house, who)
    foreign, absent = [client.get(f"/api/v1/tickets/{one}{what}") for one in (house.opened()["id"], uuid4())]
    assert (foreign.status_code, foreign.content) == (404, absent.content)


def test_people_and_organisations_of_others_are_absent_for_customers(house: ApiHouse) -> None:
    paths = [("people", house.world.cleo.id), ("organisations", house.world.acme.id)]
    for kind, foreign_id in paths:
        foreign, absent = [house.outsider.get(f"/api/v1/{kind}/{one}") for one in (foreign_id, uuid4())]
        assert (foreign.status_code, foreign.content) == (404, absent.content)
        assert str(foreign_id) not in house.outsider.get(f"/api/v1/{kind}").text


def test_a_queue_without_rights_is_absent(house: ApiHouse) -> None:
    hidden = house.admin.post("/api/v1/queues", json={"name": "Board"}).json()["id"]
    wish = {"title": "Hello", "body": "Board!"}
    for client in (house.ana, house.cleo):
        for method, path in (("GET", "/api/v1/queues/{}"), ("GET", "/api/v1/tickets?queue_id={}")):
            foreign, absent = [client.request(method, path.format(one)) for one in (hidden, uuid4())]
            assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
        answers = [client.post("/api/v1/tickets", json={**wish, "queue_id": str(one)}) for one in (hidden, uuid4())]
        assert answers[0].status_code == 404
        assert answers[0].content == answers[1].content


def test_a_ticket_cannot_be_moved_into_a_queue_that_one_does_not_know(house: ApiHouse) -> None:
    hidden = house.admin.post("/api/v1/queues", json={"name": "Crypt"}).json()["id"]
    path = f"/api/v1/tickets/{house.opened()['id']}/move"
    foreign, absent = [house.ana.post(path, json={"queue_id": str(one)}) for one in (hidden, uuid4())]
    assert (foreign.status_code, foreign.content) == (404, absent.content)


LISTS = ["tickets", "tickets?sort=-updated&limit=100", "queues", "people", "organisations", "states", "session"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("who", ["bo", "outsider"])
def test_nothing_foreign_changes_a_byte_of_what_is_seen(house: ApiHouse, who: str, path: str) -> None:
    client: TestClient = getattr(house, who)
    if who == "bo" and path == "people":
        pytest.skip("colleagues know all people")
    before = client.get(f"/api/v1/{path}").content
    ticket = house.opened(title="Canary 7f3a")
    house.ana.post(f"/api/v1/tickets/{ticket['id']}/note", json={"body": "Canary 7f3a"})
    assert client.get(f"/api/v1/{path}").content == before


def test_customers_see_no_notes_tags_fields_counts_or_history(house: ApiHouse) -> None:
    ticket = house.opened()
    path = f"/api/v1/tickets/{ticket['id']}"
    house.ana.post(f"{path}/note", json={"body": "Difficult customer."})
    house.ana.post(f"{path}/tag", json={"add": ["difficult"]})
    house.ana.post(f"{path}/set-field", json={"field": "risk", "value": "high"})
    seen = house.cleo.get(path).json()
    assert (seen["tags"], seen["custom"], seen["message_count"]) == ([], {}, None)
    assert [one["visibility"] for one in house.cleo.get(f"{path}/messages").json()["items"]] == ["public"]
    assert house.cleo.get(f"{path}/events").status_code == 403
    assert house.cleo.get("/api/v1/tickets?tag=difficult").json()["items"] == []
    assert len(house.ana.get("/api/v1/tickets?tag=difficult").json()["items"]) == 1


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {"reply"}))
def test_customers_can_only_reply(house: ApiHouse, command: str) -> None:
    path = f"/api/v1/tickets/{house.opened()['id']}/{command}"
    assert house.cleo.post(path, json=_filled(house, COMMANDS[command])).status_code in (403, 404)


@pytest.mark.parametrize(
    "more",
    [
        {"agent_id": "{ana}"},
        {"tags": ["vip"]},
        {"requester_id": "{eve}"},
        {"visibility": "internal"},
        {"is_auto": True},
    ],
    ids=str,
)
def test_customers_cannot_say_what_is_for_colleagues_to_say(house: ApiHouse, more: dict[str, Any]) -> None:
    ids = {"{ana}": str(house.world.ana.id), "{eve}": str(house.eve.id)}
    wish = {name: ids.get(str(value), value) for name, value in more.items()}
    body = {"title": "Hello", "body": "World", "queue_id": str(house.world.billing), **wish}
    assert house.cleo.post("/api/v1/tickets", json=body).status_code == 403


def test_colleagues_share_tickets_only_if_their_organisation_does(house: ApiHouse) -> None:
    acme = house.world.acme.id
    mate = {"name": "Mara", "email": "mara@example.com", "organisation_id": str(acme)}
    mara_id = house.ana.post("/api/v1/people", json=mate).json()["id"]
    token = house.admin.post("/api/v1/tokens", json={"name": "m", "person_id": mara_id}).json()["secret"]
    mara = house.anybody(authorization=f"Bearer {token}")
    ticket = house.opened()
    assert mara.get(f"/api/v1/tickets/{ticket['id']}").status_code == 404
    shared = {"name": "Acme", "tier": "gold", "region": "EU", "is_shared": True}
    assert house.admin.put(f"/api/v1/organisations/{acme}", json=shared).status_code == 200
    assert mara.get(f"/api/v1/tickets/{ticket['id']}").status_code == 200
    assert house.outsider.get(f"/api/v1/tickets/{ticket['id']}").status_code == 404
    house.admin.put(f"/api/v1/organisations/{acme}", json={**shared, "is_shared": False})


ADMIN_ONLY: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "queues", {"name": "Mine"}),
    ("PUT", "queues/{queue}", {"name": "Mine"}),
    ("GET", "queues/{queue}/rights", None),
    ("PUT", "queues/{queue}/rights/role/agent", {"rights": sorted(RIGHTS)}),
    ("POST", "states", {"name": "odd", "category": "OPEN"}),
    ("PUT", "states/{state}", {"name": "odd", "category": "OPEN"}),
    ("POST", "people", {"name": "Boss", "email": "boss@example.com", "role": "admin"}),
    ("PUT", "people/{ana}", {"name": "Ana", "email": "ana@example.com", "role": "admin"}),
    ("POST", "people/{ana}/password", None),
    ("POST", "organisations", {"name": "Mine"}),
    ("PUT", "organisations/{acme}", {"name": "Mine"}),
    ("POST", "tokens", {"name": "theirs", "person_id": "{ana}"}),
]


@pytest.mark.parametrize("who", ["dov", "bo", "cleo"])
@pytest.mark.parametrize(("method", "path", "body"), ADMIN_ONLY, ids=lambda value: str(value)[:40])
def test_only_administrators_set_up_the_house(
    house: ApiHouse, who: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    ids: dict[str, UUID | str] = {
        "queue": house.world.billing, "state": _a_state(house), "ana": house.world.ana.id, "acme": house.world.acme.id
    }  # fmt: skip
    body = body and {name: str(value).format(**ids) if value == "{ana}" else value for name, value in body.items()}
    answer = getattr(house, who).request(method, "/api/v1/" + path.format(**ids), json=body)
    assert answer.status_code in (403, 404)


def test_a_right_granted_and_taken_takes_effect_at_once(house: ApiHouse) -> None:
    path = f"/api/v1/queues/{house.world.billing}/rights/person/{house.world.bo.id}"
    ticket = house.opened()
    assert house.admin.put(path, json={"rights": ["read"]}).status_code == 200
    assert house.bo.get(f"/api/v1/tickets/{ticket['id']}").status_code == 200
    assert house.bo.post(f"/api/v1/tickets/{ticket['id']}/note", json={"body": "Hi."}).status_code == 403
    assert house.admin.put(path, json={"rights": []}).status_code == 200
    assert house.bo.get(f"/api/v1/tickets/{ticket['id']}").status_code == 404
