"""Every notebook runs from top to bottom over a platform with a year behind it, with a token that only reads."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jupytext
import pytest

from analytics import client, explain, measure, moved, sign_in, tickets
from app.imports.demo.loading import load
from app.sla.backfill import backfill
from app.sla.what_if_job import answer
from core import clock
from core.actor import ALL
from core.errors import Invalid, NotAllowed, NotFound, NotSignedIn, Unavailable
from etl.connection import connect
from tests.api.house import ApiHouse, api_house
from tests.etl.company import carry_all

pytestmark = pytest.mark.xdist_group("notebooks")
FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.py"))
TICKETS = 500
FRESH = 40  # Tickets that stay new, enough to be one of the ways that most take: such a way has no duration.


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    """The demo company, small."""
    with api_house(module_database_url, tmp_path_factory.mktemp("notebooks")) as house:
        load(house.settings, tickets=TICKETS)
        what_if = asked_what_if(house)
        for number in range(FRESH):
            house.opened(title=f"Nobody touched this {number}")
        backfill(house.settings)
        with closing(connect(house.settings.database_url, "test")) as connection:
            answer(house.settings, connection, what_if, processes=1)
        carry_all(house.settings)
        yield house


def asked_what_if(house: ApiHouse) -> UUID:
    """Somebody wanted to know about a first reply within an hour."""
    target = {"metric": "first_reply", "basis": "calendar", "seconds": {"normal": 3600, "high": 3600}}
    now = clock.now()
    wish = {
        "name": "An hour", "since": (now - timedelta(days=60)).isoformat(), "until": now.isoformat(),
        "policies": [{"name": "An hour", "targets": [target]}],
    }  # fmt: skip
    asked = house.admin.post("/api/v1/sla/what-ifs", json=wish)
    assert asked.status_code == 202, asked.text
    return UUID(asked.json()["id"])


@pytest.fixture(autouse=True)
def analyst(house: ApiHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens the notebook has an address and a token; the way between is the application itself."""

    def fetch(address: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = house.anybody(**headers).get(address.removeprefix("http://desk.test"))
        return answer.status_code, answer.content

    monkeypatch.setenv(client.ADDRESS, "http://desk.test")
    monkeypatch.setenv(client.TOKEN, house.token(house.ada, "read"))
    monkeypatch.setattr(client, "_fetch", fetch)
    monkeypatch.setattr(client, "_desks", [])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_from_top_to_bottom(name: str) -> None:
    names: dict[str, Any] = {}
    for cell in jupytext.read(FOLDER / f"{name}.py").cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, name, "exec"), names)


def test_each_is_listed() -> None:
    listed = (FOLDER / "README.md").read_text()
    assert all(f"]({name}.py)" in listed for name in NOTEBOOKS)
    assert listed.count(".py)") == len(NOTEBOOKS)


def test_who_is_not_signed_in_is_told_how(house: ApiHouse) -> None:
    with pytest.raises(NotSignedIn, match="Sign in first"):
        measure("backlog")
    with pytest.raises(NotSignedIn):
        sign_in(token="cq_nobody")
    sign_in()
    with pytest.raises(NotFound, match="Did you mean backlog"):
        measure("backlogs")
    with pytest.raises(Invalid, match="the token"):
        measure("backlog", scope=ALL)


def test_a_number_explains_itself_over_the_wire(house: ApiHouse) -> None:
    sign_in()
    behind = tickets("tickets_created", limit=1)
    told = explain(behind["number"][0], "tickets_created")
    assert isinstance(told, dict)
    assert told["share"] == 1
    assert moved("tickets_created", since=date(2026, 1, 6), by="queue").columns[:3] == [
        "dimension",
        "value_id",
        "value",
    ]


def test_one_sees_what_the_tokens_owner_may_see(house: ApiHouse) -> None:
    sign_in(token=house.token(house.eve, "read"))
    with pytest.raises(NotAllowed):
        measure("tickets_created")


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(Invalid, match="begins with http"):
        sign_in("file:///etc/passwd", "token")
    with pytest.raises(Unavailable, match="does not answer"):
        sign_in("http://127.0.0.1:1", "token")
