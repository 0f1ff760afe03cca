"""Saved views over HTTP: for whom they are, who may change them, and their counts."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.views.follower import catch_up
from tests.api.house import ApiHouse

WISH = {"name": "Waiting", "query": "is:waiting", "sort": "-priority"}


def _made(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/views", json={**WISH, **more})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


def _names(client: TestClient) -> set[str]:
    return {one["name"] for one in client.get("/api/v1/views").json()["items"]}


def test_a_private_view_is_there_for_its_owner_alone(house: ApiHouse) -> None:
    view = _made(house.ana, name="Ana's own")
    assert "Ana's own" in _names(house.ana)
    for other in (house.bo, house.dov, house.admin):
        assert "Ana's own" not in _names(other)
        assert other.get(f"/api/v1/views/{view['id']}").status_code == 404
        assert other.delete(f"/api/v1/views/{view['id']}").status_code == 404


def test_a_team_view_is_there_for_those_who_read_the_queue(house: ApiHouse) -> None:
    view = _made(house.dov, name="Of Billing", audience="team", queue_id=str(house.world.billing))
    assert "Of Billing" in _names(house.ana) & _names(house.admin)
    assert "Of Billing" not in _names(house.bo)
    assert house.bo.put(f"/api/v1/views/{view['id']}", json={**WISH, "name": "Mine now"}).status_code == 404


def test_global_views_are_set_up_by_administrators(house: ApiHouse) -> None:
    assert house.dov.post("/api/v1/views", json={**WISH, "audience": "global"}).status_code == 403
    _made(house.admin, name="Of all", audience="global")
    assert "Of all" in _names(house.ana) & _names(house.bo)
    assert house.cleo.get("/api/v1/views").status_code == 403


@pytest.mark.parametrize("wrong", [{"query": "state:opne"}, {"sort": "colour"}, {"columns": ["colour"]}, {"name": " "}])
def test_a_view_that_cannot_be_is_refused(house: ApiHouse, wrong: dict[str, Any]) -> None:
    assert house.ana.post("/api/v1/views", json={**WISH, **wrong}).status_code == 422


def test_a_teams_view_names_its_queue(house: ApiHouse) -> None:
    assert house.dov.post("/api/v1/views", json={**WISH, "audience": "team"}).status_code == 409


def test_a_view_is_changed_and_removed_by_whoever_keeps_it(house: ApiHouse) -> None:
    view = _made(house.ana, name="Soon gone")
    changed = house.ana.put(f"/api/v1/views/{view['id']}", json={**WISH, "name": "Soon gone", "query": "is:open"})
    assert changed.json()["query"] == "is:open"
    assert house.ana.delete(f"/api/v1/views/{view['id']}").status_code == 204
    assert house.ana.get(f"/api/v1/views/{view['id']}").status_code == 404


def test_counts_are_each_readers_own_and_kept(house: ApiHouse) -> None:
    _made(house.admin, name="Unsolved", query="is:open", audience="global")
    house.opened(title="One")
    house.opened(title="Two", queue_id=str(house.world.technical))
    assert _count(house.dov, "Unsolved") is None
    _count(house.ana, "Unsolved")
    while catch_up(house.database):
        pass
    assert (_count(house.dov, "Unsolved"), _count(house.ana, "Unsolved")) == (2, 1)
    house.opened(title="Three")
    while catch_up(house.database):
        pass
    assert (_count(house.dov, "Unsolved"), _count(house.ana, "Unsolved")) == (3, 2)


def _count(client: TestClient, name: str) -> int | None:
    found: int | None = next(one["count"] for one in client.get("/api/v1/views").json()["items"] if one["name"] == name)
    return found
