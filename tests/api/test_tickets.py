"""Tickets over HTTP."""

from tests.api.house import ApiHouse


def test_a_customer_opens_a_ticket_and_an_agent_answers(house: ApiHouse) -> None:
    ticket = house.opened()
    answer = house.ana.post(f"/api/v1/tickets/{ticket['id']}/reply", json={"body": "Use the extinguisher."})
    assert (answer.status_code, answer.json()["category"]) == (200, "OPEN"), answer.text
    messages = house.cleo.get(f"/api/v1/tickets/{ticket['id']}/messages").json()["items"]
    assert [message["body"] for message in messages] == ["Smoke everywhere.", "Use the extinguisher."]
