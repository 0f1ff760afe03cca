"""Whatever goes wrong, there is one shape, one sentence and no 5xx for anything that somebody can send."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.house import ApiHouse

UNKNOWN = "00000000-0000-7000-8000-000000000000"


def _is_problem(answer: Any, status: int) -> bool:
    body = answer.json()
    return (
        answer.status_code == body["status"] == status
        and answer.headers["content-type"] == "application/problem+json"
        and {"type", "title", "detail", "code", "errors"} <= body.keys()
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", f"/api/v1/tickets/{UNKNOWN}", 404),
        ("PATCH", "/api/v1/tickets", 405),
        ("GET", "/api/v1/tickets/not-an-id", 422),
        ("GET", "/api/v1/tickets?limit=0", 422),
        ("GET", "/api/v1/tickets?colour=red", 422),
        ("GET", "/api/v1/tickets?after=%00", 422),
        ("POST", "/api/v1/tickets", 422),
    ],
)
def test_every_error_has_one_shape(house: ApiHouse, method: str, path: str, status: int) -> None:
    assert _is_problem(house.ana.request(method, path), status)


def test_without_a_sign_in_the_answer_is_401_in_the_same_shape(house: ApiHouse) -> None:
    assert _is_problem(house.anybody().get("/api/v1/tickets"), 401)


def test_a_crash_is_told_without_its_cause(house: ApiHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret inner life")

    monkeypatch.setattr("app.tickets.routes.find_tickets", crash)
    answer = house.ana.get("/api/v1/tickets")
    assert _is_problem(answer, 500)
    assert "secret inner life" not in answer.text


def test_a_flaw_is_located_and_not_repeated(house: ApiHouse) -> None:
    answer = house.anybody().post("/api/v1/session", json={"email": "ana@example.com", "password": "s3cret" * 99})
    assert answer.json()["errors"][0]["location"] == "body.password"
    assert "s3cret" not in answer.text


def _wish(house: ApiHouse, **more: Any) -> dict[str, Any]:
    return {"title": "Hello", "body": "World", "queue_id": str(house.world.billing), **more}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"title": 1e400}',
        b'{"title": NaN}',
    ],
    ids=["empty", "cut", "list", "null", "text", "bytes", "deep list", "deep object", "1e400", "NaN"],
)
def test_what_is_no_request_is_told_so(house: ApiHouse, raw: bytes) -> None:
    answer = house.cleo.post("/api/v1/tickets", content=raw, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "more",
    [
        {"title": "a\x00b"},
        {"body": "\x00"},
        {"title": "   "},
        {"title": "x" * 501},
        {"body": "x" * 200_001},
        {"queue_id": "1' or '1'='1"},
        {"priority": 10**400},
        {"priority": 2.5},
        {"priority": True},
        {"priority": "2"},
        {"language": "x" * 17},
        {"colour": "red"},
        {"tags": ["a"] * 51},
        {"state_id": UNKNOWN},
    ],
    ids=str,
)
def test_a_bad_value_is_refused_before_postgres_sees_it(house: ApiHouse, more: dict[str, Any]) -> None:
    answer = house.ana.post("/api/v1/tickets", json=_wish(house, **more))
    assert answer.status_code in (404, 422)


def test_half_a_character_is_refused(house: ApiHouse) -> None:
    raw = json.dumps(_wish(house)).replace("Hello", "\\ud800")
    answer = house.cleo.post("/api/v1/tickets", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_what_is_too_large_is_not_read(house: ApiHouse) -> None:
    answer = house.cleo.post("/api/v1/tickets", json=_wish(house, body="x" * 3_000_000))
    assert _is_problem(answer, 413)


def test_json_must_be_called_json(house: ApiHouse) -> None:
    raw = json.dumps(_wish(house))
    answer = house.cleo.post("/api/v1/tickets", content=raw, headers={"content-type": "text/plain"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "created_since=9999-12-31T23:59:59-12:00",
        "created_until=0001-01-01T00:00:00%2B14:00",
        "number=99999999999999999999999",
        "tag=%00",
        "agent_id=nobody",
        "sort=title;drop table ticket",
        "after=bm90aGluZw",
        "created_since=2026-01-01",
    ],
)
def test_odd_filters_never_hurt(house: ApiHouse, query: str) -> None:
    assert house.admin.get(f"/api/v1/tickets?{query}").status_code in (200, 422)


def test_a_database_that_is_away_is_503_with_a_time_to_come_back(house: ApiHouse, tmp_path: Any) -> None:
    from app.api import create_api
    from core.settings import Settings

    away = Settings(data_dir=tmp_path, database_url="postgresql://nobody@/none?host=%2Fnowhere", secret_key="k" * 32)
    answer = TestClient(create_api(away), raise_server_exceptions=False).get("/api/v1/health")
    assert _is_problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0


def test_a_body_of_very_many_members_is_not_judged_one_by_one(house: ApiHouse) -> None:
    many = {f"k{n}": n for n in range(50_000)}
    assert house.ana.post("/api/v1/tickets", json=many).status_code == 413
    pasted = "{" + ",".join(f'"k{n}":"v"' for n in range(10_000)) + "}"
    assert house.opened(body=pasted)["number"], "a text may have as many quotes as it likes"
