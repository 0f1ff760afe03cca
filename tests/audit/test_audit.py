"""Whatever changes people, rights or settings, who comes in and what leaves: it is in the ledger, with old and new."""

from typing import Any

import psycopg
import pytest

from app.audit.proof import prove_what_was_asked
from app.identity.password import hash_password
from app.people.person import Person
from tests.feed.conftest import TellingHouse

PATH = "/api/v1/audit"
SECRET = "correct horse battery"


def entries(house: TellingHouse, **wanted: Any) -> list[dict[str, Any]]:
    """The newest page."""
    house.tell()
    answer = house.admin.get(PATH, params={"limit": 100, **wanted})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def changes(entry: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {change["field"]: (change["old"], change["new"]) for change in entry["changes"]}


@pytest.fixture
def signed_in(house: TellingHouse) -> Any:
    """Ana's browser."""
    with house.database.transaction() as session:
        person = session.get_one(Person, house.world.ana.id)
        person.password_hash = hash_password(SECRET)
        email = person.email
    browser = house.anybody()
    assert browser.post("/api/v1/session", json={"email": email, "password": "wrong horse"}).status_code == 401
    assert browser.post("/api/v1/session", json={"email": email, "password": SECRET}).status_code == 201
    return browser


def test_coming_in_being_refused_and_going_out_are_events(house: TellingHouse, signed_in: Any) -> None:
    assert signed_in.delete("/api/v1/session").status_code == 204
    kinds = [entry["kind"] for entry in entries(house, kind="session")]
    assert kinds == ["session.ended", "session.started", "session.refused"]


def test_a_new_password_is_an_event_and_ends_all_sessions(house: TellingHouse, signed_in: Any) -> None:
    body = {"current": SECRET, "new": "another horse battery"}
    assert signed_in.put("/api/v1/session/password", json=body).status_code == 204
    told = entries(house, actor_id=str(house.world.ana.id))
    assert [(entry["kind"], entry["payload"].get("everywhere")) for entry in told[:2]] == [
        ("session.ended", True), ("password.changed", None),
    ]  # fmt: skip


def test_a_setting_shows_what_it_was_before(house: TellingHouse) -> None:
    queue = f"/api/v1/queues/{house.world.billing}"
    assert house.admin.put(queue, json={"name": "Invoices"}).status_code == 200
    newest, *older = entries(house, subject=str(house.world.billing))
    assert changes(newest) == {"name": ("Billing", "Invoices")}
    assert newest["actor_id"] == str(house.ada.id)
    assert {entry["payload"]["queue_id"] for entry in older} == {str(house.world.billing)}


def test_rights_show_old_and_new(house: TellingHouse) -> None:
    path = f"/api/v1/queues/{house.world.billing}/rights/person/{house.world.ana.id}"
    assert house.admin.put(path, json={"rights": ["read"]}).status_code == 200
    old, new = changes(entries(house, kind="rights")[0])["rights"]
    assert (new, "reply" in old) == (["read"], True)


def test_a_tickets_history_is_there_with_old_and_new(house: TellingHouse) -> None:
    ticket = house.opened()
    house.ana.post(f"/api/v1/tickets/{ticket['id']}/prioritise", json={"priority": 4})
    newest = entries(house, ticket_id=ticket["id"])[0]
    assert (newest["kind"], changes(newest)) == ("ticket.priority_changed", {"priority": (2, 4)})


def test_pages_follow_each_other_without_a_gap(house: TellingHouse) -> None:
    everything = [entry["position"] for entry in entries(house)]
    walked, after = [], None
    while True:
        page = house.admin.get(PATH, params={"limit": 3, **({"after": after} if after else {})}).json()
        walked += [entry["position"] for entry in page["items"]]
        if (after := page["next"]) is None:
            break
    assert walked[: len(everything)] == everything == sorted(everything, reverse=True)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/proofs"])
def test_only_administrators_read_it(house: TellingHouse, path: str) -> None:
    assert [client.get(path).status_code for client in (house.ana, house.dov, house.cleo)] == [403] * 3


def proof_of(house: TellingHouse) -> dict[str, Any]:
    house.tell()
    asked = house.admin.post(f"{PATH}/proofs").json()
    assert house.admin.post(f"{PATH}/proofs").json()["id"] == asked["id"], "one at a time"
    assert prove_what_was_asked(house.settings) == 1
    made: dict[str, Any] = house.admin.get(f"{PATH}/proofs/{asked['id']}").json()
    assert made["finished_at"]
    return made


def test_a_proof_finds_nothing_where_nothing_was_done(house: TellingHouse) -> None:
    made = proof_of(house)
    assert (made["wrong"], made["examples"], made["checked"]) == (0, [], made["total"])
    assert made["checked"] > 0


def test_a_proof_names_the_place_of_a_forgery(house: TellingHouse) -> None:
    house.tell()
    with psycopg.connect(house.settings.database_url, autocommit=True) as connection:
        connection.execute("update event set source = 'forged' where position = 7")
    made = proof_of(house)
    assert made["wrong"] == 1
    assert made["examples"] == ["the chain breaks at position 7"]
