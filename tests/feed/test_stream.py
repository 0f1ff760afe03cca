"""GET /api/v1/events: the past from any position on, each event once, to whom it concerns."""

from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from core.actor import Role
from tests.apart import apart
from tests.feed.conftest import TellingHouse

PATH = "/api/v1/events"


def stream(client: TestClient, since: int = 0, **more: Any) -> list[dict[str, Any]]:
    """What somebody is told, up to the present."""
    headers = more.pop("headers", {})
    answer = client.get(PATH, params={"since": since, "follow": False, **more}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    blocks = [block.split("\n") for block in answer.text.split("\n\n") if block.startswith("id: ")]
    events = [orjson.loads(lines[2].removeprefix("data: ")) for lines in blocks]
    named = [(int(lines[0].removeprefix("id: ")), lines[1].removeprefix("event: ")) for lines in blocks]
    assert named == [(event["position"], event["kind"]) for event in events]
    return events


def work(house: TellingHouse) -> dict[str, Any]:
    """Cleo asks, Ana notes, tags and answers."""
    ticket = house.opened()
    for act, body in (("note", {"body": "Hm."}), ("tag", {"add": ["fire"]}), ("reply", {"body": "Water!"})):
        assert house.ana.post(f"{PATH.replace('events', 'tickets')}/{ticket['id']}/{act}", json=body).status_code == 200
    house.tell()
    return ticket


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["kind"] for event in events if event["ticket_id"]]


def test_a_colleague_hears_everything_with_who_did_it(house: TellingHouse) -> None:
    work(house)
    heard = stream(house.ana)
    assert kinds(heard)[:4] == ["ticket.created", "message.added", "message.added", "ticket.tags_changed"]
    tagged = next(event for event in heard if event["kind"] == "ticket.tags_changed")
    assert (tagged["payload"]["added"], tagged["actor_id"]) == (["fire"], str(house.world.ana.id))


def test_a_customer_hears_the_bare_fact_of_what_is_public(house: TellingHouse) -> None:
    work(house)
    heard = stream(house.cleo)
    assert kinds(heard).count("message.added") == 2
    assert "ticket.tags_changed" not in kinds(heard)
    assert {tuple(event) for event in heard} == {
        ("position", "id", "kind", "ticket_id", "ticket_version", "occurred_at")
    }


def test_nobody_hears_of_what_they_cannot_see(house: TellingHouse) -> None:
    work(house)
    assert stream(house.outsider) == stream(house.bo) == []
    assert [event["kind"] for event in stream(house.admin) if not event["ticket_id"]] != []


def test_it_goes_on_after_the_last_position_seen(house: TellingHouse) -> None:
    work(house)
    heard = stream(house.ana)
    rest = stream(house.ana, headers={"Last-Event-ID": str(heard[2]["position"])})
    assert rest == heard[3:] == stream(house.ana, heard[2]["position"])


def test_kinds_and_one_ticket_can_be_asked_for(house: TellingHouse) -> None:
    work(house)
    ticket = work(house)
    heard = stream(house.ana, kind=["message.added", "ticket.created"], ticket_id=ticket["id"])
    assert kinds(heard) == ["ticket.created", *["message.added"] * 3]
    assert {event["ticket_id"] for event in heard} == {ticket["id"]}


def test_without_a_position_it_begins_with_the_present(house: TellingHouse) -> None:
    work(house)
    assert "id: " not in house.ana.get(PATH, params={"follow": False}).text


@apart
def test_who_is_not_signed_in_is_told_so(house: TellingHouse) -> None:
    assert house.anybody().get(PATH).status_code == 401
    with house.anybody().websocket_connect(f"{PATH}/ws") as socket, pytest.raises(WebSocketDisconnect) as ended:
        socket.receive_text()
    assert ended.value.code == 4401


@apart
def test_a_socket_tells_the_past_and_then_what_happens(house: TellingHouse) -> None:
    work(house)
    before = stream(house.ana)
    with house.ana.websocket_connect(f"{PATH}/ws?since=0") as socket:
        assert [orjson.loads(socket.receive_text()) for _ in before] == before
        work(house)
        assert orjson.loads(socket.receive_text())["kind"] == "ticket.created"


@apart
def test_a_page_of_another_site_gets_no_socket(house: TellingHouse) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        house.anybody(origin="https://evil.example").websocket_connect(f"{PATH}/ws"),
    ):
        pass
    assert refused.value.code == 1008


@apart
def test_a_stream_ends_when_rights_change_and_the_next_has_the_new_ones(house: TellingHouse) -> None:
    work(house)
    seen = stream(house.ana)
    with house.ana.websocket_connect(f"{PATH}/ws?since={seen[-1]['position']}") as socket:
        path = f"/api/v1/queues/{house.world.billing}/rights/person/{house.world.ana.id}"
        assert house.admin.put(path, json={"rights": []}).status_code == 200
        house.tell()
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
    assert ended.value.code == 4403
    assert stream(house.ana) == []


def test_a_customers_stream_ends_when_their_organisation_stops_sharing(house: TellingHouse) -> None:
    world = house.world
    acme = {"name": world.acme.name, "tier": world.acme.tier, "region": world.acme.region}
    path = f"/api/v1/organisations/{world.acme.id}"
    assert house.admin.put(path, json={**acme, "is_shared": True}).status_code == 200
    with house.database.transaction() as session:
        world.session = session
        mara = world.person("Mara", Role.CUSTOMER, organisation_id=world.acme.id)
    work(house)
    seen = stream(client := house.as_(mara))
    assert "message.added" in kinds(seen)
    with client.websocket_connect(f"{PATH}/ws?since={seen[-1]['position']}") as socket:
        assert house.admin.put(path, json={**acme, "is_shared": False}).status_code == 200
        house.tell()
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
    assert (ended.value.code, stream(client)) == (4403, [])
