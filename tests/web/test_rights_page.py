"""Administrators see who holds what in a queue, look at who would see more or less, and grant or take away."""

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.queues.setup import define_queue
from core.actor import SYSTEM, Role
from core.ledger import event_pending
from tests.web.office import Office, words


@pytest.fixture(scope="module")
def ada(office: Office) -> TestClient:
    with office.database.transaction() as session:
        world = office.world
        world.session = session
        world.ada = world.person("Ada", Role.ADMIN)  # type: ignore[attr-defined]
        world.lou = world.person("Lou", Role.LIGHT_AGENT)  # type: ignore[attr-defined]
        world.refunds = define_queue(session, SYSTEM, name="Refunds", parent_id=world.billing).id  # type: ignore[attr-defined]
    return office.browser("ada")


def address(office: Office, queue: str = "billing") -> str:
    return f"/setup/queues/{getattr(office.world, queue)}/rights"


def test_the_page_says_who_holds_what_and_what_comes_from_above(office: Office, ada: TestClient) -> None:
    shown = words(ada.get(address(office, "refunds")).text)
    assert "Ana assign, close, contact, create" in shown
    assert "Billing , above" in shown
    assert "What stands here holds in Refunds, too" in words(ada.get(address(office)).text)


def test_a_look_tells_who_would_see_more_in_all_queues_below_and_changes_nothing(
    office: Office, ada: TestClient
) -> None:
    asked = {"holder": "role:light_agent", "rights": ["note"], "look": "1"}
    shown = words(ada.get(address(office), params=asked).text)
    assert "1 person would see more" in shown
    assert "Lou light agent : all tickets of Billing, all tickets of Refunds" in shown
    assert "Every light agent" not in words(ada.get(address(office)).text)


def test_rights_are_granted_and_taken_away_with_an_event(office: Office, ada: TestClient) -> None:
    wish = {"holder": f"person:{office.world.lou.id}", "rights": ["read", "note"]}  # type: ignore[attr-defined]
    assert ada.post(address(office), data=wish).status_code == 303
    assert "Lou note, read" in words(ada.get(address(office)).text)
    lost = words(ada.get(address(office), params={"holder": wish["holder"], "look": "1"}).text)
    assert "1 person would see less" in lost
    assert ada.post(address(office), data={"holder": wish["holder"]}).status_code == 303
    assert "Lou note, read" not in words(ada.get(address(office)).text)
    with office.database.reading() as session:
        told = sa.select(sa.func.count()).where(
            event_pending.c.kind == "rights.granted", event_pending.c.source == "web"
        )
        assert session.execute(told).scalar_one() == 2


def test_who_watches_gains_only_what_they_do_not_see_anyway(office: Office, ada: TestClient) -> None:
    preview = f"/api/v1/queues/{office.world.technical}/rights/relation/watcher/preview"
    gains = ada.post(preview, json={"rights": ["read"]}).json()["gains"]
    by_name = {one["name"]: one["tickets"] for one in gains}
    assert by_name["Ana"] == [{"queue_id": str(office.world.technical), "relation": "watcher"}]
    assert "Bo" not in by_name


def test_nobody_in_particular_is_refused_with_a_sentence(office: Office, ada: TestClient) -> None:
    answer = ada.post(address(office), data={"holder": "role:king", "rights": ["read"]})
    assert answer.status_code == 422
    assert "Choose to whom the rights are granted." in answer.text
