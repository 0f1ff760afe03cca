"""Signing in and out, tokens, limits, and the wall against other sites."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import anyio
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.identity import first_admin, reset_password
from app.identity import password as passwords
from app.identity.credential import ApiToken
from app.identity.doorkeeper import REMEMBER_SECONDS
from app.identity.middleware import IdentityMiddleware
from app.people.person import Person
from app.queues.house import STALE_AFTER_SECONDS
from core import clock
from core.actor import Role
from tests.apart import apart
from tests.api.house import ApiHouse

names = count(1)
REAL = passwords._hasher
GOOD = "correct horse battery staple"


def _somebody(house: ApiHouse, role: Role = Role.AGENT) -> tuple[Person, str]:
    """A new person and their generated password."""
    with house.database.transaction() as session:
        house.world.session = session
        person = house.world.person(f"Pat{next(names)}", role)
        return person, reset_password(session, person.email).password


def _signed_in(house: ApiHouse, person: Person, password: str) -> TestClient:
    browser = house.anybody()
    answer = browser.post("/api/v1/session", json={"email": person.email, "password": password})
    assert answer.status_code == 201, answer.text
    return browser


def _with_own_password(house: ApiHouse) -> tuple[TestClient, Person]:
    person, password = _somebody(house)
    browser = _signed_in(house, person, password)
    changed = browser.put("/api/v1/session/password", json={"current": password, "new": GOOD})
    assert changed.status_code == 204, changed.text
    return browser, person


def test_a_generated_password_must_be_changed_before_anything_else(house: ApiHouse) -> None:
    person, password = _somebody(house)
    browser = _signed_in(house, person, password)
    assert browser.get("/api/v1/session").json()["must_change_password"] is True
    assert browser.get("/api/v1/tickets").json()["code"] == "password_change_needed"
    browser.put("/api/v1/session/password", json={"current": password, "new": GOOD})
    assert browser.get("/api/v1/tickets").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: ApiHouse) -> None:
    person, password = _somebody(house)
    answer = house.anybody().post("/api/v1/session", json={"email": person.email, "password": password})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("clearqueue=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))


def test_signing_out_ends_the_session_on_our_side(house: ApiHouse) -> None:
    browser, _ = _with_own_password(house)
    cookie = browser.cookies["clearqueue"]
    assert browser.delete("/api/v1/session").status_code == 204
    assert house.anybody(cookie=f"clearqueue={cookie}").get("/api/v1/session").status_code == 401


def test_a_session_ends_after_twelve_hours(house: ApiHouse) -> None:
    browser, _ = _with_own_password(house)
    with clock.at(datetime.now(UTC) + timedelta(hours=12, minutes=1)):
        house.api.state.desk.doorkeeper.forget_all()
        assert browser.get("/api/v1/session").status_code == 401


def test_a_new_password_ends_all_other_sessions(house: ApiHouse) -> None:
    browser, person = _with_own_password(house)
    other = _signed_in(house, person, GOOD)
    browser.put("/api/v1/session/password", json={"current": GOOD, "new": "another long enough phrase"})
    assert other.get("/api/v1/session").status_code == 401
    assert browser.get("/api/v1/session").status_code == 200


def test_passwords_are_hashed_with_enough_work() -> None:
    assert (REAL.type.name, REAL.memory_cost, REAL.time_cost) == ("ID", 64 * 1024, 2)


@pytest.mark.parametrize("bad", ["short", "aaaaaaaaaaaaaaaa", "ababababababab"])
def test_a_weak_password_is_refused(house: ApiHouse, bad: str) -> None:
    browser, _ = _with_own_password(house)
    answer = browser.put("/api/v1/session/password", json={"current": GOOD, "new": bad})
    assert answer.status_code == 422
    assert answer.json()["code"] in ("weak_password", "invalid")


def test_the_current_password_is_needed_for_a_new_one(house: ApiHouse) -> None:
    browser, _ = _with_own_password(house)
    answer = browser.put("/api/v1/session/password", json={"current": "wrong", "new": "another long enough phrase"})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")


def test_nobody_learns_whom_we_know(house: ApiHouse) -> None:
    person, _ = _somebody(house)
    known = house.anybody().post("/api/v1/session", json={"email": person.email, "password": "wrong"})
    unknown = house.anybody().post("/api/v1/session", json={"email": "nobody@example.com", "password": "wrong"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 401


def test_the_sixth_attempt_has_to_wait_even_with_the_right_password(house: ApiHouse) -> None:
    person, password = _somebody(house)
    for _ in range(5):
        wrong = house.anybody().post("/api/v1/session", json={"email": person.email, "password": "wrong"})
        assert wrong.status_code == 401
    spoofed = house.anybody(**{"x-forwarded-for": "10.9.8.7"})
    late = spoofed.post("/api/v1/session", json={"email": person.email.upper(), "password": password})
    assert (late.status_code, late.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(late.headers["retry-after"]) <= 900
    with clock.at(datetime.now(UTC) + timedelta(minutes=15, seconds=1)):
        _signed_in(house, person, password)


def test_one_address_cannot_try_many_accounts(house: ApiHouse) -> None:
    with house.database.transaction() as session:
        session.execute(sa.text("delete from login_attempt"))
    codes = [
        house.anybody()
        .post("/api/v1/session", json={"email": f"guess{n}@example.com", "password": "wrong"})
        .status_code
        for n in range(31)
    ]
    assert codes == [401] * 30 + [429]
    with house.database.transaction() as session:
        session.execute(sa.text("delete from login_attempt"))


def test_a_read_only_token_reads_and_does_nothing_else(house: ApiHouse) -> None:
    reader = house.as_(house.world.ana, "read")
    ticket = house.opened()
    assert reader.get(f"/api/v1/tickets/{ticket['id']}").status_code == 200
    answer = reader.post(f"/api/v1/tickets/{ticket['id']}/note", json={"body": "No."})
    assert answer.status_code == 403
    assert reader.post("/api/v1/tokens", json={"name": "more", "scopes": ["write"]}).status_code == 403


def test_a_revoked_token_is_dead_at_once(house: ApiHouse) -> None:
    fresh = house.ana.post("/api/v1/tokens", json={"name": "shop", "scopes": ["read"]}).json()
    client = house.anybody(authorization=f"Bearer {fresh['secret']}")
    assert client.get("/api/v1/session").status_code == 200
    assert house.ana.delete(f"/api/v1/tokens/{fresh['id']}").status_code == 204
    assert client.get("/api/v1/session").status_code == 401


def test_a_token_ends_on_its_day(house: ApiHouse) -> None:
    fresh = house.ana.post("/api/v1/tokens", json={"name": "brief", "days": 1}).json()
    client = house.anybody(authorization=f"Bearer {fresh['secret']}")
    assert client.get("/api/v1/session").status_code == 200
    with clock.at(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        house.api.state.desk.doorkeeper.forget_all()
        answer = client.get("/api/v1/session")
        assert (answer.status_code, answer.json()["detail"]) == (
            401,
            f"This API token expired on {fresh['expires_at'][:10]}; make a new one.",
        )


def test_a_token_for_single_rights_is_good_for_these(house: ApiHouse) -> None:
    clerk = house.as_(house.world.ana, "note", "reply")
    path = f"/api/v1/tickets/{house.opened()['id']}"
    wanted = {"note": {"body": "Hm."}, "reply": {"body": "Hi."}, "prioritise": {"priority": 4}, "assign": {}}
    answers = {name: clerk.post(f"{path}/{name}", json={"agent_id": None} | body if name == "assign" else body)
               for name, body in wanted.items()}  # fmt: skip
    assert {name: one.status_code for name, one in answers.items()} == {
        "note": 200, "reply": 200, "prioritise": 403, "assign": 403
    }  # fmt: skip
    assert clerk.get(path).status_code == 200


@pytest.mark.parametrize("scopes", [["write"], ["note"]])
def test_a_token_for_single_rights_makes_no_tokens(house: ApiHouse, scopes: list[str]) -> None:
    clerk = house.as_(house.world.ana, "note")
    assert clerk.post("/api/v1/tokens", json={"name": "more", "scopes": scopes}).status_code == 403


def test_an_admins_token_for_single_rights_sets_up_nothing(house: ApiHouse) -> None:
    clerk = house.as_(house.ada, "note", "create")
    assert clerk.post("/api/v1/queues", json={"name": "Mine"}).status_code == 403
    assert house.as_(house.ada, "admin").post("/api/v1/queues", json={"name": "Ours"}).status_code == 201


def test_the_last_use_is_noted_once_a_minute(house: ApiHouse) -> None:
    fresh = house.ana.post("/api/v1/tokens", json={"name": "clock"}).json()
    client = house.anybody(authorization=f"Bearer {fresh['secret']}")
    assert [_used(house, client, fresh["id"], seconds) for seconds in (0, 50, 70)] == [0, 0, 70]


def _used(house: ApiHouse, client: TestClient, token_id: str, seconds: int) -> int:
    """A request so many seconds later; how many seconds later the last use is noted to have been."""
    begun = datetime(2026, 7, 1, 9, tzinfo=UTC)
    with clock.at(begun + timedelta(seconds=seconds)):
        house.api.state.desk.doorkeeper.forget_all()
        client.get("/api/v1/session")
    with house.database.reading() as session:
        used = session.get_one(ApiToken, UUID(token_id)).last_used_at
    assert used is not None
    return int((used - begun).total_seconds())


def test_somebody_elses_token_is_not_there(house: ApiHouse) -> None:
    fresh = house.ana.post("/api/v1/tokens", json={"name": "mine"}).json()
    assert house.bo.delete(f"/api/v1/tokens/{fresh['id']}").status_code == 404
    assert fresh["id"] not in house.bo.get("/api/v1/tokens").text


def test_only_hashes_of_secrets_are_kept(house: ApiHouse) -> None:
    fresh = house.ana.post("/api/v1/tokens", json={"name": "hashed"}).json()
    browser, _ = _with_own_password(house)
    with house.database.reading() as session:
        kept = repr(session.execute(sa.text("select * from api_token, web_session")).all())
        kept += repr(session.execute(sa.text("select body from idempotency")).all())
    assert fresh["secret"] not in kept
    assert browser.cookies["clearqueue"] not in kept


def test_who_is_switched_off_is_out(house: ApiHouse) -> None:
    browser, person = _with_own_password(house)
    token = house.as_(person)
    assert token.get("/api/v1/session").status_code == 200
    off = {"name": person.name, "email": person.email, "role": "agent", "is_active": False}
    assert house.admin.put(f"/api/v1/people/{person.id}", json=off).status_code == 200
    assert (browser.get("/api/v1/session").status_code, token.get("/api/v1/session").status_code) == (401, 401)
    back = house.anybody().post("/api/v1/session", json={"email": person.email, "password": GOOD})
    assert back.status_code == 401


def test_what_other_processes_remember_is_gone_within_five_seconds() -> None:
    assert REMEMBER_SECONDS + STALE_AFTER_SECONDS <= 5


@pytest.mark.parametrize("secret", ["", " ", "%00", "cq_", "x" * 500, "ü"])
def test_no_odd_secret_opens_the_door(house: ApiHouse, secret: str) -> None:
    bearer = house.anybody().get("/api/v1/session", headers={"authorization": f"Bearer {secret}".encode()})
    cookie = house.anybody().get("/api/v1/session", headers={"cookie": f"clearqueue={secret}".encode()})
    assert (bearer.status_code, cookie.status_code) == (401, 401)


FOREIGN: list[dict[str, str]] = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://testserver.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_site_cannot_use_a_browsers_session(house: ApiHouse, headers: dict[str, str]) -> None:
    browser, _ = _with_own_password(house)
    answer = browser.post("/api/v1/tokens", json={"name": "stolen"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


def test_our_own_pages_and_programs_may(house: ApiHouse) -> None:
    browser, _ = _with_own_password(house)
    own: list[dict[str, str]] = [{"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}, {}]
    assert [browser.post("/api/v1/tokens", json={"name": "mine"}, headers=one).status_code for one in own] == [201] * 3
    program = house.ana.post("/api/v1/tokens", json={"name": "mine"}, headers={"origin": "https://shop.example"})
    assert program.status_code == 201


@apart
def test_a_foreign_websocket_is_closed_before_it_opens(house: ApiHouse) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def never() -> Any:
        raise AssertionError("nothing is received")

    wall = IdentityMiddleware(house.api, house.api.state.desk.doorkeeper, secure_cookies=False)
    headers = [(b"origin", b"https://evil.example"), (b"host", b"testserver")]
    anyio.run(wall, {"type": "websocket", "path": "/live", "headers": headers}, never, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_every_answer_carries_the_security_headers(house: ApiHouse) -> None:
    for path in ("/api/v1/session", "/api/v1/nothing", "/api/v1/health/live", "/nowhere", "/api/v1/openapi.json"):
        headers = house.ana.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_the_first_admin_is_made_once_and_around_them_a_company(fresh_database: Any) -> None:
    from app.db import Database

    with fresh_database() as url:
        database = Database(url, most_connections=1)
        with database.transaction() as session:
            made, again = first_admin(session), first_admin(session)
            queues = session.execute(sa.text("select name from queue")).scalars().all()
        database.close()
    assert made is not None
    assert again is None
    assert (made.email, len(made.password), queues) == ("admin@localhost", 23, ["Support"])
