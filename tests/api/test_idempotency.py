"""The same request twice is one command (RELIABILITY.md rule 2)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from tests.api.house import ApiHouse


def _open(house: ApiHouse, key: str, **more: Any) -> Any:
    wish = {"title": "Once", "body": "Only once.", "queue_id": str(house.world.billing), **more}
    return house.cleo.post("/api/v1/tickets", json=wish, headers={"idempotency-key": key})


def _count(house: ApiHouse, table: str, ticket_id: str) -> int:
    column = "id" if table == "ticket" else "ticket_id"
    with house.database.reading() as session:
        found = session.execute(sa.text(f"select count(*) from {table} where {column} = :id"), {"id": ticket_id})
        return int(found.scalar_one())


def test_the_second_answer_is_the_first(house: ApiHouse) -> None:
    key = str(uuid4())
    first, second = _open(house, key), _open(house, key)
    assert second.content == first.content
    assert (first.status_code, second.status_code) == (201, 201)
    assert (second.headers["etag"], second.headers["location"]) == (first.headers["etag"], first.headers["location"])
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


def test_a_key_means_one_request_only(house: ApiHouse) -> None:
    key = str(uuid4())
    _open(house, key)
    answer = _open(house, key, title="Twice")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_means_another_request")


def test_a_key_is_its_callers_own(house: ApiHouse) -> None:
    key, ticket = str(uuid4()), house.opened()
    path, headers = f"/api/v1/tickets/{ticket['id']}/note", {"idempotency-key": key}
    one = house.ana.post(path, json={"body": "Mine."}, headers=headers)
    other = house.admin.post(path, json={"body": "Mine."}, headers=headers)
    assert (one.json()["message_count"], other.json()["message_count"]) == (2, 3)


def test_a_repeated_command_gets_its_old_answer_even_if_it_could_not_be_done_again(house: ApiHouse) -> None:
    ticket = house.opened()
    headers = {"idempotency-key": str(uuid4()), "if-match": '"2"'}
    first = house.ana.post(f"/api/v1/tickets/{ticket['id']}/solve", headers=headers)
    house.ana.post(f"/api/v1/tickets/{ticket['id']}/close")
    again = house.ana.post(f"/api/v1/tickets/{ticket['id']}/solve", headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content


def test_a_refused_request_keeps_no_answer_and_can_be_tried_again(house: ApiHouse) -> None:
    ticket = house.opened()
    headers = {"idempotency-key": str(uuid4())}
    house.ana.post(f"/api/v1/tickets/{ticket['id']}/close")
    refused = house.ana.post(f"/api/v1/tickets/{ticket['id']}/reply", json={"body": "Hello?"}, headers=headers)
    house.ana.post(f"/api/v1/tickets/{ticket['id']}/reopen")
    done = house.ana.post(f"/api/v1/tickets/{ticket['id']}/reply", json={"body": "Hello?"}, headers=headers)
    assert (refused.status_code, done.status_code) == (409, 200)


def test_twins_at_the_same_moment_are_one_command(house: ApiHouse) -> None:
    ticket = house.opened()
    for _ in range(5):
        key = str(uuid4())
        with ThreadPoolExecutor(8) as crowd:
            answers = list(crowd.map(lambda _, key=key: _open(house, key), range(8)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
    headers = {"idempotency-key": str(uuid4())}
    path = f"/api/v1/tickets/{ticket['id']}/note"
    with ThreadPoolExecutor(8) as crowd:
        notes = list(crowd.map(lambda _: house.ana.post(path, json={"body": "Once."}, headers=headers), range(8)))
    assert {answer.status_code for answer in notes} == {200}
    assert _count(house, "message", ticket["id"]) == 2


def test_a_lost_twin_leaves_nothing(house: ApiHouse) -> None:
    key = str(uuid4())
    with house.database.reading() as session:
        before = session.execute(sa.text("select count(*) from ticket")).scalar_one()
    with ThreadPoolExecutor(6) as crowd:
        answers = list(crowd.map(lambda _: _open(house, key), range(6)))
    ticket_id = answers[0].json()["id"]
    with house.database.reading() as session:
        assert session.execute(sa.text("select count(*) from ticket")).scalar_one() == before + 1
    assert (_count(house, "message", ticket_id), _count(house, "event_pending", ticket_id)) == (1, 2)


def test_a_secret_is_not_kept_with_its_answer(house: ApiHouse) -> None:
    headers = {"idempotency-key": str(uuid4())}
    first = house.ana.post("/api/v1/tokens", json={"name": "shop"}, headers=headers)
    again = house.ana.post("/api/v1/tokens", json={"name": "shop"}, headers=headers)
    assert first.json()["secret"].startswith("cq_")
    assert again.json() == {**first.json(), "secret": None}


def test_a_key_must_be_a_key(house: ApiHouse) -> None:
    for key in ("x" * 256, "white space", ""):
        answer = house.cleo.post("/api/v1/tickets", json={}, headers={"idempotency-key": key})
        assert answer.status_code == 422
