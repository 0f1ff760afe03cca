"""Two at once: the row's lock and its version decide, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa

from tests.api.house import ApiHouse


def test_if_match_refuses_what_was_read_too_early(house: ApiHouse) -> None:
    ticket = house.opened()
    path = f"/api/v1/tickets/{ticket['id']}"
    etag = house.ana.get(path).headers["etag"]
    assert house.ana.post(f"{path}/prioritise", json={"priority": 4}, headers={"if-match": etag}).status_code == 200
    late = house.ana.post(f"{path}/prioritise", json={"priority": 1}, headers={"if-match": etag})
    assert (late.status_code, late.json()["code"], late.json()["version"]) == (412, "version_mismatch", 3)
    assert house.ana.post(f"{path}/prioritise", json={"priority": 1}, headers={"if-match": "*"}).status_code == 200


def test_of_many_claims_of_one_ticket_one_wins(house: ApiHouse) -> None:
    ticket = house.opened()
    path = f"/api/v1/tickets/{ticket['id']}/assign"
    claims = [(house.ana, house.world.ana.id), (house.dov, house.world.dov.id)] * 5

    def claim(one: tuple[Any, Any]) -> int:
        client, me = one
        code: int = client.post(path, json={"agent_id": str(me)}, headers={"if-match": '"2"'}).status_code
        return code

    with ThreadPoolExecutor(10) as crowd:
        codes = sorted(crowd.map(claim, claims))
    assert codes == [200] + [412] * 9


def test_every_one_of_many_notes_at_once_is_kept(house: ApiHouse) -> None:
    ticket = house.opened()
    path = f"/api/v1/tickets/{ticket['id']}/note"
    with ThreadPoolExecutor(10) as crowd:
        codes = list(crowd.map(lambda n: house.ana.post(path, json={"body": f"Note {n}"}).status_code, range(30)))
    assert set(codes) == {200}
    with house.database.reading() as session:
        rows = session.execute(
            sa.text("select seq, ticket_version from event_pending where ticket_id = :id order by seq"),
            {"id": ticket["id"]},
        ).all()
    assert [row.ticket_version for row in rows] == list(range(1, 33))


def test_a_ticket_held_by_somebody_is_a_503_and_not_a_long_wait(house: ApiHouse) -> None:
    ticket = house.opened()
    with house.database.transaction() as session:
        session.execute(sa.text("select 1 from ticket where id = :id for update"), {"id": ticket["id"]})
        answer = house.ana.post(f"/api/v1/tickets/{ticket['id']}/solve")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"


def test_what_a_command_did_is_read_back_at_once(house: ApiHouse) -> None:
    ticket = house.opened()
    path = f"/api/v1/tickets/{ticket['id']}"
    done = house.ana.post(f"{path}/tag", json={"add": ["vip"]})
    assert house.ana.get(path).json() == done.json()
    kinds = [event["kind"] for event in house.ana.get(f"{path}/events").json()["items"]]
    assert kinds == ["ticket.created", "message.added", "ticket.tags_changed"]
