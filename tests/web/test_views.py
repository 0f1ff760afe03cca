"""Views, filters in words and bulk edits on pages."""

import html
import re

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.bulk.runner import run_turns
from app.views.follower import catch_up
from tests.web.office import Office
from tests.web.test_list import numbers


@pytest.fixture(scope="module")
def tickets(office: Office) -> list[int]:
    """Three of Billing."""
    return [office.ticket(opened=f"mon {9 + n}:00", priority=n + 1, title=f"Bill {n}").number for n in range(3)]


def _hidden(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return [(name, html.unescape(value)) for name, value in found]


def _posted(browser: TestClient, path: str, fields: list[tuple[str, str]]) -> str:
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    answer = browser.post(path, data=data)
    assert answer.status_code in (200, 303), answer.text
    return str(answer.headers.get("location") or answer.text)


def test_a_filter_in_words_lists_what_it_finds_and_says_what_is_wrong(office: Office, tickets: list[int]) -> None:
    ana = office.browser("ana")
    assert numbers(ana.get("/tickets", params={"q": 'priority>=normal "bill"', "sort": "oldest"}).text) == tickets[1:]
    for after in ("", "WyIxIl0="):
        wrong = ana.get("/tickets", params={"q": "is:open colour:red", "after": after})
        assert (wrong.status_code, "There is no filter &#39;colour&#39;" in wrong.text) == (200, True)


def test_a_view_is_saved_counted_listed_and_removed(office: Office, tickets: list[int]) -> None:
    ana = office.browser("ana")
    wish = {"name": "High bills", "query": "bill priority>=high", "sort": "-created", "for": "private"}
    seen = ana.post("/views", data={**wish, "do": "preview"})
    assert "1 ticket now" in seen.text
    saved = ana.post("/views", data={**wish, "do": "save", "columns": ["number", "queue"]})
    where = saved.headers["location"]
    page = ana.get(where).text
    assert numbers(page) == [tickets[2]]
    assert "<h1>High bills</h1>" in page
    assert 'class="c-agent"' not in page
    while catch_up(office.database):
        pass
    assert re.search(r'High bills <span class="count">1</span>', ana.get("/tickets").text)
    assert "High bills" not in office.browser("dov").get("/tickets").text
    view_id = where.rsplit("=", 1)[1]
    assert ana.post(f"/views/{view_id}", data={"do": "remove"}).headers["location"] == "/tickets"
    assert ana.get(where).status_code == 404


def test_a_view_that_cannot_be_read_keeps_what_was_typed(office: Office) -> None:
    answer = office.browser("ana").post(
        "/views", data={"name": "Odd", "query": "state:opne", "for": "private", "do": "save", "sort": "-updated"}
    )
    assert answer.status_code == 422
    assert 'value="state:opne"' in answer.text
    assert "There is no state" in answer.text


def test_chosen_tickets_are_changed_after_the_number_was_confirmed(office: Office, tickets: list[int]) -> None:
    ana = office.browser("ana")
    page = ana.get("/bulk/new", params={"ticket": tickets[:2]}).text
    assert "Change 2 tickets" in page
    asked = ana.post("/bulk/confirm", data={"ticket": tickets[:2], "q": "", "add": "rush, late", "priority": "4"}).text
    assert "Change 2 tickets?" in asked
    assert "Set the priority to urgent" in asked
    where = _posted(ana, "/bulk", _hidden(asked))
    assert "Stop before the next ticket" in ana.get(where).text
    while run_turns(office.database):
        pass
    report = ana.get(where).text
    assert "<dt>Changed</dt><dd>2</dd>" in report
    found = ana.get("/tickets", params={"q": "tag:rush priority:urgent", "sort": "oldest"}).text
    assert numbers(found) == tickets[:2]


def test_a_number_that_changed_meanwhile_is_asked_again(office: Office, tickets: list[int]) -> None:
    ana = office.browser("ana")
    asked = ana.post("/bulk/confirm", data={"q": '"bill" is:open', "add": "late"}).text
    office.ticket(opened="tue 9:00", title="Bill more")
    answer = ana.post("/bulk", data=dict(_hidden(asked)))
    assert answer.status_code == 409
    assert "Look again" in answer.text


def test_nothing_to_do_and_nobody_chosen_are_said(office: Office, tickets: list[int]) -> None:
    ana = office.browser("ana")
    assert "Choose at least one thing" in ana.post("/bulk/confirm", data={"ticket": tickets[:1], "q": ""}).text
    assert "No ticket is chosen" in ana.post("/bulk/confirm", data={"q": "", "priority": "4"}).text
    assert office.browser("cleo").get("/bulk/new").status_code == 403
    with office.database.reading() as session:
        assert session.execute(sa.text("select count(*) from bulk_job where finished_at is null")).scalar() == 0
