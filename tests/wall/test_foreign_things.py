"""What belongs to others (views, macros, canned replies, files, bulk edits, tokens) answers like what is not there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.matrix import ABSENT, is_page
from tests.api.test_matrix import TABLE
from tests.wall.plot import Plot

KINDS = ("view_id", "macro_id", "canned_reply_id", "job_id", "token_id", "file_id", "row_id", "field_key")
ROUTES = [route for route in TABLE["routes"] if any(f"{{{kind}}}" in route for kind in KINDS[:-1])]
ASKING = ("nobody", "requester", "colleague", "stranger", "agent", "foreigner", "watcher", "light", "supervisor")
MADE_LATER = ("GET /api/v1/files/{file_id}/text", "GET /api/v1/files/{file_id}/views/{kind}")
"""A worker takes the text out; of a text there is no picture."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture(scope="module")
def plot(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plot]:
    """The administrator has things of their own, and a team that nobody else is in has some."""
    made = Plot(module_database_url, tmp_path_factory.mktemp("data"))
    made.bury("zebrafish")
    yield made
    made.close()


def answer(plot: Plot, actor: str, route: str, thing: Any) -> tuple[int, str]:
    """What a route answers if everything in its address that could be somebody's is this thing."""
    method, path = route.split(" ")
    for name in ABSENT:
        path = path.replace(f"{{{name}}}", str(thing))
    path, body = plot._filled(f"{method} {path}", path.replace("{kind}", "thumbnail"), plot.real)
    body = plot._filled(route, "", plot.real)[1]
    how: dict[str, Any] = {"data" if is_page(path) else "json": body} if body is not None else {}
    told = plot.clients[actor].request(method, path, **how)
    return told.status_code, ID.sub("ID", told.text)


@pytest.mark.parametrize("route", ROUTES)
def test_a_foreign_thing_answers_like_an_absent_one(plot: Plot, route: str) -> None:
    kinds = [kind for kind in KINDS if f"{{{kind}}}" in route]
    for thing in [one for kind in kinds for one in plot.ids[kind]]:
        for actor in ASKING:
            absent = answer(plot, actor, route, "01a1fd11-15bc-76ec-8129-763b651e9ac5")
            assert answer(plot, actor, route, thing) == absent, f"{actor}: {thing}"


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("GET ") and route not in MADE_LATER])
def test_and_is_there_for_its_owner(plot: Plot, route: str) -> None:
    kinds = [kind for kind in KINDS if f"{{{kind}}}" in route]
    owned = [answer(plot, "admin", route, thing)[0] for kind in kinds for thing in plot.ids[kind]]
    assert 200 in owned
