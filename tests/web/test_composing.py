"""Writing on a ticket's page: drafts that come back, replies that wait, and who else writes."""

import re
from typing import Any

import psycopg

from app.first_company import OF_AGENTS
from app.tickets.ticket import Ticket
from app.timers import runner
from core import clock
from core.actor import Role
from etl import sequencer
from tests.web.office import Office, words
from tests.world import at


def form(ticket: Ticket, body: str, **more: Any) -> dict[str, Any]:
    return {"version": ticket.version, "visibility": "public", "body": body, "state": "", "draft_version": "0", **more}


def box(page: str) -> str:
    """What stands in the box."""
    found = re.search(r'<textarea id="reply"[^>]*>(.*?)</textarea>', page, re.S)
    assert found
    return found[1]


def hidden(page: str, name: str) -> str:
    """A hidden field of the composer."""
    return re.findall(rf'name="{name}" value="([^"]*)"', page)[-1]


def test_a_draft_is_kept_by_hand_comes_back_and_goes_when_it_is_sent(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    assert browser.post(f"{path}/draft", data=form(ticket, "Dear <Cleo>")).status_code == 303
    page = browser.get(path).text
    assert box(page) == "Dear &lt;Cleo&gt;"
    assert box(office.browser("dov").get(path).text) == ""
    sent = form(ticket, "Dear Cleo, all is well.", draft_kind="reply", draft_version=hidden(page, "draft_version"))
    browser.post(f"{path}/messages", data=sent)
    assert box(browser.get(path).text) == ""


def test_a_draft_that_another_window_changed_is_shown_beside_ones_own(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/draft", data=form(ticket, "From the first window."))
    answer = browser.post(f"{path}/draft", data=form(ticket, "From the second.", draft_kind="reply"))
    assert answer.status_code == 412
    assert "in another window" in words(answer.text)
    assert "From the first window." in words(answer.text)
    assert box(answer.text) == "From the second."
    again = form(ticket, "Both.", draft_kind="reply", draft_version=hidden(answer.text, "draft_version"))
    assert browser.post(f"{path}/draft", data=again).status_code == 303
    assert box(browser.get(path).text) == "Both."


def test_a_reply_and_a_note_are_two_drafts(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    for typed in (form(ticket, "Dear Cleo"), form(ticket, "She is right.", visibility="internal")):
        kept = browser.post(f"{path}/draft", data=typed)
        assert kept.status_code == 303, words(kept.text)
    page = browser.get(path).text
    assert (box(page), "You have begun a reply, too." in page) == ("She is right.", True)
    assert box(browser.get(f"{path}?draft=reply").text) == "Dear Cleo"


def test_the_draft_saved_last_is_in_the_box_even_if_the_clock_was_set_back(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    with clock.at(at("mon 9:31")):
        browser.post(f"{path}/draft", data=form(ticket, "Dear Cleo"))
    with clock.at(at("mon 9:30")):
        browser.post(f"{path}/draft", data=form(ticket, "She is right.", visibility="internal"))
    assert box(browser.get(path).text) == "She is right."


def test_a_reply_is_sent_later_and_can_be_taken_back(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    with clock.at(at("mon 9:30")):
        browser.post(f"{path}/messages", data=form(ticket, "It comes **tomorrow**.", send_at="2026-01-05T10:00"))
    page = browser.get(path).text
    assert "Will be sent" in page
    assert "It comes <strong>tomorrow</strong>." in page
    assert "tomorrow" not in office.browser("cleo").get(path).text
    reply_id = re.search(r'action="/outgoing/([^"]+)"', page)
    assert reply_id
    assert "It comes" in browser.get("/outgoing").text
    browser.post(f"/outgoing/{reply_id[1]}", data={"deed": "take-back"})
    assert box(browser.get(path).text) == "It comes **tomorrow**."
    assert "took back a reply" in words(browser.get(path).text)


def test_who_asked_for_second_thoughts_gets_them(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("dov")
    path = f"/tickets/{ticket.number}"
    assert browser.post("/account/undo-send", data={"seconds": "10"}).status_code == 303
    with clock.at(at("mon 9:30:00")):
        browser.post(f"{path}/messages", data=form(ticket, "Done."))
    assert "Done." not in office.browser("cleo").get(path).text
    with clock.at(at("mon 9:30:10")):
        runner.run_due(office.database)
    assert "Done." in office.browser("cleo").get(path).text


def test_colleagues_see_who_is_writing(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/draft", data=form(ticket, "Dear Cleo"))
    assert "Ana is writing a reply." in words(office.browser("dov").get(path).text)
    assert "is writing" not in words(browser.get(path).text)
    assert "is writing" not in words(office.browser("cleo").get(path).text)


def test_a_customers_draft_is_theirs(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("cleo")
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/draft", data=form(ticket, "I also wanted"))
    assert box(browser.get(path).text) == "I also wanted"
    assert "I also wanted" not in office.browser("ana").get(path).text


def test_a_note_calls_a_colleague_who_finds_it(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    note = form(ticket, "@dov, see [this](https://example.com/@Dov)", visibility="internal")
    assert browser.post(f"{path}/messages", data=note).status_code == 303
    page = browser.get(path).text
    assert '<b class="called">@dov</b>' in page
    assert 'href="https://example.com/@Dov"' in page
    assert "called Dov" in words(page)
    dov = office.browser("dov")
    assert "data-calls-me" in dov.get(path).text
    assert f"#{ticket.number}" in words(dov.get("/mentions").text)
    dov.post("/mentions/seen")
    assert "data-calls-me" not in dov.get(path).text
    assert "called" not in words(office.browser("cleo").get(path).text)


def test_who_cannot_be_called_is_named_and_the_note_is_not_lost(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    note = form(ticket, "@Bo <knows>", visibility="internal")
    answer = browser.post(f"{path}/messages", data=note)
    assert answer.status_code == 409
    assert "Bo may not read this ticket" in words(answer.text)
    assert "@Bo &lt;knows&gt;</textarea>" in answer.text
    assert browser.post(f"{path}/messages", data={**note, "confirm": "yes"}).status_code == 303
    assert "@Bo &lt;knows&gt;" in browser.get(path).text


def test_time_is_booked_with_a_message_and_corrected(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/messages", data=form(ticket, "She called.", visibility="internal", minutes="15"))
    page = browser.get(path).text
    assert "booked 15 minutes" in words(page)
    listed = browser.get(f"{path}/time").text
    entry = re.search(r'action="/time/([^"]+)"', listed)
    assert entry
    assert "#m-" in listed
    browser.post(f"/time/{entry[1]}", data={"minutes": "20", "billed": "no", "note": "With travel."})
    assert "corrected 15 to 20 minutes" in words(browser.get(path).text)
    assert "With travel." in browser.get(f"{path}/time").text
    assert "minutes" not in words(office.browser("cleo").get(path).text)
    browser.post(f"/time/{entry[1]}", data={"remove": "yes"})
    assert "No time is booked yet." in browser.get(f"{path}/time").text


def test_odd_minutes_are_refused_with_a_sentence(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    for minutes in ("-5", "many", "0", "9999"):
        answer = browser.post(f"/tickets/{ticket.number}/time", data={"minutes": minutes})
        assert answer.status_code == 422, minutes


def test_who_lost_sight_of_a_ticket_drops_what_waited(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    with clock.at(at("mon 9:30")):
        browser.post(f"/tickets/{ticket.number}/messages", data=form(ticket, "Soon.", send_at="2026-01-05T10:00"))
    try:
        with office.database.transaction() as session:
            office.world.session = session
            office.world.grant(office.world.billing, office.world.ana, [])
        office.application.state.desk.doorkeeper.forget_all()
        office.application.state.desk.database.house.forget()
        reply_id = re.search(r'action="/outgoing/([^"]+)"', browser.get("/outgoing").text)
        assert reply_id
        assert browser.get(f"/tickets/{ticket.number}").status_code == 404
        assert browser.post(f"/outgoing/{reply_id[1]}", data={"deed": "cancel"}).status_code == 303
        assert reply_id[1] not in browser.get("/outgoing").text
    finally:
        with office.database.transaction() as session:
            office.world.session = session
            office.world.grant(office.world.billing, office.world.ana, OF_AGENTS)
        office.application.state.desk.doorkeeper.forget_all()
        office.application.state.desk.database.house.forget()


def test_a_restricted_note_is_no_line_of_others_histories(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    with office.database.transaction() as session:
        office.world.session = session
        zoe = office.world.person("Zoe", Role.AGENT)
        office.world.grant(office.world.billing, zoe, OF_AGENTS)
    office.world.zoe = zoe
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/messages", data=form(ticket, "Only few read this.", visibility="restricted"))
    with psycopg.connect(office.settings.database_url) as connection:
        while sequencer.move(connection):
            pass
    assert "restricted" in words(browser.get(f"{path}/history").text)
    assert "restricted" not in words(office.browser("zoe").get(f"{path}/history").text)
