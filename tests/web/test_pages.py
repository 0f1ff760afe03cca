"""What every page has: no script but our own, one shape of refusal, and a place for who reads."""

import re
from typing import Any

import pytest

from tests.web.office import Office, words

PAGES = [
    "/tickets",
    "/tickets/new",
    "/search?q=invoice",
    "/account",
    "/account/password",
    "/keys",
    "/dashboards/overview",
]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_runs_a_script_that_is_not_a_file_of_ours(office: Office, path: str) -> None:
    answer = office.browser("ana").get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    inline = [body for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.S)
              if body.strip() and 'type="application/json"' not in attributes]  # fmt: skip
    assert inline == []
    assert not re.search(r"<[^>]+\son\w+=", answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_name_for_those_who_hear_the_page(office: Office, path: str) -> None:
    html = office.browser("ana").get(path).text
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    inside = "".join(re.findall(r"<label(?![^>]* for=).*?</label>", html, re.S))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        is_named = (
            'type="hidden"' in field
            or "aria-label=" in field
            or field in inside
            or any(f'id="{name}"' in field for name in labelled)
        )
        assert is_named, field


def test_one_navigation_for_desk_and_dashboards(office: Office) -> None:
    browser = office.browser("ana")
    bars = [
        re.findall(r'<nav aria-label="Main">.*?</nav>', browser.get(path).text, re.S)[0].replace(
            ' aria-current="page"', ""
        )
        for path in ("/tickets", "/dashboards/overview")
    ]
    assert bars[0] == bars[1]


def test_a_missing_page_is_a_page_for_people_and_a_document_for_programs(office: Office) -> None:
    browser = office.browser("ana")
    page, document = browser.get("/no/such"), browser.get("/api/v1/no-such")
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (404, "text/html")
    assert "There is nothing here" in words(page.text)
    assert (document.status_code, document.headers["content-type"]) == (404, "application/problem+json")


def test_a_ticket_that_one_may_not_see_looks_like_one_that_is_not_there(office: Office) -> None:
    ticket = office.ticket(queue="technical")
    hidden, missing = (office.browser("ana").get(f"/tickets/{number}") for number in (ticket.number, 999_999))
    assert hidden.status_code == missing.status_code == 404
    assert words(hidden.text).replace(str(ticket.number), "N") == words(missing.text).replace("999999", "N")


def test_the_theme_is_in_the_first_byte(office: Office) -> None:
    browser = office.browser("ana")
    answer = browser.post("/theme", data={"theme": "dark"}, headers={"referer": "http://testserver/health"})
    assert answer.headers["location"] == "/health"
    assert '<html lang="en" data-theme="dark">' in browser.get("/tickets").text
    assert '<html lang="en" data-theme="dark">' in browser.get("/dashboards/overview").text


def test_health_tells_where_each_follower_is(office: Office) -> None:
    told = words(office.browser("ana").get("/health").text)
    assert "Ledger" in told
    assert "Seconds behind" in told


def test_somebody_at_work_who_meets_a_crash_gets_a_page_about_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret inner life")

    monkeypatch.setattr("app.web.tickets.list_page", crash)
    answer = office.browser("ana").get("/tickets")
    assert (answer.status_code, "has been noted" in words(answer.text)) == (500, True)
    assert "secret inner life" not in answer.text
