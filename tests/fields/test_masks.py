"""A field that takes a right is masked for who does not hold it: in answers, events, streams, filters and on pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.matrix import Stage
from tests.etl.company import carry_all

TICKET = "/api/v1/tickets/{id}"
LINE = "salary-band-7"


class Masked(Stage):
    """Salary takes `admin` in the queue: of the cast only the administrator and the supervisor hold it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        with self.database.transaction() as session:
            self.world.session = session
            self.world.grant(self.world.billing, self.people["supervisor"], ["read", "reply", "note", "admin"])
        self.field("salary", see="admin")
        self.field("seal", change="admin")
        self.ticket = self.place("here").ticket
        self.set("admin", salary=LINE)
        carry_all(self.application.state.desk.settings)

    def field(self, key: str, **more: Any) -> None:
        wish = {"key": key, "label": key.title(), "type": "text", **more}
        assert self.clients["admin"].post("/api/v1/fields", json=wish).status_code == 201

    def set(self, actor: str, **values: str) -> int:
        path = f"/api/v1/tickets/{self.ticket.id}/set-fields"
        return int(self.clients[actor].post(path, json={"fields": values}).status_code)

    def get(self, actor: str, path: str, *, page: bool = False) -> str:
        path = path.format(id=self.ticket.id, number=self.ticket.number)
        return str(self.clients[actor].get(path, headers={"accept": "text/html"} if page else {}).text)


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Masked]:
    made = Masked(module_database_url, tmp_path_factory.mktemp("data"))
    yield made
    made.close()


PLACES = (
    TICKET, f"{TICKET}/events", "/api/v1/tickets", "/api/v1/tickets?fields=number,custom,fields",
    "/api/v1/events?since=0&follow=false", "/tickets/{number}", "/tickets/{number}/history",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_who_lacks_the_right_finds_the_value_nowhere(house: Masked, place: str) -> None:
    page = place.startswith("/tickets")
    told = {actor: LINE in house.get(actor, place, page=page) for actor in ("agent", "light", "watcher", "admin")}
    assert told == {"agent": False, "light": False, "watcher": False, "admin": True}


def test_who_holds_it_sees_it(house: Masked) -> None:
    assert LINE in house.get("supervisor", TICKET)
    assert LINE in house.get("supervisor", f"{TICKET}/events")


def found(house: Masked, actor: str, path: str) -> int:
    answer = house.clients[actor].get(path)
    return len(answer.json().get("items", answer.json().get("hits", []))) if answer.status_code == 200 else -1


@pytest.mark.parametrize("value", [LINE, "salary-band-8", "none"])
def test_to_ask_for_it_says_nothing_of_it(house: Masked, value: str) -> None:
    listed = house.clients["agent"].get(f"/api/v1/tickets?q=custom.salary:{value}")
    assert listed.status_code == 422
    assert value not in re.sub(r"custom\.salary:\S+", "", listed.text)
    assert found(house, "agent", f"/api/v1/search?q=custom.salary:{value}") == 0
    assert found(house, "agent", f"/api/v1/search?q=invoice (custom.salary:{value} or custom.salary:x)") in (0, 1)
    assert house.clients["agent"].post("/api/v1/views", json={"name": "V", "query": f"custom.salary:{value}"}).is_error


def test_who_holds_it_everywhere_can_ask_for_it(house: Masked) -> None:
    assert found(house, "admin", f"/api/v1/tickets?q=custom.salary:{LINE}") == 1
    assert found(house, "admin", f"/api/v1/search?q=custom.salary:{LINE}") == 1


def test_a_shared_view_that_asks_for_it_counts_nothing_for_others(house: Masked) -> None:
    wish = {"name": "Band", "query": f"custom.salary:{LINE}", "audience": "global"}
    assert house.clients["admin"].post("/api/v1/views", json=wish).status_code == 201
    (view,) = (one for one in house.clients["agent"].get("/api/v1/views").json()["items"] if one["name"] == "Band")
    assert view["count"] is None


def test_who_cannot_see_it_cannot_change_it_or_guess_it(house: Masked) -> None:
    assert [house.set("agent", salary=guess) for guess in (LINE, "salary-band-8")] == [403, 403]
    assert house.set("supervisor", salary=LINE) == 200


def test_a_field_that_all_see_may_be_for_few_to_change(house: Masked) -> None:
    assert house.set("admin", seal="unbroken") == 200
    assert "unbroken" in house.get("agent", TICKET)
    assert house.set("agent", seal="broken") == 403
    assert 'name="field.seal"' not in house.get("agent", "/tickets/{number}", page=True)
    assert 'name="field.seal"' in house.get("admin", "/tickets/{number}", page=True)
