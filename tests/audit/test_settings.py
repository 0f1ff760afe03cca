"""The history of one setting: all that can be set of it is told, with what it was before."""

from collections.abc import Iterator

import pytest

from tests.api.house import api_house
from tests.audit.test_audit import changes, entries
from tests.feed.conftest import TellingHouse


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TellingHouse]:
    """One API and one world for all of them."""
    with api_house(module_database_url, tmp_path_factory.mktemp("data"), TellingHouse) as made:
        yield made


def test_all_that_can_be_set_of_a_state_is_told_and_the_default_before_it_too(house: TellingHouse) -> None:
    usual = str(house.world.state("OPEN"))
    made = house.admin.post("/api/v1/states", json={"name": "in work", "category": "OPEN", "sort": 7}).json()
    body = {"name": "in work", "category": "OPEN", "sort": 3, "is_default": True}
    assert house.admin.put(f"/api/v1/states/{made['id']}", json=body).status_code == 200
    newest = entries(house, subject=made["id"])[0]
    assert changes(newest) == {"sort": (7, 3), "is_default": (False, True)}
    assert entries(house, subject=usual)[0]["payload"]["is_default"] is False
    assert house.admin.put(f"/api/v1/states/{made['id']}", json=body).status_code == 200
    assert entries(house, subject=made["id"])[0]["id"] == newest["id"], "nothing new, nothing told"


def test_that_an_organisation_shares_its_tickets_is_told(house: TellingHouse) -> None:
    acme = house.world.acme
    body = {"name": acme.name, "tier": "gold", "region": "EU", "is_shared": True}
    assert house.admin.put(f"/api/v1/organisations/{acme.id}", json=body).status_code == 200
    assert changes(entries(house, subject=str(acme.id))[0]) == {"is_shared": (False, True)}


def test_the_history_of_a_queue_tells_its_rights_and_ways_with_what_they_were(house: TellingHouse) -> None:
    queue = f"/api/v1/queues/{house.world.technical}"
    ways = [{"from_category": "NEW", "to_category": "OPEN"}]
    for rules in (ways, [*ways, {"from_category": "OPEN", "to_category": "SOLVED"}]):
        assert house.admin.put(f"{queue}/transitions", json={"rules": rules}).status_code == 200
    assert house.admin.put(f"{queue}/rights/role/agent", json={"rights": ["read"]}).status_code == 200
    rights, second, *_ = entries(house, subject=str(house.world.technical))
    assert (rights["kind"], changes(rights)["rights"]) == ("rights.granted", ([], ["read"]))
    old, new = changes(second)["rules"]
    assert (len(old), len(new)) == (1, 2)


def test_the_history_of_a_policy_a_field_and_a_person_is_found_by_what_names_them(house: TellingHouse) -> None:
    made = house.admin.post("/api/v1/fields", json={"key": "serial", "label": "Serial", "type": "text"})
    assert made.status_code == 201, made.text
    assert [one["kind"] for one in entries(house, subject="serial")] == ["field.defined"]
    target = {"metric": "first_reply", "basis": "calendar", "seconds": {"normal": 14_400}}
    policy = house.admin.post("/api/v1/sla/policies", json={"name": "Gold", "targets": [target]}).json()["id"]
    renamed = {"name": "Silver", "targets": [target]}
    assert house.admin.put(f"/api/v1/sla/policies/{policy}", json=renamed).status_code == 200
    assert changes(entries(house, subject=policy)[0])["name"] == ("Gold", "Silver")
    told = {one["kind"] for one in entries(house, subject=str(house.world.ana.id))}
    assert {"person.defined", "rights.granted"} <= told


def test_a_token_is_told_with_its_rights_and_its_end(house: TellingHouse) -> None:
    made = house.admin.post("/api/v1/tokens", json={"name": "Nightly", "scopes": ["read", "note"], "days": 30})
    assert made.status_code == 201, made.text
    told = entries(house, subject=made.json()["id"])[0]
    assert (told["kind"], told["payload"]["scopes"]) == ("token.issued", ["note", "read"])
    assert told["payload"]["expires_at"][:10] == made.json()["expires_at"][:10]
