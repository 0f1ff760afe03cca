"""A ticket's page and its forms."""

import re

import pytest

from app.tickets.commands import SetFields
from core.actor import Role
from tests.web.office import Office, words


def test_the_thread_tells_messages_and_events_in_order(office: Office) -> None:
    ticket = office.ticket(
        opened="mon 9:00", assigned="mon 9:05", replied="mon 9:20", customer_replied="mon 10:00", noted="mon 10:05",
        tagged=("mon 10:10", "vip"), solved="mon 11:00",
    )  # fmt: skip
    told = words(office.browser("ana").get(f"/tickets/{ticket.number}").text)
    order = [
        "Cleo opened the ticket in Billing", "It shows my old address.", "Ana took it", "We have corrected it.",
        "set it from new to open", "It is still wrong.", "Internal note", "They moved house in May.",
        "added the tag vip", "solved it",
    ]  # fmt: skip
    places = [told.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_reply_is_sent_and_its_draft_is_let_go(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    form = {"version": ticket.version, "visibility": "public", "body": "We **look** into it.", "state": ""}
    answer = browser.post(f"/tickets/{ticket.number}/messages", data=form)
    assert answer.headers["location"] == f"/tickets/{ticket.number}"
    page = browser.get(answer.headers["location"]).text
    assert "We <strong>look</strong> into it." in page
    assert f'data-sent="draft:{office.world.ana.id}:{ticket.id}"' in page
    assert "data-sent" not in browser.get(f"/tickets/{ticket.number}").text


def test_a_reply_can_solve_on_its_way(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    with office.database.reading() as session:
        office.world.session = session
        solved = office.world.state("SOLVED")
    form = {"version": ticket.version, "visibility": "public", "body": "Done.", "state": str(solved)}
    browser.post(f"/tickets/{ticket.number}/messages", data=form)
    assert "Ana solved it" in words(browser.get(f"/tickets/{ticket.number}").text)


def test_customers_see_neither_notes_nor_what_happened_inside(office: Office) -> None:
    ticket = office.ticket(
        opened="mon 9:00", assigned="mon 9:05", noted=("mon 9:06", "He is angry."), replied="mon 9:20"
    )
    told = words(office.browser("cleo").get(f"/tickets/{ticket.number}").text)
    assert "We have corrected it." in told
    assert "angry" not in told
    assert "took it" not in told
    assert "Internal note" not in told


@pytest.mark.parametrize(
    ("form", "typed", "told"),
    [
        ("title", {"title": "A better title"}, "A better title"),
        ("priority", {"priority": "4"}, "raised the priority from normal to urgent"),
        ("tags", {"add": "vip, fragile"}, "added the tags fragile, vip"),
        ("assignee", {"assignee": "ana"}, "Ana took it"),
    ],
)
def test_each_property_is_a_small_form(office: Office, form: str, typed: dict[str, str], told: str) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    typed = {name: str(office.world.ana.id) if value == "ana" else value for name, value in typed.items()}
    answer = browser.post(f"/tickets/{ticket.number}/{form}", data={"version": ticket.version, **typed})
    assert answer.status_code == 303
    assert told in words(browser.get(f"/tickets/{ticket.number}").text)


def test_who_saw_an_older_version_is_told_what_happened_and_keeps_the_words(office: Office) -> None:
    ticket, browser = office.ticket(), office.browser("ana")
    seen = ticket.version
    browser.post(f"/tickets/{ticket.number}/tags", data={"version": seen, "add": "vip"})
    form = {"version": seen, "visibility": "internal", "body": "Call <her> back", "state": ""}
    answer = browser.post(f"/tickets/{ticket.number}/messages", data=form)
    assert answer.status_code == 412
    assert "Ana added the tag vip" in words(answer.text)
    assert "Call &lt;her&gt; back</textarea>" in answer.text
    again = dict(re.findall(r'name="(visibility|version|state)" value="([^"]*)"', answer.text))
    assert (
        browser.post(f"/tickets/{ticket.number}/messages", data={**again, "body": "Call <her> back"}).status_code == 303
    )


def test_a_closed_ticket_offers_to_be_opened_again_and_nothing_else(office: Office) -> None:
    ticket, browser = office.ticket(opened="mon 9:00", replied="mon 9:10", closed="mon 9:20"), office.browser("ana")
    page = browser.get(f"/tickets/{ticket.number}").text
    assert 'name="visibility" value="public"' not in page
    open_state = re.search(r'<option value="([^"]+)">Open</option>', page)
    assert open_state
    browser.post(f"/tickets/{ticket.number}/state", data={"version": ticket.version, "state": open_state[1]})
    assert "reopened it as open" in words(browser.get(f"/tickets/{ticket.number}").text)


def test_what_somebody_may_not_do_is_refused_on_a_page(office: Office) -> None:
    ticket = office.ticket()
    answer = office.browser("cleo").post(
        f"/tickets/{ticket.number}/priority", data={"version": ticket.version, "priority": 4}
    )
    assert answer.status_code == 403
    assert "This is not yours to do" in words(answer.text)


@pytest.mark.parametrize("typed", [{}, {"version": "x"}, {"version": "1", "priority": "many"}, {"version": "1"}])
def test_an_odd_form_is_refused_with_a_sentence(office: Office, typed: dict[str, str]) -> None:
    ticket = office.ticket()
    answer = office.browser("ana").post(f"/tickets/{ticket.number}/priority", data=typed)
    assert answer.status_code in (412, 422)


def test_a_long_thread_folds_its_middle(office: Office) -> None:
    replies = [(f"mon 9:{minute:02}", f"Message {minute}.") for minute in range(1, 40)]
    ticket = office.ticket(opened="mon 9:00", replied=replies)
    page = office.browser("ana").get(f"/tickets/{ticket.number}").text
    assert "earlier entries" in page
    assert all(f"Message {minute}." in page for minute in range(1, 40))


def test_a_new_ticket_of_a_known_customer(office: Office) -> None:
    browser = office.browser("ana")
    form = {"title": "Phone call", "body": "She cannot print.", "requester": "CLEO@example.com",
            "queue": str(office.world.billing), "priority": "3", "as": "customer"}  # fmt: skip
    answer = browser.post("/tickets", data=form)
    assert answer.status_code == 303
    assert "Cleo" in words(browser.get(answer.headers["location"]).text)


def test_a_new_ticket_that_is_refused_keeps_what_was_typed(office: Office) -> None:
    form = {"title": "Phone call", "body": "She cannot print.", "requester": "who@example.com",
            "queue": str(office.world.billing), "priority": "3", "as": "note"}  # fmt: skip
    answer = office.browser("ana").post("/tickets", data=form)
    assert answer.status_code == 422
    assert "She cannot print.</textarea>" in answer.text
    assert 'value="Phone call"' in answer.text


def test_customers_are_told_no_tags_no_foreign_reference_and_only_their_own_fields(office: Office) -> None:
    ticket = office.ticket(opened="mon 9:00", tagged=("mon 9:05", "difficult"))
    with office.database.transaction() as session:
        office.world.session = session
        office.world.ada = office.world.person("Ada", Role.ADMIN)  # type: ignore[attr-defined]
    storey = {"do": "save", "type": "text", "key": "floor", "label": "Storey", "sort": "0", "audience": "customers"}
    office.browser("ada").post("/setup/new-field", data=storey)
    with office.database.transaction() as session:
        wish = SetFields.model_validate({"fields": {"floor": "third", "margin_class": "bleak"}})
        office.world.session = session
        office.world.do("ana", wish, ticket, at="mon 9:10")
    hers = words(office.browser("cleo").get(f"/tickets/{ticket.number}").text)
    ours = words(office.browser("ana").get(f"/tickets/{ticket.number}").text)
    assert all(word in ours for word in ("difficult", "margin_class", "bleak"))
    assert not any(word in hers for word in ("difficult", "margin_class", "bleak", "Tags"))
    assert "Storey third" in hers
