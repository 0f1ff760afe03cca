"""The ticket list: filters, order, pages."""

import re
from typing import Any
from urllib.parse import unquote

import pytest

from app.web import listing
from tests.web.office import Office, words


def numbers(html: str) -> list[int]:
    """The tickets on a page, in order."""
    return [int(number) for number in re.findall(r'scope="row" class="c-title"><a href="/tickets/(\d+)"', html)]


@pytest.fixture(scope="module")
def tickets(office: Office) -> dict[str, int]:
    """Some tickets of Billing, which Ana can see, and one of Technical, which she cannot."""
    lives: dict[str, dict[str, Any]] = {
        "fresh": {"opened": "mon 9:00"},
        "mine": {"opened": "mon 10:00", "assigned": "mon 10:05"},
        "answered": {"opened": "mon 11:00", "replied": "mon 11:30", "title": "<b>bold</b> & sharp"},
        "solved": {"opened": "tue 9:00", "replied": "tue 9:10", "solved": "tue 9:20"},
        "urgent": {"opened": "tue 10:00", "priority": 4},
        "hidden": {"opened": "tue 11:00", "queue": "technical"},
    }
    return {name: office.ticket(**life).number for name, life in lives.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["urgent", "answered", "mine", "fresh"]),
        ("?assignee=me", ["mine"]),
        ("?assignee=none", ["urgent", "answered", "fresh"]),
        ("?state=solved", ["solved"]),
        ("?state=waiting&sort=waiting", ["fresh", "mine", "urgent"]),
        ("?state=any&sort=oldest", ["fresh", "mine", "answered", "solved", "urgent"]),
        ("?sort=priority", ["urgent", "fresh", "mine", "answered"]),
        ("?queue=billing", ["urgent", "answered", "mine", "fresh"]),
        ("?queue=technical", []),
        ("?queue=nowhere", []),
    ],
)
def test_the_list_shows_what_was_asked_and_may_be_seen(
    office: Office, tickets: dict[str, int], query: str, expected: list[str]
) -> None:
    assert numbers(office.browser("ana").get(f"/tickets{query}").text) == [tickets[name] for name in expected]


def test_titles_are_text(office: Office, tickets: dict[str, int]) -> None:
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; sharp" in office.browser("ana").get("/tickets").text


@pytest.mark.parametrize("sort", list(listing.SORTS))
def test_pages_show_each_ticket_once(
    office: Office, tickets: dict[str, int], sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SIZE", 2)
    browser, seen = office.browser("ana"), list[int]()
    page = browser.get(f"/tickets?state=any&sort={sort}").text
    while True:
        seen += numbers(page)
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        if not onward:
            break
        page = browser.get(unquote(onward[1].replace("&amp;", "&"))).text
    assert sorted(seen) == sorted(number for name, number in tickets.items() if name != "hidden")


@pytest.mark.parametrize("query", ["?after=nonsense", "?after=W10=", "?assignee=nobody-known", "?after=eyJhIjoxfQ=="])
def test_a_damaged_address_is_refused_with_a_sentence(office: Office, query: str) -> None:
    answer = office.browser("ana").get(f"/tickets{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")


def test_customers_read_their_own_words(office: Office) -> None:
    ticket = office.ticket(title="The blue lamp", replied="mon 9:20", pending="mon 9:30")
    told = words(office.browser("cleo").get("/tickets?state=yours").text)
    assert "Waiting for you" in told
    assert ticket.title in told
    for word in ("Unassigned", "Assignee", "Queue", "Priority", "Billing", "pending", "Unsolved", "tag:vip"):
        assert word not in told, word
    assert ticket.title not in words(office.browser("cleo").get("/tickets?state=done").text)
    assert "Waiting for you" in words(office.browser("cleo").get(f"/tickets/{ticket.number}").text)
    assert "Unassigned" in words(office.browser("ana").get("/tickets").text)
