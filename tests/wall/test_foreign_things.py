"""What is others', or hangs on tickets out of sight, answers like what is not there: by address and in bodies."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.matrix import ABSENT, THINGS, is_page
from tests.api.test_matrix import ROUTES as TABLE
from tests.wall.plot import Plot

KINDS = ("view_id", "macro_id", "canned_reply_id", "job_id", "token_id", "file_id", "row_id", "entry_id", "reply_id",
         "timer_id")  # fmt: skip
ROUTES = [route for route in TABLE if any(f"{{{kind}}}" in route for kind in KINDS)]
ASKING = ("nobody", "requester", "colleague", "stranger", "agent", "foreigner", "watcher", "light", "supervisor")
MADE_LATER = ("GET /api/v1/files/{file_id}/text", "GET /api/v1/files/{file_id}/views/{kind}")
"""A worker takes the text out; of a text there is no picture."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NEW = re.compile(r"\b[VMC]\d+\b")
"""Names that differ from request to request, and that a form tells back."""
NOBODYS = "01a1fd11-15bc-76ec-8129-763b651e9ac5"

HERE = "/api/v1/tickets/{ticket_id}"
STEP = {"do": "move", "queue_id": "{thing}"}
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    (f"POST {HERE}/reply", "file_id", {"body": "Hi.", "attachments": ["{thing}"]}),
    (f"POST {HERE}/note", "file_id", {"body": "Hi.", "attachments": ["{thing}"]}),
    (f"PUT {HERE}/drafts/note", "file_id", {"body": "Hi.", "attachments": ["{thing}"]}),
    (f"POST {HERE}/scheduled-replies", "file_id", {"body": "Hi.", "delay_seconds": 60, "attachments": ["{thing}"]}),
    ("POST /api/v1/tickets", "file_id", {"title": "T", "body": "B", "queue_id": "{queue}", "attachments": ["{thing}"]}),
    ("POST /api/v1/tickets", "queue_id", {"title": "T", "body": "B", "queue_id": "{thing}"}),
    (f"POST {HERE}/move", "queue_id", {"queue_id": "{thing}"}),
    (f"POST {HERE}/merge", "ticket_id", {"into_id": "{thing}"}),
    (f"POST {HERE}/links", "ticket_id", {"kind": "relates", "to_id": "{thing}"}),
    (f"POST {HERE}/split", "message_id", {"title": "T", "message_ids": ["{thing}"]}),
    (f"POST {HERE}/place-messages", "ticket_id", {"ticket_id": "{thing}", "message_ids": ["{message}"]}),
    (f"POST {HERE}/place-messages", "message_id", {"ticket_id": "{other}", "message_ids": ["{thing}"]}),
    (f"POST {HERE}/time", "message_id", {"minutes": 5, "message_id": "{thing}"}),
    ("POST /api/v1/tickets/bulk", "ticket_id", {"ticket_ids": ["{thing}"], "actions": [{"do": "close"}]}),
    ("POST /api/v1/views", "queue_id", {"name": "V", "query": "is:open", "audience": "team", "queue_id": "{thing}"}),
    ("POST /api/v1/macros", "queue_id",
     {"name": "M", "actions": [{"do": "close"}], "audience": "team", "queue_id": "{thing}"}),
    ("POST /api/v1/canned-replies", "queue_id", {"name": "C", "body": "B", "audience": "team", "queue_id": "{thing}"}),
    ("POST /api/v1/mentions/seen", "message_id", {"message_ids": ["{thing}"]}),
    ("POST /tickets/{number}/macro", "macro_id", {"macro": "{thing}", "version": "1"}),
    ("POST /tickets/{number}/insert", "canned_reply_id", {"canned": "{thing}"}),
    ("POST /tickets/{number}/link", "number", {"kind": "relates", "other": "{thing}"}),
    ("POST /tickets/{number}/merge", "number", {"into": "{thing}", "version": "1"}),
    ("POST /tickets/{number}/queue", "queue_id", {"queue": "{thing}", "version": "1"}),
    ("POST /tickets/{number}/split", "message_id",
     {"title": "T", "queue": "{queue}", "version": "1", "message": "{thing}"}),
    ("POST /bulk/confirm", "number", {"ticket": "{thing}", "priority": "4"}),
    ("POST /bulk/confirm", "queue_id", {"ticket": "{real}", "queue": "{thing}"}),
    ("POST /bulk/confirm", "macro_id", {"ticket": "{real}", "macro": "{thing}"}),
    ("POST /bulk", "number", {"ticket": "{thing}", "actions": '[{{"do":"close"}}]', "total": "1"}),
    ("POST /setup/timers", "timer_id", {"do": "retry", "timer": "{thing}"}),
    ("POST /setup/timers", "timer_id", {"do": "dismiss", "timer": "{thing}"}),
    ("POST /macros", "queue_id", {"name": "M", "queue": "{thing}", "for": "private", "do": "look"}),
    ("POST /macros", "number", {"name": "M", "priority": "4", "try": "{thing}", "do": "look", "for": "private"}),
]  # fmt: skip
"""Where a request names something: of which kind, and how."""


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
    for name in (*ABSENT, *THINGS, "row_id"):
        path = path.replace(f"{{{name}}}", str(thing))
    path, _ = plot._filled(f"{method} {path}", path.replace("{kind}", "thumbnail"), plot.real)
    return told(plot, actor, method, path, plot._filled(route, "", plot.real)[1])


def told(plot: Plot, actor: str, method: str, path: str, body: Any, *hidden: Any) -> tuple[int, str]:
    """Status and text, without ids and the number that was asked for."""
    how: dict[str, Any] = {"data" if is_page(path) else "json": body} if body is not None else {}
    came = plot.clients[actor].request(method, path, **how)
    text = NEW.sub("NEW", ID.sub("ID", came.text))
    for one in hidden:
        text = text.replace(str(one), "N")
    return came.status_code, text


@pytest.mark.parametrize("route", ROUTES)
def test_a_foreign_thing_answers_like_an_absent_one(plot: Plot, route: str) -> None:
    kinds = [kind for kind in KINDS if f"{{{kind}}}" in route]
    for actor in ASKING:
        absent = answer(plot, actor, route, NOBODYS)
        for thing in [one for kind in kinds for one in plot.ids[kind]]:
            assert answer(plot, actor, route, thing) == absent, f"{actor}: {thing}"


@pytest.mark.parametrize(("route", "kind", "body"), BODIES, ids=lambda one: str(one)[:60])
def test_and_so_it_does_where_a_request_names_it(plot: Plot, route: str, kind: str, body: dict[str, Any]) -> None:
    foreign = plot.ids[kind][-1]
    absent = 10**9 + 7 if kind == "number" else NOBODYS
    for actor in ASKING:
        method, path = route.split(" ")
        asked = []
        for thing in (foreign, absent):
            place = plot.real
            own = {"thing": thing, "queue": plot.world.billing, "other": place.other_id, "message": place.message_id,
                   "real": place.ticket.number}  # fmt: skip
            named = path.format(ticket_id=place.ticket.id, number=place.ticket.number)
            mine = (place.ticket.number, place.other_number)
            asked.append(told(plot, actor, method, named, filled(body, own), thing, *mine))
        assert asked[0] == asked[1], actor


def filled(body: Any, names: dict[str, Any]) -> Any:
    """A body with what it names."""
    if isinstance(body, dict):
        return {name: filled(value, names) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, names) for value in body]
    return body.format(**names) if isinstance(body, str) else body


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("GET ") and route not in MADE_LATER])
def test_and_is_there_for_its_owner(plot: Plot, route: str) -> None:
    kinds = [kind for kind in KINDS if f"{{{kind}}}" in route]
    owned = [answer(plot, "admin", route, thing)[0] for kind in kinds for thing in plot.ids[kind]]
    assert 200 in owned
