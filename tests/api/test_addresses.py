"""Whole mail addresses are for those who hold `contact` in a queue; to others they are masked and cannot be found."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.first_company import FIRST_QUEUE
from app.queues.house import house_of
from app.queues.setup import set_rights
from asgi import create_app
from core.actor import SYSTEM, Role
from tests.api.house import ApiHouse
from tests.clients import Clients
from tests.etl.company import carry_all

ADDRESS, MASKED = "cleo@example.com", "c…@example.com"


class Office(ApiHouse):
    """Ana answers customers of Billing, Rita and light Lou only read there; one ticket is Cleo's."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        with self.database.transaction() as session:
            self.world.session = session
            support = next(queue.id for queue in house_of(session).queues.values() if queue.name == FIRST_QUEUE)
            set_rights(session, SYSTEM, queue_id=support, holder_kind="role", holder="agent", rights=["create"])
            self.rita = self.world.person("Rita", Role.AGENT)
            self.lou = self.world.person("Lou", Role.LIGHT_AGENT)
            self.world.grant(self.world.billing, self.rita, ["read", "note", "create"])
            self.world.grant(self.world.billing, self.lou, ["read", "note"])
        self._clients.close()
        self.api.state.desk.close()
        self.api = create_app(self.settings)
        self._clients = Clients(self.api)
        self.clients = {one.name: self.as_(one) for one in (self.rita, self.lou, self.world.ana, self.world.cleo)}
        self.ticket = self.opened()
        carry_all(self.settings)


@pytest.fixture(scope="module")
def office(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(module_database_url, tmp_path_factory.mktemp("data"))
    yield made
    made.close()


def addresses(client: TestClient) -> set[str]:
    return {one["email"] for one in client.get("/api/v1/people?limit=100").json()["items"]}


def found(client: TestClient, asked: str) -> list[int]:
    return [hit["number"] for hit in client.get("/api/v1/search", params={"q": asked}).json()["hits"]]


def listed(client: TestClient, asked: str) -> Any:
    answer = client.get("/api/v1/tickets", params={"q": asked}).json()
    return [one["number"] for one in answer["items"]] if "items" in answer else answer["code"]


@pytest.mark.parametrize("name", ["Rita", "Lou"])
def test_who_lacks_the_right_sees_a_mask_wherever_people_are_shown(office: Office, name: str) -> None:
    client, person = office.clients[name], f"/api/v1/people/{office.world.cleo.id}"
    assert addresses(client) >= {MASKED, f"{name.lower()}@example.com"}
    assert client.get(person).json()["email"] == MASKED
    page = client.get(f"/tickets/{office.ticket['number']}").text
    assert MASKED in page
    assert ADDRESS not in page


@pytest.mark.parametrize("name", ["Rita", "Lou"])
def test_and_finds_nobody_by_an_address(office: Office, name: str) -> None:
    client = office.clients[name]
    for asked in (ADDRESS, "requester:" + ADDRESS, "example", "requester:example", f"not requester:{ADDRESS} zebra"):
        assert found(client, asked) == [], asked
    assert listed(client, f"requester:{ADDRESS}") == listed(client, "requester:nobody@nowhere.example")
    assert client.get("/api/v1/people", params={"email": ADDRESS}).json()["code"] == "not_allowed"
    assert found(client, "requester:cleo") == listed(client, "requester:cleo") == [office.ticket["number"]]


def test_who_holds_it_sees_and_finds_them(office: Office) -> None:
    ana, number = office.clients["Ana"], office.ticket["number"]
    assert ADDRESS in addresses(ana)
    assert ADDRESS in ana.get(f"/tickets/{number}").text
    for asked in (ADDRESS, f"requester:{ADDRESS}"):
        assert found(ana, asked) == [number], asked
    assert listed(ana, f"requester:{ADDRESS}") == [number]


def test_a_customer_sees_their_own(office: Office) -> None:
    assert addresses(office.clients["Cleo"]) == {ADDRESS}


def test_a_text_with_the_address_is_filled_in_with_the_mask(office: Office) -> None:
    wish = {"name": "Where to", "body": "We write to {{customer.email}}.", "audience": "private"}
    reply = office.clients["Rita"].post("/api/v1/canned-replies", json=wish).json()
    page = office.clients["Rita"].post(f"/tickets/{office.ticket['number']}/insert", data={"canned": reply["id"]})
    assert f"We write to {MASKED}." in page.text


def test_who_may_not_open_tickets_learns_no_address_from_the_form(office: Office) -> None:
    typed = {"title": "Hello", "body": "World.", "queue": str(office.world.billing), "priority": "2"}
    told = [
        office.clients["Lou"].post("/tickets", data={**typed, "requester": requester}).text.count("We know nobody")
        for requester in (ADDRESS, "nobody@nowhere.example")
    ]
    assert told == [0, 0]
