"""Every route, asked by twelve actors, answers as policy_matrix.toml says. A route that is not there fails the test."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from app.tickets.ticket import Ticket
from app.web.ticket_forms import FIELDS
from tests.api.matrix import ACTORS, Place, Stage, routes_of

TABLE = tomllib.loads((Path(__file__).parent / "policy_matrix.toml").read_text())
FORM = "POST /tickets/{number}/{form}"
ROUTES = TABLE["routes"] | {FORM.replace("{form}", form): expected for form, expected in TABLE["forms"].items()}
CELLS = [(route, where) for route, expected in ROUTES.items() for where in expected]


@pytest.fixture(scope="module")
def stage(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The cast at work, once for all routes; what numbers say stands elsewhere (tests/wall), here there is no lake."""
    with psycopg.connect(module_database_url) as connection:
        connection.execute("drop schema lake cascade")
    made = Stage(module_database_url, tmp_path_factory.mktemp("data"))
    yield made
    made.close()


def test_every_route_is_in_the_table(stage: Stage) -> None:
    served = set(routes_of(stage.application.routes))
    listed = {*TABLE["routes"], FORM, *TABLE["elsewhere"]}
    assert served - listed == set(), "add a line for each to tests/api/policy_matrix.toml, thought out, not copied"
    assert listed - served == set(), "these are gone; take their lines away"
    assert TABLE["forms"].keys() == set(FIELDS), "each form of a ticket's page has a line"


@pytest.mark.parametrize(("route", "where"), CELLS, ids=lambda one: str(one).replace("/api/v1", ""))
def test_everybody_may_what_the_table_says(stage: Stage, route: str, where: str) -> None:
    expected = dict(zip(ACTORS, ROUTES[route][where].split(), strict=True))
    assert {actor: stage.ask(actor, route, where) for actor in ACTORS} == expected


@pytest.mark.parametrize("actor", ["stranger", "foreigner", "light"])
@pytest.mark.parametrize("route", [route for route in ROUTES if "hidden" in ROUTES[route]])
def test_a_foreign_ticket_answers_byte_for_byte_like_an_absent_one(stage: Stage, actor: str, route: str) -> None:
    hidden = stage.place("hidden")
    absent = Place(Ticket(id=uuid4(), number=10**9, version=hidden.ticket.version), uuid4(), uuid4())
    answers = [stage.answer(actor, route, place) for place in (hidden, absent)]
    bodies = [
        answer.text.replace(str(place.ticket.number), "N")
        for answer, place in zip(answers, (hidden, absent), strict=True)
    ]
    assert (answers[0].status_code, bodies[0]) == (answers[1].status_code, bodies[1])


@pytest.mark.parametrize(("route", "test"), TABLE["elsewhere"].items())
def test_what_is_tested_elsewhere_has_its_test(route: str, test: str) -> None:
    assert (Path(__file__).parent.parent / test).exists()
