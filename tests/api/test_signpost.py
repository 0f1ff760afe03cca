"""The shorter way to a route leads to the same route."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Match, Route

from app.rest.signpost import Signpost
from asgi import create_app
from core.settings import Settings

NOWHERE = (
    "/nothing",
    "/api/v1/nothing",
    "/api/v1",
    "/tickets/",
    "/api/v1/tickets/",
    "//tickets",
    "/tickets/7/x/y",
    "/",
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """All routes; nobody asks the database."""
    return create_app(
        Settings(database_url="postgresql://nobody@nowhere/none", data_dir=tmp_path_factory.mktemp("data"),
                 secret_key="k" * 32)
    )  # fmt: skip


def signpost_of(application: FastAPI) -> Signpost:
    found = application.router.middleware_stack
    assert isinstance(found, Signpost)
    return found


def addresses(application: FastAPI) -> Iterator[str]:
    yield from NOWHERE
    for route in application.routes:
        yield re.sub(r"{\w+(:\w+)?}", "7", getattr(route, "path", "/"))


def found(routes: Any, method: str, path: str) -> list[tuple[Any, Match]]:
    """Whoever would answer: the first that fits, else the first of which only the method differs."""
    scope = {"type": "http", "method": method, "path": path, "headers": []}
    fitting = [(route, route.matches(dict(scope))[0]) for route in routes]
    whole = [one for one in fitting if one[1] is Match.FULL]
    return (whole or [one for one in fitting if one[1] is Match.PARTIAL])[:1]


def test_each_address_and_method_finds_the_route_that_all_routes_together_find(application: FastAPI) -> None:
    signpost = signpost_of(application)
    for path in addresses(application):
        branch: Any = signpost.branch_for(path)
        routes = getattr(branch, "routes", application.routes)
        for method in METHODS:
            assert found(routes, method, path) == found(application.routes, method, path), f"{method} {path}"


def test_a_branch_is_short(application: FastAPI) -> None:
    signpost = signpost_of(application)
    signpost.branch_for("/tickets")
    longest = max(len(getattr(branch, "routes", ())) for branch in signpost.branches.values())
    assert longest < len(application.routes) / 4


def test_a_route_that_is_added_later_is_found(application: FastAPI) -> None:
    signpost = signpost_of(application)
    assert signpost.branch_for("/later/7") is signpost.app
    late = Route("/later/{n}", lambda request: None)
    application.router.routes.append(late)
    branch: Any = signpost.branch_for("/later/7")
    assert branch.routes == [late]
    application.router.routes.remove(late)
    assert signpost.branch_for("/later/7") is signpost.app


def test_routes_that_begin_anyhow_send_all_the_long_way(application: FastAPI) -> None:
    signpost = signpost_of(application)
    anything = Route("/{name}/7", lambda request: None)
    application.router.routes.append(anything)
    assert signpost.branch_for("/tickets") is signpost.app
    application.router.routes.remove(anything)
