"""Service levels on pages: due times in the list, a ticket's clocks, and the policies' own pages."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from app.sla.policy import Shape, Target
from app.sla.setup import newest
from core import clock
from tests.sla.desk import promise, set_policy
from tests.web.office import Office, words
from tests.web.test_setup import admin
from tests.world import at

PROMISES = [promise("first_reply", 4), promise("requester_wait", 30)]


@pytest.fixture
def promised(office: Office) -> Office:
    """An office with a policy for everything."""
    with office.database.transaction() as session:
        office.world.session = session
        set_policy(office.world, *PROMISES, name=f"Standard {id(session)}")
    return office


def seen(office: Office, path: str, who: str = "ana", when: str = "mon 12:00") -> str:
    browser = office.browser(who)
    with clock.at(at(when)):
        answer = browser.get(path)
    assert answer.status_code == 200, answer.text[:500]
    return words(answer.text)


def test_the_list_says_what_is_due_in_words_and_sorts_by_it(promised: Office) -> None:
    late = promised.ticket(opened="mon 6:00", title="The late one")
    soon = promised.ticket(opened="mon 8:30", title="The soon one")
    told = seen(promised, "/tickets?sort=due")
    assert "first reply late by 2 h" in told
    assert "first reply due in 30 m" in told
    assert told.index(late.title) < told.index(soon.title)


def test_customers_are_told_nothing_of_clocks(promised: Office) -> None:
    ticket = promised.ticket(opened="mon 9:00")
    assert "first reply" not in seen(promised, "/tickets", "cleo")
    assert "Service levels" not in seen(promised, f"/tickets/{ticket.number}", "cleo")


def test_a_ticket_shows_its_clocks_and_how_they_ran(promised: Office) -> None:
    ticket = promised.ticket(opened="mon 6:00", assigned=("mon 7:00", "ana"), pending="mon 9:00")
    told = seen(promised, f"/tickets/{ticket.number}")
    assert "Service levels" in told
    assert "first reply late by 2 h" in told
    assert "stands still, 27 h left" in told
    told = seen(promised, f"/tickets/{ticket.number}/sla")
    assert "Breached by 2 h: 5 h in queue Billing with Ana" in told
    assert "Stands still with 27 h left" in told


def test_a_due_time_is_set_and_cleared_by_hand_on_the_page(promised: Office) -> None:
    ticket = promised.ticket(opened="mon 6:00")
    page, ana = f"/tickets/{ticket.number}", promised.browser("ana")
    version = ticket.version
    for sent, said in (({"due_at": "2026-01-06T12:00", "reason": "importance"}, True), ({"do": "clear"}, False)):
        with clock.at(at("mon 8:00")):
            answer = ana.post(f"{page}/due", data={"version": version, "target": "first_reply", **sent})
        assert answer.status_code == 303, answer.text[:500]
        told = seen(promised, f"{page}/sla", when="mon 8:01")
        assert ("due set by hand by Ana, by its importance" in told) is said
        version += 2


def form(**more: Any) -> dict[str, Any]:
    return {
        "name": "Gold", "conditions": "queue:Billing", "is_active": "yes", "metric-0": "first_reply",
        "basis-0": "calendar", "normal-0": "4 h", "high-0": "90 m", "reopen-0": "continue",
        "change-0": "retarget_keep_elapsed", **more,
    }  # fmt: skip


def test_a_policy_is_set_up_and_changed_on_pages(office: Office) -> None:
    dov, name = admin(office), "Gold on a page"
    leaves = {"metric-1": "next_reply", "normal-1": "8 h", "merge-1": "stays"}
    answer = dov.post("/setup/sla/new", data=form(name=name, **leaves))
    assert answer.status_code == 303, answer.text[:800]
    told = words(dov.get("/setup/sla").text)
    assert name in told
    assert "first reply 4 h (normal), 1 h 30 m (high)" in told
    page = answer.headers["location"]
    assert 'value="4 h"' in dov.get(page).text
    assert '<option value="stays" selected>' in dov.get(page).text
    assert dov.post(page, data=form(name=f"{name}, changed", **{"normal-0": "2 h"})).status_code == 303
    assert "version 2" in words(dov.get(page).text)


def test_a_form_that_cannot_be_keeps_what_was_typed_and_says_why(office: Office) -> None:
    answer = admin(office).post("/setup/sla/new", data=form(**{"normal-0": "soon"}))
    assert answer.status_code == 422
    assert "soon" in answer.text
    assert "Write a length of time" in words(answer.text)


def test_a_custom_target_and_its_levels_are_set_up_on_the_page_and_come_back_as_typed(office: Office) -> None:
    dov, bo = admin(office), office.world.bo
    events = 'ticket.tags_changed added=call_back,"call me"\nticket.field_changed field=wish value=call'
    more = {
        "metric-0": "custom", "own_name-0": "call_back", "starts_on-0": events, "pauses_on-0": "ticket.queue_changed",
        "resumes_on-0": "ticket.assigned",
        "stops_on-0": "message.added visibility=internal", "note-0-0": "It is late.", "after-0-1": "1 h",
        "also-0-1": str(bo.id), "assign-0-1": "nobody", "raises-0-1": "yes",
    }  # fmt: skip
    answer = dov.post("/setup/sla/new", data=form(name="Call back", conditions="tag:nowhere", **more))
    assert answer.status_code == 303, answer.text[:800]
    page = answer.headers["location"]
    target = _target_of(office, page)
    assert [one.fields for one in target.starts_on] == [
        {"added": ("call_back", "call me")}, {"field": ("wish",), "value": ("call",)},
    ]  # fmt: skip
    assert [(one.after_seconds, one.actions) for one in target.levels] == [
        (0, ["note"]), (3_600, ["notify", "reassign", "raise_priority"]),
    ]  # fmt: skip
    shown = dov.get(page).text
    assert events in unescape(shown)
    again = {**more, "kept-0": "call_back", "also-0-1": "", f"person-0-1-{bo.id}": "yes"}
    assert f'name="person-0-1-{bo.id}" value="yes" checked' in shown
    assert dov.post(page, data=form(name="Call back", conditions="tag:nowhere", **again)).status_code == 303
    assert _target_of(office, page) == target


def _target_of(office: Office, page: str) -> Target:
    with office.database.reading() as session:
        row = newest(session, UUID(page.rpartition("/")[2]))
        assert row is not None
        return Shape.model_validate(row.shape).targets[0]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"pauses_on-0": "ticket.sneezed"}, "no event that a clock can follow"),
        ({"pauses_on-0": "message.added loud"}, "field=value"),
        ({"pauses_on-0": 'message.added via="\\q"'}, "as JSON writes text"),
        ({"own_name-0": "Call Back"}, "small letters"),
        ({"after-0-1": "3 h"}, "Say what happens 3 h over"),
    ],
)
def test_events_and_levels_that_cannot_be_are_said_and_stay_as_typed(
    office: Office, wrong: dict[str, str], says: str
) -> None:
    answer = admin(office).post("/setup/sla/new", data=form(name="Odd", **wrong))
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert next(iter(wrong.values())) in unescape(answer.text)


LINK = re.compile(r'<a href="(/setup/sla/[0-9a-f-]{36})">([^<]+)</a>')


def test_the_preview_shows_what_open_tickets_would_become(promised: Office) -> None:
    ticket, browser = promised.ticket(opened="mon 9:00", title="Previewed"), admin(promised)
    address, name = LINK.findall(browser.get("/setup/sla").text)[0]
    told = words(browser.post(address, data=form(name="Only a look", conditions="", do="preview")).text)
    assert "would change" in told
    assert f"#{ticket.number}" in told
    assert LINK.findall(browser.get("/setup/sla").text)[0] == (address, name)


def test_policies_are_moved_up_and_down(office: Office) -> None:
    browser = admin(office)
    for name in ("One of two", "Two of two"):
        browser.post("/setup/sla/new", data=form(name=name))
    *_, one, two = LINK.findall(browser.get("/setup/sla").text)
    assert (one[1], two[1]) == ("One of two", "Two of two")
    assert browser.post(f"{two[0]}/move", data={"do": "up"}).status_code == 303
    assert LINK.findall(browser.get("/setup/sla").text)[-2:] == [two, one]
