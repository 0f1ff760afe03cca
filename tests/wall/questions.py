"""Every question for numbers, present and future: of the API, the dashboards' files, and their callbacks."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

from starlette.testclient import TestClient

from analytics import catalogue
from dashboards.asked import DIMENSIONS
from dashboards.screen import PAGES
from tests.api.matrix import ADDRESSES, routes_of
from tests.wall.plot import Answers, Plot

CALLBACK = "/dashboards/_dash-update-component"
AT_ONCE = 20
"""Metrics in one request: its path has an end."""
DRILLED = ("tickets_created", "backlog", "status_time_hours")
"""Of events, of levels, of spans."""
SPLIT_PAGE = "period=12m&by=queue&ways=queue"
"""The same for all, so that the panels of an analysis share its answer."""
SPLIT = {"/api/v1/analysis/survival": "?by=queue", "/api/v1/analysis/flow": "?activity=queue"}


def addresses(plot: Plot, queue: str) -> list[str]:
    """Every metric by queue, each analysis and panel, the tickets behind what is counted differently; and one queue."""
    found = [
        f"/dashboards/panel.csv?{SPLIT_PAGE}&panel={panel.name}" for page in PAGES.values() for panel in page.panels
    ]
    names = [name for name, metric in catalogue.METRICS.items() if metric.is_of_tickets]
    for some in (names[n : n + AT_ONCE] for n in range(0, len(names), AT_ONCE)):
        found += [f"/api/v1/metrics/{','.join(some)}?by=queue"]
    for name in DRILLED:
        found += [f"/api/v1/metrics/{name}/moved?since=2025-12-01"]
        found += [f"/api/v1/metrics/{name}/tickets", f"/dashboards/tickets.csv?period=12m&drill={name}"]
    for route in sorted(routes_of(plot.application.routes)):
        if route.startswith("GET /api/v1/analysis/"):
            path = ADDRESSES.get(route, route.split(" ")[1])
            found += [path + SPLIT.get(path, "")]
    return [*found, *(f"/api/v1/metrics/tickets_created{more}?where=queue:{queue}" for more in ("", "/tickets"))]


def asked(client: TestClient, addresses: list[str], bodies: list[dict[str, Any]]) -> Answers:
    """What somebody is told."""
    came = {address: client.get(address) for address in addresses}
    came |= {f"{body['output']} {body['inputs']} {body['state']}": client.post(CALLBACK, json=body) for body in bodies}
    return {question: (answer.status_code, answer.text) for question, answer in came.items()}


def callbacks(client: TestClient, queue: str) -> list[dict[str, Any]]:
    """The requests for all callbacks that the server answers, with whatever their inputs may hold."""
    told: list[dict[str, Any]] = client.get("/dashboards/_dash-dependencies").json()
    return [body for one in told if not one["clientside_function"] for body in _bodies(one, queue)]


def _bodies(callback: dict[str, Any], queue: str) -> Iterator[dict[str, Any]]:
    inputs = callback["inputs"]
    stores = [*inputs, *callback["state"]]
    for chosen in product(*(_values(one["id"], queue) for one in stores)):
        said = [{**one, "value": value} for one, value in zip(stores, chosen, strict=True)]
        yield {
            "output": callback["output"], "outputs": _outputs(callback["output"]), "inputs": said[: len(inputs)],
            "state": said[len(inputs) :], "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs],
        }  # fmt: skip


def _values(store: str, queue: str) -> list[Any]:
    """What may stand in a store: a page's name, a query, a query with a cell, or how far the reader knows the lake."""
    if store == "page":
        return [*PAGES]
    if store == "asked":
        return [f"?{SPLIT_PAGE}"]
    if store == "drilled":
        cells = ("tickets_created", "backlog", f"backlog~~queue:{queue}", *(f"backlog~~{one}:" for one in DIMENSIONS))
        behind = (
            "survival!",
            f"survival!by=queue&value={queue}",
            "survival!part=at_risk&age=1",
            "flow!at=NEW",
            "flow!",
        )
        return [{"query": f"?period=12m&drill={quote(cell)}"} for cell in (*cells, *behind)]
    return [{"position": 0, "query": ""}]


def _outputs(written: str) -> Any:
    """`..a.children...b.data..` are two, `a.children` is one."""
    names = written.strip(".").split("...") if written.startswith("..") else [written]
    found = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    return found if written.startswith("..") else found[0]
