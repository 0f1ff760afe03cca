"""Bulk edits: each ticket for itself, one report, nothing twice, and on after a kill."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.bulk import runner
from app.bulk.runner import run_turns
from core.ledger import event_pending
from tests.api.house import ApiHouse

URGENT = [{"do": "prioritise", "priority": 4}, {"do": "tag", "add": ["rush"]}]


@pytest.fixture(autouse=True)
def nothing_is_left(house: ApiHouse) -> Iterator[None]:
    """Jobs of one test end with it."""
    yield
    _work(house)


def _work(house: ApiHouse) -> None:
    while run_turns(house.database):
        pass


def _asked(client: TestClient, **wish: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/tickets/bulk", json={"actions": URGENT, **wish})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def _told(client: TestClient, job: dict[str, Any]) -> tuple[int, int, int, bool]:
    now = client.get(f"/api/v1/bulk-edits/{job['id']}").json()
    return now["done"], now["unchanged"], now["refused"], now["finished_at"] is not None


def _opened(house: ApiHouse, name: str, count: int = 3) -> list[dict[str, Any]]:
    return [house.opened(title=f"{name} {n}") for n in range(count)]


def test_all_that_a_filter_finds_is_changed_and_told_of(house: ApiHouse) -> None:
    tickets = _opened(house, "Alpha")
    house.dov.post(f"/api/v1/tickets/{tickets[0]['id']}/close")
    house.dov.post(f"/api/v1/tickets/{tickets[1]['id']}/prioritise", json={"priority": 4})
    house.dov.post(f"/api/v1/tickets/{tickets[1]['id']}/tag", json={"add": ["rush"]})
    job = _asked(house.dov, query="alpha")
    assert _told(house.dov, job) == (0, 0, 0, False)
    _work(house)
    assert _told(house.dov, job) == (1, 1, 1, True)
    report = house.dov.get(f"/api/v1/bulk-edits/{job['id']}/tickets?outcome=refused").json()["items"]
    assert [(one["number"], one["code"]) for one in report] == [(tickets[0]["number"], "ticket_is_closed")]
    assert house.dov.get(f"/api/v1/tickets/{tickets[2]['id']}").json()["tags"] == ["rush"]


def test_its_events_know_the_job_and_its_cause(house: ApiHouse) -> None:
    tickets = _opened(house, "Beta")
    job = _asked(house.dov, ticket_ids=[one["id"] for one in tickets])
    _work(house)
    with house.database.reading() as session:
        rows = session.execute(
            sa.select(event_pending).where(event_pending.c.correlation_id == job["id"]).order_by(event_pending.c.seq)
        ).all()
    began, *changed, ended = rows
    assert (began.kind, ended.kind) == ("bulk.started", "bulk.finished")
    assert {row.cause_id for row in (*changed, ended)} == {began.event_id}
    assert len(changed) == 6
    assert len({row.command_id for row in changed}) == 3


def test_nobody_reaches_further_by_a_bulk_edit(house: ApiHouse) -> None:
    here = house.opened(title="Gamma here")
    there = house.opened(title="Gamma there", queue_id=str(house.world.technical))
    job = _asked(house.ana, ticket_ids=[here["id"], there["id"]])
    assert job["total"] == 1
    _work(house)
    assert house.dov.get(f"/api/v1/tickets/{there['id']}").json()["priority"] == 2
    assert (
        house.ana.post("/api/v1/tickets/bulk", json={"ticket_ids": [there["id"]], "actions": URGENT}).status_code == 404
    )
    assert house.cleo.post("/api/v1/tickets/bulk", json={"query": "", "actions": URGENT}).status_code == 403
    assert house.bo.get(f"/api/v1/bulk-edits/{job['id']}").status_code == 404


def test_one_that_changed_meanwhile_is_refused_if_that_was_asked(house: ApiHouse) -> None:
    tickets = _opened(house, "Delta", 2)
    job = _asked(house.dov, query="delta", if_unchanged=True)
    house.dov.post(f"/api/v1/tickets/{tickets[0]['id']}/note", json={"body": "Meanwhile."})
    _work(house)
    assert _told(house.dov, job) == (1, 0, 1, True)
    (refused,) = house.dov.get(f"/api/v1/bulk-edits/{job['id']}/tickets?outcome=refused").json()["items"]
    assert refused["code"] == "version_mismatch"


def test_a_cancelled_edit_stops_before_the_next_ticket(house: ApiHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "TURN", 2)
    _opened(house, "Epsilon", 5)
    job = _asked(house.dov, query="epsilon")
    run_turns(house.database)
    assert house.dov.post(f"/api/v1/bulk-edits/{job['id']}/cancel").json()["is_cancelled"]
    _work(house)
    assert _told(house.dov, job) == (2, 0, 0, True)


def test_a_killed_worker_leaves_each_ticket_whole_and_another_goes_on(
    house: ApiHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = _opened(house, "Zeta", 4)
    job = _asked(house.dov, query="zeta")
    turns = iter(range(10))

    def dies(name: str) -> None:
        if name == "bulk_edit.before_commit" and next(turns) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(runner, "GATHERED", 1)
    monkeypatch.setattr(runner, "failpoint", dies)
    with pytest.raises(KeyboardInterrupt):
        run_turns(house.database)
    assert _told(house.dov, job) == (2, 0, 0, False)
    _work(house)
    assert _told(house.dov, job) == (4, 0, 0, True)
    for ticket in tickets:
        events = house.dov.get(f"/api/v1/tickets/{ticket['id']}/events").json()["items"]
        assert len(events) == 4  # opened, first message, priority, tags: each once


def test_the_same_request_twice_is_one_edit(house: ApiHouse) -> None:
    _opened(house, "Eta", 1)
    wish, key = {"query": "eta", "actions": URGENT}, {"Idempotency-Key": "bulk-eta"}
    first = house.dov.post("/api/v1/tickets/bulk", json=wish, headers=key)
    again = house.dov.post("/api/v1/tickets/bulk", json=wish, headers=key)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"


def test_rights_that_were_taken_meanwhile_are_gone(house: ApiHouse) -> None:
    ticket = house.opened(title="Theta")
    job = _asked(house.ana, query="theta")
    path = f"/api/v1/queues/{house.world.billing}/rights/person/{house.world.ana.id}"
    house.admin.put(path, json={"rights": ["read"]})
    house.database.house.forget()  # another process would know within two seconds
    _work(house)
    assert _told(house.ana, job) == (0, 0, 1, True)
    assert house.dov.get(f"/api/v1/tickets/{ticket['id']}").json()["priority"] == 2
