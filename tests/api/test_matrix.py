"""Every route, asked by twelve actors, answers as policy_matrix.toml says. A route that is not there fails the test."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.matrix import ACTORS, Stage, routes_of

TABLE = tomllib.loads((Path(__file__).parent / "policy_matrix.toml").read_text())
CELLS = [(route, where) for route, expected in TABLE["routes"].items() for where in expected]


@pytest.fixture(scope="module")
def stage(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The cast at work, once for all routes."""
    made = Stage(module_database_url, tmp_path_factory.mktemp("data"))
    yield made
    made.close()


def test_every_route_is_in_the_table(stage: Stage) -> None:
    served = set(routes_of(stage.application.routes))
    listed = {*TABLE["routes"], *TABLE["elsewhere"]}
    assert served - listed == set(), "add a line for each to tests/api/policy_matrix.toml, thought out, not copied"
    assert listed - served == set(), "these are gone; take their lines away"


@pytest.mark.parametrize(("route", "where"), CELLS, ids=lambda one: str(one).replace("/api/v1", ""))
def test_everybody_may_what_the_table_says(stage: Stage, route: str, where: str) -> None:
    expected = dict(zip(ACTORS, TABLE["routes"][route][where].split(), strict=True))
    assert {actor: stage.ask(actor, route, where) for actor in ACTORS} == expected


@pytest.mark.parametrize(("route", "test"), TABLE["elsewhere"].items())
def test_what_is_tested_elsewhere_has_its_test(route: str, test: str) -> None:
    assert (Path(__file__).parent.parent / test).exists()
