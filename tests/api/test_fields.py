"""Custom fields over HTTP."""

from typing import Any

import pytest

from tests.api.house import ApiHouse

FIELDS = "/api/v1/fields"


@pytest.fixture(scope="module")
def product(house: ApiHouse) -> dict[str, Any]:
    """A field that customers see, one for colleagues, as Ada set them up."""
    wish = {"key": "product", "label": "Product", "type": "multi_choice", "audience": "customers",
            "choices": [{"value": "printer"}, {"value": "phone"}]}  # fmt: skip
    house.admin.post(FIELDS, json={"key": "weight", "label": "Weight", "type": "decimal"})
    answer = house.admin.post(FIELDS, json=wish)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_only_administrators_set_fields_up(house: ApiHouse, product: dict[str, Any]) -> None:
    wish = {"label": "Mine", "type": "text"}
    assert house.ana.post(FIELDS, json={"key": "mine", **wish}).status_code == 403
    assert house.ana.put(f"{FIELDS}/product", json=wish).status_code == 403
    assert house.ana.get(f"{FIELDS}/product/versions").status_code == 403


def test_customers_read_the_fields_that_are_theirs(house: ApiHouse, product: dict[str, Any]) -> None:
    assert [one["key"] for one in house.cleo.get(FIELDS).json()["items"]] == ["product"]
    assert house.cleo.get(f"{FIELDS}/weight").status_code == 404
    assert {"product", "weight"} <= {one["key"] for one in house.ana.get(FIELDS).json()["items"]}


def test_a_change_is_a_new_version(house: ApiHouse) -> None:
    house.admin.post(FIELDS, json={"key": "floor", "label": "Floor", "type": "number"})
    shape = {"label": "Storey", "type": "number", "least": "0"}
    assert house.admin.put(f"{FIELDS}/floor", json=shape).json()["version"] == 2
    told = house.admin.get(f"{FIELDS}/floor/versions").json()["items"]
    assert [(one["version"], one["definition"]["label"]) for one in told] == [(2, "Storey"), (1, "Floor")]
    assert house.admin.put(f"{FIELDS}/nothing", json=shape).status_code == 404


def test_values_are_told_typed_and_each_sees_their_own(house: ApiHouse, product: dict[str, Any]) -> None:
    ticket = house.opened(fields={"product": ["phone", "printer"]})
    assert (ticket["fields"], ticket["custom"]) == ({"product": ["printer", "phone"]}, {})
    address = f"/api/v1/tickets/{ticket['id']}"
    answer = house.ana.post(f"{address}/set-fields", json={"fields": {"weight": 2.50, "product": "phone"}})
    assert answer.json()["fields"] == {"product": ["phone"], "weight": 2.5}
    assert answer.json()["custom"] == {"product": "phone", "weight": "2.5"}
    assert house.cleo.get(address).json()["fields"] == {"product": ["phone"]}


def test_a_flaw_names_its_field(house: ApiHouse, product: dict[str, Any]) -> None:
    address = f"/api/v1/tickets/{house.opened()['id']}/set-fields"
    answer = house.ana.post(address, json={"fields": {"weight": "heavy"}})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "field_invalid", "weight")
    assert answer.json()["detail"].startswith("Weight: ")


def test_somebody_who_saw_an_older_version_changes_no_fields(house: ApiHouse, product: dict[str, Any]) -> None:
    address = f"/api/v1/tickets/{house.opened()['id']}/set-fields"
    answer = house.ana.post(address, json={"fields": {"weight": 1}}, headers={"if-match": '"1"'})
    assert answer.status_code == 412
