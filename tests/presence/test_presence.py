"""Who is there: by their own hand, until they sign out or are not heard of; seen by few."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from starlette.testclient import TestClient

from app.identity import reset_password
from app.people.person import Person
from app.presence.show import SILENT_AFTER, end_silent
from core import clock
from core.actor import Role
from tests.api.house import ApiHouse

GOOD = "correct horse battery staple"


def told(house: ApiHouse, person_id: UUID) -> list[tuple[str, str]]:
    """What the ledger tells of somebody: presence and reason."""
    query = sa.text(
        "select payload ->> 'presence', payload ->> 'reason' from event_pending"
        " where kind = 'agent.presence_changed' and payload ->> 'person_id' = :id order by seq"
    )
    with house.database.reading() as session:
        return [(presence, reason) for presence, reason in session.execute(query, {"id": str(person_id)})]


def say(client: TestClient, presence: str) -> dict[str, Any]:
    answer = client.put("/api/v1/presence", json={"presence": presence})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def somebody(house: ApiHouse, name: str, role: Role = Role.AGENT) -> Person:
    with house.database.transaction() as session:
        house.world.session = session
        return house.world.person(name, role)


def signed_in(house: ApiHouse, person: Person) -> TestClient:
    with house.database.transaction() as session:
        password = reset_password(session, person.email).password
    browser = house.anybody()
    browser.post("/api/v1/session", json={"email": person.email, "password": password})
    browser.put("/api/v1/session/password", json={"current": password, "new": GOOD})
    return browser


def test_nobody_is_there_but_by_their_own_hand(house: ApiHouse) -> None:
    gil = somebody(house, "Gil")
    browser = signed_in(house, gil)
    assert browser.get("/api/v1/presence").json() == {"presence": "offline", "since": None, "others": []}
    assert say(browser, "online")["presence"] == "online"
    say(browser, "online")
    say(browser, "away")
    assert told(house, gil.id) == [("online", "chosen"), ("away", "chosen")]


def test_signing_out_of_the_last_browser_ends_it(house: ApiHouse) -> None:
    hal = somebody(house, "Hal")
    browser = signed_in(house, hal)
    other = house.anybody()
    other.post("/api/v1/session", json={"email": hal.email, "password": GOOD})
    say(browser, "online")
    other.delete("/api/v1/session")
    assert told(house, hal.id) == [("online", "chosen")]
    browser.delete("/api/v1/session")
    assert told(house, hal.id) == [("online", "chosen"), ("offline", "signed_out")]


def test_who_is_not_heard_of_has_gone_when_they_were_heard_of_last(house: ApiHouse) -> None:
    client = house.as_(ira := somebody(house, "Ira"))
    say(client, "online")
    said_at = clock.now()
    with clock.at(said_at + SILENT_AFTER - timedelta(minutes=1)), house.database.transaction() as session:
        assert end_silent(session) == 0
    with clock.at(said_at + SILENT_AFTER + timedelta(minutes=1)), house.database.transaction() as session:
        end_silent(session)
        assert end_silent(session) == 0
    assert told(house, ira.id)[1:] == [("offline", "silent")]
    query = sa.text(
        "select recorded_at - occurred_at from event_pending"
        " where payload ->> 'reason' = 'silent' and payload ->> 'person_id' = :id"
    )
    with house.database.reading() as session:
        assert session.execute(query, {"id": str(ira.id)}).scalar_one() >= SILENT_AFTER


def test_leaders_see_their_queues_people_and_others_only_themselves(house: ApiHouse) -> None:
    joy, kim = somebody(house, "Joy"), somebody(house, "Kim")
    lea = somebody(house, "Lea", Role.SUPERVISOR)
    for who, right in ((joy, "reply"), (lea, "admin")):
        holder = f"/api/v1/queues/{house.world.billing}/rights/person/{who.id}"
        assert house.admin.put(holder, json={"rights": [right]}).status_code == 200
    for who in (joy, kim):
        say(house.as_(who), "online")

    def seen(client: TestClient) -> set[str]:
        return {one["name"] for one in client.get("/api/v1/presence").json()["others"]} & {"Joy", "Kim", "Lea"}

    assert seen(house.as_(kim)) == {"Kim"}
    assert seen(house.as_(lea)) == {"Joy"}
    assert seen(house.admin) == {"Joy", "Kim"}


def test_customers_are_not_asked(house: ApiHouse) -> None:
    assert house.cleo.put("/api/v1/presence", json={"presence": "online"}).status_code == 403
    assert house.cleo.get("/api/v1/presence").status_code == 403
