"""Service levels over HTTP: policies, their preview, and a ticket's clocks that explain themselves."""

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from tests.api.house import ApiHouse
from tests.world import at

HOURS = [
    {"day": day, "starts": starts, "ends": ends}
    for day in ("mon", "tue", "wed", "thu", "fri")
    for starts, ends in (("09:00", "12:00"), ("13:00", "17:00"))
]
MINUTES = dict.fromkeys(("low", "normal", "high", "urgent"), 60)


def a_policy(**more: Any) -> dict[str, Any]:
    target = {"metric": "first_reply", "basis": "calendar", "seconds": {"normal": 14_400}}
    return {"name": "Standard", "targets": [target], **more}


def created(house: ApiHouse, wish: dict[str, Any]) -> dict[str, Any]:
    answer = house.admin.post("/api/v1/sla/policies", json=wish)
    assert answer.status_code == 201, answer.text
    policy: dict[str, Any] = answer.json()
    return policy


@pytest.fixture
def office(house: ApiHouse) -> str:
    wish = {"name": f"Office {id(house)} {clock.now().timestamp()}", "definition": {"zone": "UTC", "weekly": HOURS}}
    answer = house.admin.post("/api/v1/calendars", json=wish)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


NOTE: list[dict[str, Any]] = [{"kind": "message.added", "fields": {"visibility": ["internal"]}}]


def triggered(metric: str, **more: Any) -> dict[str, Any]:
    return {"targets": [{"metric": metric, "basis": "calendar", "seconds": MINUTES, **more}]}


def test_a_policy_that_is_saved_unchanged_stays_the_version_that_it_is(house: ApiHouse) -> None:
    given = a_policy(conditions="queue:Billing (priority:high or tag:vip) -tag:test")
    policy = created(house, given)
    again = house.admin.put(f"/api/v1/sla/policies/{policy['id']}", json=given).json()
    assert again["version"] == 1


def test_a_policy_is_set_up_changed_and_keeps_its_versions(house: ApiHouse) -> None:
    policy = created(house, a_policy(name="First", conditions="queue:Billing priority:>=normal"))
    assert policy["version"] == 1
    changed = house.admin.put(f"/api/v1/sla/policies/{policy['id']}", json=a_policy(name="Second")).json()
    assert (changed["version"], changed["name"]) == (2, "Second")
    found = house.ana.get(f"/api/v1/sla/policies/{policy['id']}/versions").json()["items"]
    assert [one["name"] for one in found] == ["Second", "First"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"conditions": "is:unassigned"}, 409),
        ({"conditions": "created:7d"}, 409),
        ({"conditions": "nonsense:x"}, 422),
        ({"targets": [{"metric": "custom", "basis": "calendar", "seconds": MINUTES}]}, 409),
        ({"targets": [{"metric": "first_reply", "basis": "calendar", "seconds": {}}]}, 409),
        (triggered("first_reply", starts_on=NOTE), 409),
        (triggered("first_reply", pauses_on=NOTE), 409),
        (triggered("custom", name="call_back", starts_on=NOTE, stops_on=NOTE, resumes_on=NOTE), 409),
        (triggered("custom", name="call_back", starts_on=NOTE, stops_on=[{**NOTE[0], "fields": {"who": ["a"]}}]), 409),
    ],
)
def test_a_policy_that_could_never_work_is_refused(house: ApiHouse, wrong: dict[str, Any], status: int) -> None:
    assert house.admin.post("/api/v1/sla/policies", json=a_policy(**wrong)).status_code == status


def test_the_order_of_policies_decides(house: ApiHouse) -> None:
    for name in ("A", "B"):
        created(house, a_policy(name=name))
    ids = [one["id"] for one in house.admin.get("/api/v1/sla/policies").json()["items"]]
    answer = house.admin.put("/api/v1/sla/policy-order", json={"policy_ids": [*ids[1:], ids[0]]})
    assert [one["id"] for one in answer.json()["items"]] == [*ids[1:], ids[0]]
    assert house.admin.put("/api/v1/sla/policy-order", json={"policy_ids": ids[1:]}).status_code == 409


def test_a_preview_says_which_open_tickets_would_change_and_changes_none(house: ApiHouse) -> None:
    first = house.admin.get("/api/v1/sla/policies").json()["items"][0]
    ticket = house.opened(title="Preview me")
    before = house.admin.get(f"/api/v1/tickets/{ticket['id']}/sla").json()
    strict = {"metric": "first_reply", "basis": "calendar", "seconds": {"normal": 60}}
    wish = {"policy_id": first["id"], "name": "Strict", "targets": [strict]}
    told = house.admin.post("/api/v1/sla/preview", json=wish).json()
    mine = next(one for one in told["tickets"] if one["ticket_id"] == ticket["id"])
    assert (mine["policy_before"], mine["policy_after"]) == (before["policy"], "Strict")
    assert [(one["what"], one["breaches"]) for one in mine["clocks"]] == [("applied", False)]
    assert house.admin.get(f"/api/v1/tickets/{ticket['id']}/sla").json()["policy"] == before["policy"]


def test_a_ticket_tells_its_clocks_and_their_spans_add_up(house: ApiHouse, office: str) -> None:
    target = {"metric": "total_resolution", "calendar_id": office, "seconds": {"normal": 3_600}}
    first = created(house, {"name": "Explained", "targets": [target], "conditions": "tag:explained"})
    ids = [one["id"] for one in house.admin.get("/api/v1/sla/policies").json()["items"] if one["id"] != first["id"]]
    house.admin.put("/api/v1/sla/policy-order", json={"policy_ids": [first["id"], *ids]})
    monday = at("mon 11:00")
    while monday < clock.now():
        monday += timedelta(weeks=1)
    with clock.at(monday):
        ticket = house.opened(house.ana, tags=["explained"], requester_id=str(house.world.cleo.id))
    with clock.at(monday + timedelta(hours=4, minutes=42)):
        told = house.ana.get(f"/api/v1/tickets/{ticket['id']}/sla").json()
        (one,) = told["clocks"]
        assert one["sentence"] == "breached by 2 h 42 m: 3 h 42 m in queue Billing without an owner"
        assert [(part["kind"], part["seconds"]) for part in one["segments"]] == [
            ("run", 3600), ("closed", 3600), ("run", 9720)
        ]  # fmt: skip
        assert one["elapsed_business_seconds"] == sum(p["seconds"] for p in one["segments"] if p["kind"] == "run")
        assert one["elapsed_calendar_seconds"] == sum(part["seconds"] for part in one["segments"])
    assert house.cleo.get(f"/api/v1/tickets/{ticket['id']}/sla").status_code == 403


def test_a_due_time_is_set_by_hand_by_who_may_say_how_urgent_it_is_and_the_clock_says_who(house: ApiHouse) -> None:
    created(house, a_policy(name="By hand"))
    ticket = house.opened(title="Set me")
    path = f"/api/v1/tickets/{ticket['id']}"
    wish = {"target": "first_reply", "due_at": (clock.now() + timedelta(days=2)).isoformat(), "reason": "agreed"}
    assert house.cleo.post(f"{path}/set-due", json=wish).status_code == 403
    assert house.admin.post(f"{path}/set-due", json=wish, headers={"If-Match": '"1"'}).status_code == 412
    done = house.admin.post(f"{path}/set-due", json=wish)
    assert done.status_code == 200, done.text
    told = house.admin.get(f"{path}/sla").json()["clocks"][0]
    assert (told["is_due_by_hand"], told["due_set_because"]) == (True, "agreed")
    assert told["derived_due_at"] < told["due_at"]
    assert told["sentence"].endswith("set by hand by Ada, as agreed with the customer"), told["sentence"]
    assert house.admin.post(f"{path}/set-due", json={"target": "next_reply", "due_at": None}).status_code == 409
    assert house.admin.post(f"{path}/set-due", json={**wish, "due_at": "2020-01-01T00:00:00Z"}).status_code == 422
    house.admin.post(f"{path}/set-due", json={**wish, "due_at": None})
    told = house.admin.get(f"{path}/sla").json()["clocks"][0]
    assert (told["is_due_by_hand"], told["derived_due_at"], told["due_set_by"]) == (False, None, None)
