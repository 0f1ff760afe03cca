"""Merge, split and links over HTTP; two at once come out one way or the other, and never half."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa

from tests.api.house import ApiHouse


def path(ticket: dict[str, Any], rest: str = "") -> str:
    return f"/api/v1/tickets/{ticket['id']}{rest}"


def bodies(client: Any, ticket: dict[str, Any]) -> list[str]:
    return [one["body"] for one in client.get(path(ticket, "/messages")).json()["items"]]


def at_once(*deeds: Any) -> list[Any]:
    with ThreadPoolExecutor(len(deeds)) as crowd:
        return [one.result() for one in [crowd.submit(deed) for deed in deeds]]


def test_merging_and_going_back(house: ApiHouse) -> None:
    source, target = house.opened(body="One."), house.opened(body="Two.")
    merged = house.ana.post(path(source, "/merge"), json={"into_id": target["id"]})
    assert (merged.status_code, merged.json()["id"], merged.headers["etag"]) == (200, target["id"], '"4"')
    assert merged.json()["message_count"] == 2
    assert house.ana.get(path(source)).json()["merged_into_id"] == target["id"]
    assert bodies(house.cleo, target) == ["One.", "Two."]
    house.cleo.post(path(source, "/reply"), json={"body": "Late."})
    undone = house.ana.post(path(source, "/unmerge")).json()
    assert undone["ticket"]["category"] == "NEW"
    (late,) = undone["messages_since"]
    placed = {"ticket_id": source["id"], "message_ids": [late["id"]]}
    assert house.ana.post(path(target, "/place-messages"), json=placed).status_code == 200
    assert (bodies(house.cleo, source), bodies(house.cleo, target)) == (["One.", "Late."], ["Two."])


def test_splitting_and_linking(house: ApiHouse) -> None:
    source = house.opened(body="Two matters.")
    (message,) = house.ana.get(path(source, "/messages")).json()["items"]
    wish = {"title": "The other matter", "message_ids": [message["id"]]}
    made = house.ana.post(path(source, "/split"), json=wish)
    assert (made.status_code, made.headers["location"]) == (201, path(made.json()))
    (link,) = house.ana.get(path(source, "/links")).json()["items"]
    assert (link["kind"], link["ticket"]["id"]) == ("follow_up", made.json()["id"])
    other = {"kind": "follow_up", "to_id": source["id"]}
    assert house.ana.delete(path(made.json(), "/links"), params=other).status_code == 200
    assert house.ana.get(path(source, "/links")).json()["items"] == []


def test_an_older_version_merges_nothing(house: ApiHouse) -> None:
    source, target = house.opened(), house.opened()
    late = house.ana.post(path(source, "/merge"), json={"into_id": target["id"]}, headers={"if-match": '"1"'})
    assert late.json()["code"] == "version_mismatch"


@pytest.mark.parametrize("_", range(5))
def test_a_merge_beside_a_reply_loses_nothing_and_shows_it_once(house: ApiHouse, _: int) -> None:
    source, target = house.opened(body="One."), house.opened(body="Two.")
    merged, replied = at_once(
        lambda: house.ana.post(path(source, "/merge"), json={"into_id": target["id"]}),
        lambda: house.cleo.post(path(source, "/reply"), json={"body": "Beside."}),
    )
    assert (merged.status_code, replied.status_code) == (200, 200)
    assert sorted(bodies(house.ana, target)) == ["Beside.", "One.", "Two."]


def held(house: ApiHouse, ticket: dict[str, Any]) -> Any:
    """Somebody holds the ticket's row for the length of a block."""

    @contextmanager
    def block() -> Iterator[None]:
        with house.database.transaction() as session:
            session.execute(sa.text("select 1 from ticket where id = :id for update"), {"id": ticket["id"]})
            yield

    return block()


def wait_for(house: ApiHouse, waiting: int) -> None:
    """Until so many sessions wait for a lock."""
    waits = sa.text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    for _ in range(500):
        with house.database.reading() as session:
            if session.execute(waits).scalar_one() >= waiting:
                return
        sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("is_older", [True, False], ids=["into the older", "into the newer"])
def test_a_reply_to_a_merged_ticket_beside_its_unmerge_ends_on_one_of_the_two(house: ApiHouse, is_older: bool) -> None:
    """Both wait for the target; whoever gets it first, neither holds what the other needs."""
    older, newer = house.opened(body="One."), house.opened(body="One.")
    source, target = (newer, older) if is_older else (older, newer)
    house.ana.post(path(source, "/merge"), json={"into_id": target["id"]})
    with ThreadPoolExecutor(2) as crowd:
        with held(house, target):
            undoing = crowd.submit(lambda: house.ana.post(path(source, "/unmerge")))
            wait_for(house, 1)
            replying = crowd.submit(lambda: house.cleo.post(path(source, "/reply"), json={"body": "Late."}))
            wait_for(house, 2)
        undone, replied = undoing.result(), replying.result()
    assert (undone.status_code, replied.status_code) == (200, 200)
    assert sorted(bodies(house.ana, source) + bodies(house.ana, target)) == ["Late.", "One.", "One."]
    counts = [house.ana.get(path(ticket)).json()["message_count"] for ticket in (source, target)]
    assert sorted(counts) == [1, 2]


@pytest.mark.parametrize("is_older", [True, False], ids=["into the older", "into the newer"])
def test_a_reply_that_waited_for_a_merge_goes_where_the_thread_went(house: ApiHouse, is_older: bool) -> None:
    older, newer = house.opened(body="One."), house.opened(body="One.")
    source, target = (newer, older) if is_older else (older, newer)
    with ThreadPoolExecutor(2) as crowd:
        with held(house, newer):
            merging = crowd.submit(lambda: house.ana.post(path(source, "/merge"), json={"into_id": target["id"]}))
            wait_for(house, 1)
            replying = crowd.submit(lambda: house.cleo.post(path(source, "/reply"), json={"body": "Late."}))
            wait_for(house, 2)
        merged, replied = merging.result(), replying.result()
    assert (merged.status_code, replied.status_code) == (200, 200), replied.text
    assert sorted(bodies(house.ana, target)) == ["Late.", "One.", "One."]
    assert house.ana.get(path(target)).json()["message_count"] == 3


def test_two_merges_against_each_other_have_one_winner(house: ApiHouse) -> None:
    one, other = house.opened(), house.opened()
    answers = at_once(
        lambda: house.ana.post(path(one, "/merge"), json={"into_id": other["id"]}),
        lambda: house.dov.post(path(other, "/merge"), json={"into_id": one["id"]}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize("closes_first", [True, False], ids=["closed first", "answered first"])
def test_a_close_beside_a_customers_reply_ends_open_or_closed_with_the_reply_kept(
    house: ApiHouse, closes_first: bool
) -> None:
    ticket = house.opened()
    deeds = [
        lambda: house.ana.post(path(ticket, "/close")),
        lambda: house.cleo.post(path(ticket, "/reply"), json={"body": "Wait!"}),
    ]
    with ThreadPoolExecutor(2) as crowd:
        with held(house, ticket):
            waiting = []
            for n, deed in enumerate(deeds if closes_first else reversed(deeds), 1):
                waiting.append(crowd.submit(deed))
                wait_for(house, n)
        assert [one.result().status_code for one in waiting] == [200, 200]
    kinds = [one["kind"] for one in house.ana.get(path(ticket, "/events")).json()["items"]][2:]
    assert (kinds[0] == "message.added") is not closes_first
    assert house.ana.get(path(ticket)).json()["category"] == ("OPEN" if closes_first else "CLOSED")
    assert "Wait!" in bodies(house.ana, ticket)


def test_the_same_key_twice_at_once_merges_once(house: ApiHouse) -> None:
    source, target = house.opened(), house.opened()
    key = {"idempotency-key": f"merge-{source['id']}"}

    def merge() -> Any:
        return house.ana.post(path(source, "/merge"), json={"into_id": target["id"]}, headers=key)

    first, second = at_once(merge, merge)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    with house.database.reading() as session:
        told = sa.text("select count(*) from event_pending where kind = 'ticket.merged' and ticket_id = :id")
        assert session.execute(told, {"id": target["id"]}).scalar_one() == 1


def test_a_closed_tickets_reply_is_refused_where_the_queue_says_so(house: ApiHouse) -> None:
    queue = {"name": "Strict", "follow_up": "reject"}
    made = house.admin.post("/api/v1/queues", json=queue).json()
    rights = {"rights": ["create"]}
    house.admin.put(f"/api/v1/queues/{made['id']}/rights/role/customer", json=rights)
    ticket = house.opened(queue_id=made["id"])
    assert house.admin.post(path(ticket, "/close")).status_code == 200
    refused = house.cleo.post(path(ticket, "/reply"), json={"body": "Again."})
    assert (refused.status_code, refused.json()["code"]) == (409, "follow_up_is_refused")


def test_ways_are_set_by_administrators_and_a_refusal_names_what_is_allowed(house: ApiHouse) -> None:
    made = house.admin.post("/api/v1/queues", json={"name": "Narrow"}).json()
    ways = {"rules": [{"from_category": "NEW", "to_category": "OPEN"}]}
    assert house.ana.put(f"/api/v1/queues/{house.world.billing}/transitions", json=ways).status_code == 403
    assert house.admin.put(f"/api/v1/queues/{made['id']}/transitions", json=ways).status_code == 200
    ticket = house.opened(house.admin, queue_id=made["id"])
    refused = house.admin.post(path(ticket, "/solve")).json()
    assert (refused["code"], refused["allowed"]) == ("no_such_way", ["open"])
