"""Pages of merging, splitting, linking and sleeping."""

import re
from datetime import timedelta

from app.queues.setup import set_transitions
from app.queues.transitions import Transition
from core import clock
from core.actor import SYSTEM
from core.events import Category
from tests.web.office import Office, words


def test_both_tickets_are_seen_before_one_is_merged_into_the_other_and_it_can_be_undone(office: Office) -> None:
    source, target = office.ticket(title="First matter", body="One."), office.ticket(title="Second matter", body="Two.")
    ana = office.browser("ana")
    page = words(ana.get(f"/tickets/{source.number}/merge?into={target.number}").text)
    assert all(part in page for part in ("First matter", "Second matter", "One.", "Two."))
    form = {"version": source.version, "into": target.number}
    assert ana.post(f"/tickets/{source.number}/merge", data=form).headers["location"] == f"/tickets/{target.number}"
    assert all(part in words(ana.get(f"/tickets/{target.number}").text) for part in ("One.", "Two.", "holds"))
    assert f"part of #{target.number}" in words(ana.get(f"/tickets/{source.number}").text)
    reply = {"version": office.version(target), "visibility": "public", "body": "In between.", "state": ""}
    ana.post(f"/tickets/{target.number}/messages", data=reply)
    undone = ana.post(f"/tickets/{source.number}/unmerge", data={"version": office.version(source)})
    since = undone.headers["location"]
    assert since == f"/tickets/{target.number}/since-merge/{source.number}"
    (message,) = re.findall(r'name="message" value="([^"]+)"', ana.get(since).text)
    ana.post(f"/tickets/{target.number}/place", data={"other": source.number, "message": message})
    assert "In between." in words(ana.get(f"/tickets/{source.number}").text)
    assert "In between." not in words(ana.get(f"/tickets/{target.number}").text)


def test_the_merge_page_suggests_what_may_be_the_same_and_says_why(office: Office) -> None:
    now = clock.now()
    first = office.ticket(title="Till 4711 is stuck", opened=now)
    again = office.ticket(title="Re: till 4711 is stuck", opened=now + timedelta(minutes=5))
    page = words(office.browser("ana").get(f"/tickets/{again.number}/merge").text)
    assert f"#{first.number} the same requester, the same subject" in page


def test_what_a_merge_would_do_is_told_and_nothing_is_done(office: Office) -> None:
    source, target = office.ticket(title="Tried", body="One."), office.ticket(title="Other", body="Two.")
    ana = office.browser("ana")
    page = words(ana.get(f"/tickets/{source.number}/merge", params={"into": f"#{target.number}"}).text)
    assert f"#{source.number} becomes merged" in page
    assert page.index("One.") < page.index("Two.")
    assert office.version(source) == source.version
    itself = words(ana.get(f"/tickets/{source.number}/merge", params={"into": source.number}).text)
    assert "This takes two different tickets" in itself


def test_chosen_messages_make_a_new_ticket(office: Office) -> None:
    ticket, ana = office.ticket(body="Two matters."), office.browser("ana")
    page = ana.get(f"/tickets/{ticket.number}/split").text
    (message,) = re.findall(r'name="message" value="([^"]+)"', page)
    form = {"version": ticket.version, "title": "The other", "queue": str(ticket.queue_id), "message": message}
    made = ana.post(f"/tickets/{ticket.number}/split", data=form).headers["location"]
    assert all(part in words(ana.get(made).text) for part in ("The other", "Two matters.", "follows up"))
    assert "is followed up by" in words(ana.get(f"/tickets/{ticket.number}").text)
    refused = ana.post(f"/tickets/{ticket.number}/split", data={**form, "message": []})
    assert refused.status_code == 422


def test_tickets_are_linked_by_number_and_a_parent_asks_before_it_leaves_its_children(office: Office) -> None:
    parent, child, ana = office.ticket(), office.ticket(), office.browser("ana")
    ana.post(f"/tickets/{child.number}/link", data={"kind": "child", "other": parent.number})
    assert "is the parent of" in words(ana.get(f"/tickets/{parent.number}").text)
    with office.database.reading() as session:
        office.world.session = session
        solved = str(office.world.state("SOLVED"))
    form = {"version": office.version(parent), "state": solved}
    asked = ana.post(f"/tickets/{parent.number}/state", data=form)
    assert (asked.status_code, str(child.number) in words(asked.text)) == (409, True)
    assert ana.post(f"/tickets/{parent.number}/state", data={**form, "confirm": "yes"}).status_code == 303


def test_a_sleeping_ticket_says_when_it_wakes_on_its_page_and_in_the_list(office: Office) -> None:
    ticket, ana = office.ticket(title="Sleepy"), office.browser("ana")
    until = (clock.now() + timedelta(hours=3, minutes=30)).strftime("%Y-%m-%dT%H:%M")
    ana.post(f"/tickets/{ticket.number}/snooze", data={"version": ticket.version, "until": until})
    assert "wakes in 3 h" in words(ana.get(f"/tickets/{ticket.number}").text)
    assert "Sleepy wakes in 3 h" in words(ana.get("/tickets").text)
    assert "wakes" not in words(office.browser("cleo").get(f"/tickets/{ticket.number}").text)


def test_only_the_ways_that_the_queue_allows_are_offered(office: Office) -> None:
    ticket = office.ticket(queue="technical")
    with office.database.transaction() as session:
        way = Transition(from_category=Category.NEW, to_category=Category.OPEN)
        set_transitions(session, SYSTEM, queue_id=office.world.technical, rules=[way])
    office.application.state.desk.database.house.forget()
    page = office.browser("dov").get(f"/tickets/{ticket.number}").text
    offered = re.findall(
        r"<option[^>]*>([^<]+)</option>", page[page.index('id="p-state"') : page.index('id="p-assignee"')]
    )
    assert offered == ["New", "Open"]
