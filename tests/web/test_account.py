"""One's own account."""

import re

from tests.web.office import Office


def test_a_token_is_shown_once_works_and_can_be_revoked(office: Office) -> None:
    browser = office.browser("ana")
    page = browser.post("/account/tokens", data={"name": "Nightly", "scopes": "read", "days": "30"}).text
    secret = re.search(r"<code>(\S{30,})</code>", page)
    assert secret
    assert secret[1] not in browser.get("/account").text
    asking = {"authorization": f"Bearer {secret[1]}", "accept": "application/json"}
    assert office.stranger().get("/api/v1/tickets", headers=asking).status_code == 200
    revoke = re.search(r'action="(/account/tokens/[^"]+/revoke)"', page)
    assert revoke
    browser.post(revoke[1])
    assert office.stranger().get("/api/v1/tickets", headers=asking).status_code == 401


def test_nobody_revokes_the_token_of_another(office: Office) -> None:
    page = office.browser("ana").post("/account/tokens", data={"name": "Mine", "scopes": "read", "days": "30"}).text
    revoke = re.search(r'action="(/account/tokens/[^"]+/revoke)"', page)
    assert revoke
    assert office.browser("bo").post(revoke[1]).status_code == 404


def test_a_token_makes_no_tokens(office: Office) -> None:
    page = office.browser("ana").post("/account/tokens", data={"name": "T", "scopes": "write", "days": "1"}).text
    secret = re.search(r"<code>(\S{30,})</code>", page)
    assert secret
    data = {"name": "Child", "scopes": "write", "days": "365"}
    answer = office.stranger().post("/account/tokens", data=data, headers={"authorization": f"Bearer {secret[1]}"})
    assert answer.status_code == 403


def test_signing_out_everywhere_else_leaves_this_browser(office: Office) -> None:
    here, there = office.browser("dov"), office.browser("dov")
    assert here.post("/account/sessions/end").status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
