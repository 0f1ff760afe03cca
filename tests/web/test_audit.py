"""The audit page and a ticket's history: who did what, from what to what, and the button that proves it."""

import psycopg
import pytest

from app.audit.proof import prove_what_was_asked
from core.actor import Role
from etl import sequencer
from tests.web.office import Office, words


@pytest.fixture
def told(office: Office) -> Office:
    """All that happened has its position; Ada administrates."""
    if not hasattr(office.world, "ada"):
        with office.database.transaction() as session:
            office.world.session = session
            office.world.ada = office.world.person("Ada", Role.ADMIN)
    with psycopg.connect(office.settings.database_url, autocommit=True) as connection:
        while sequencer.move(connection):
            pass
    return office


def test_a_tickets_history_says_from_what_to_what(office: Office, request: pytest.FixtureRequest) -> None:
    ticket = office.ticket(opened="mon 9:00", assigned=("mon 9:05", "ana"), replied="mon 9:20")
    told: Office = request.getfixturevalue("told")
    shown = words(told.browser("ana").get(f"/tickets/{ticket.number}/history").text)
    assert "agent Ana" in shown
    assert "state new → open" in shown
    assert "before" not in shown


def test_a_customer_has_no_history_page(told: Office) -> None:
    ticket = told.ticket(opened="mon 9:00")
    assert told.browser("cleo").get(f"/tickets/{ticket.number}/history").status_code == 403


def test_the_button_proves_the_ledger(told: Office) -> None:
    browser = told.browser("ada")
    assert browser.post("/audit/proofs", data={"prove": "now"}).status_code == 303
    assert "Waiting for the worker" in browser.get("/audit").text
    prove_what_was_asked(told.settings)
    shown = words(browser.get("/audit").text)
    assert "events are as they were written" in shown
    assert "Prove it now" in shown


@pytest.mark.parametrize("topic", ["", "?topic=queue", "?topic=session", "?topic=nonsense"])
def test_topics_narrow_it_down(told: Office, topic: str) -> None:
    answer = told.browser("ada").get(f"/audit{topic}")
    assert answer.status_code == 200
    assert ("Billing" in answer.text) == (topic in ("", "?topic=queue", "?topic=nonsense"))


def test_the_history_of_a_setting_is_headed_by_its_name_and_linked_from_where_it_is_set(told: Office) -> None:
    queue, browser = told.world.billing, told.browser("ada")
    shown = browser.get("/audit", params={"subject": str(queue)}).text
    assert "History of Billing" in shown
    assert "Prove it now" not in shown
    assert f'href="/audit?subject={queue}"' in browser.get(f"/setup/queues/{queue}").text


def test_it_is_for_administrators(told: Office) -> None:
    assert told.browser("ana").get("/audit").status_code == 403
    assert told.browser("dov").post("/audit/proofs", data={"prove": "now"}).status_code == 403
