"""Asking from the forms of policies and calendars what would have been, and reading the answer."""

import re
from contextlib import closing
from uuid import UUID

from app.sla.what_if_job import answer
from core import clock
from etl.connection import connect
from tests.sla.desk import promise, set_policy
from tests.web.office import Office, words
from tests.web.test_setup import admin
from tests.world import at

FORM = {
    "name": "Stricter", "conditions": "", "is_active": "yes", "kept-0": "", "metric-0": "first_reply",
    "basis-0": "calendar", "normal-0": "1 h", "of_policy": "new",
    "what_since": "2026-01-05", "what_until": "2026-01-06",
}  # fmt: skip


def test_a_policy_form_asks_and_the_answer_names_the_tickets(office: Office) -> None:
    with office.database.transaction() as session:
        office.world.session = session
        set_policy(office.world, promise("first_reply", 4), name="Ours", conditions="queue:Technical")
    late = office.ticket(opened="mon 9:00", replied="mon 11:00", title="Late under the draft")
    browser = admin(office)
    with clock.at(at("tue 9:00")):
        asked = browser.post("/setup/sla/what-if", data=FORM)
        assert "at work" in words(browser.get("/setup/sla/what-if").text)
        found = re.search(r"what-if/([0-9a-f-]{36})", asked.headers["location"])
        assert found
        with closing(connect(office.settings.database_url, "test")) as connection:
            answer(office.settings, connection, UUID(found[1]), processes=0)
        told = words(browser.get(f"/setup/sla/what-if/{found[1]}").text)
    assert "Met after" in told
    assert late.title in told
    assert "would be missed" in told
    browser.post(f"/setup/sla/what-if/{found[1]}", data={"do": "delete"})
    assert "Nobody has asked yet." in words(browser.get("/setup/sla/what-if").text)
