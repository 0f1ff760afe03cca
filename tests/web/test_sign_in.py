"""The door: who comes in, where they go, and what is closed to whom."""

import pytest

from tests.web.office import PASSWORD, Office, words


@pytest.mark.parametrize("path", ["/tickets", "/tickets/new", "/search", "/account", "/health", "/dashboards/overview"])
def test_a_stranger_is_sent_to_the_door_and_back_again(office: Office, path: str) -> None:
    answer = office.stranger().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")


@pytest.mark.parametrize("path", ["_dash-layout", "_dash-dependencies", "_dash-component-suites/dash/dcc/x.js"])
def test_dash_tells_a_stranger_nothing(office: Office, path: str) -> None:
    assert office.stranger().get(f"/dashboards/{path}").status_code == 401


def test_a_callback_of_a_stranger_is_refused_before_it_is_read(office: Office) -> None:
    assert office.stranger().post("/dashboards/_dash-update-component", content=b"{not json").status_code == 401


def test_the_right_password_opens_the_page_that_was_wanted(office: Office) -> None:
    browser = office.stranger()
    answer = browser.post("/sign-in", data={"email": "Ana@example.com", "password": PASSWORD, "next": "/health"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/health")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert browser.get("/health").status_code == 200


def test_the_wrong_password_keeps_the_address_and_says_so(office: Office) -> None:
    answer = office.stranger().post("/sign-in", data={"email": "ana@example.com", "password": "wrong"})
    assert answer.status_code == 401
    assert "not right" in words(answer.text)
    assert 'value="ana@example.com"' in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_the_door_leads_to_no_other_site(office: Office, elsewhere: str) -> None:
    data = {"email": "ana@example.com", "password": PASSWORD, "next": elsewhere}
    assert office.stranger().post("/sign-in", data=data).headers["location"] == "/tickets"


def test_signing_out_ends_the_session(office: Office) -> None:
    browser = office.browser("ana")
    kept = dict(browser.cookies)
    browser.post("/sign-out")
    again = office.stranger()
    again.cookies.update(kept)
    assert again.get("/tickets").status_code == 303


def test_a_form_of_another_site_is_refused_as_a_page(office: Office) -> None:
    answer = office.browser("ana").post("/sign-out", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")


def test_customers_see_no_dashboards(office: Office) -> None:
    assert office.browser("cleo").get("/dashboards/overview").status_code == 403


def test_a_generated_password_opens_only_the_page_that_changes_it(office: Office) -> None:
    browser = office.browser("bo")
    with office.database.transaction() as session:
        session.merge(office.world.bo).must_change_password = True
    try:
        assert browser.get("/tickets").headers["location"] == "/account/password"
        assert "made by a machine" in words(browser.get("/account/password").text)
    finally:
        with office.database.transaction() as session:
            session.merge(office.world.bo).must_change_password = False
