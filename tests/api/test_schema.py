"""The API does what its description says: schemathesis sends what is allowed and what is not, as three people."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.generation.meta import TestPhase

from tests.api.house import ApiHouse
from tests.depth import DEPTH, examples

CONFIG = """
seed = 20261121
[generation]
max-examples = {examples}
no-shrink = true
database = "none"
[phases.stateful.generation]
max-examples = {examples}
[phases.coverage]
enabled = {coverage}
unexpected-methods = ["PATCH", "TRACE"]
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 412, 429]
"""
KEY = re.compile(r"[\x21-\x7e]{1,255}")
CURSOR = re.compile(r".{0,200}")
FILTER = re.compile(r"(?s).{1,1000}")
LONG = 300
EDGES = examples(5)
"""So many edges of an address are tried, and of more than that one in ten: bodies within bodies have a thousand."""
walked: Counter[str] = Counter()


@pytest.mark.timeout(1_200)  # every address, hundreds of requests each
@pytest.mark.parametrize(
    ("who", "walks_edges"),
    [
        pytest.param("ada", True, marks=pytest.mark.xdist_group("schema of an admin")),
        pytest.param("ana", False, marks=pytest.mark.xdist_group("schema of an agent")),
        pytest.param("cleo", False, marks=pytest.mark.xdist_group("schema of a customer")),
    ],
)
def test_the_api_is_as_described(house: ApiHouse, who: str, walks_edges: bool) -> None:
    checked: Counter[str] = Counter()
    twins = {"method": "PUT", "path": _twins(house.api.openapi())}
    if walks_edges:
        parts = [_described(house, who, "true").exclude(**twins), _described(house, who, "false").include(**twins)]
    else:
        parts = [_described(house, who, "false")]
    broken = {trouble for part in parts for event in from_schema(part).execute() for trouble in _broken(event, checked)}
    assert not broken, "\n".join(sorted(broken))
    assert checked["not_a_server_error"] > 150


def _described(house: ApiHouse, who: str, coverage: str) -> Any:
    """All that somebody is to try; without what needs a lake or has no end, which have tests of their own."""
    person = house.ada if who == "ada" else getattr(house.world, who)
    config = schemathesis.Config.from_str(CONFIG.format(coverage=coverage, examples=examples(1)))
    config.projects.override.update(headers={"Authorization": f"Bearer {house.token(person)}"})
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.api, config=config)
    return schema.exclude(path_regex="/metrics|/analysis|/alerts|^/api/v1/events$")


def _twins(spec: dict[str, Any]) -> list[str]:
    """Addresses that take by `PUT` what another takes by `POST`: the edges of one body are walked once."""
    posted, put = (
        {
            path: json.dumps(operations[method]["requestBody"]["content"])
            for path, operations in spec["paths"].items()
            if "requestBody" in operations.get(method, {})
        }
        for method in ("post", "put")
    )
    return [path for path, body in put.items() if body in posted.values()]


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Headers that are the same on all routes (one piece of code reads them) are tried at a reply only."""
    _forget_lengths(raw_schema)
    paths = raw_schema.get("paths", {})
    replies = paths.get("/api/v1/tickets/{ticket_id}/reply", {}).get("post", {}).get("parameters", [])
    shared = [_header(one) for one in replies if one["in"] == "header"]
    for path, operations in paths.items():
        for operation in operations.values() if not path.endswith("/reply") else ():
            parameters = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if _header(one) not in shared]


def _forget_lengths(schema: Any) -> None:
    """Texts of a pattern that may be long are of any length here: to draw one of 200,000 characters takes seconds.

    Drawing gave up, and took all other edges of the body along.
    """
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if isinstance(schema, dict):
        if "pattern" in schema and schema.get("maxLength", 0) > LONG:
            del schema["maxLength"]
        for part in schema.values():
            _forget_lengths(part)


def _header(parameter: dict[str, Any]) -> tuple[Any, ...]:
    schema = parameter["schema"]
    return parameter["in"], parameter["name"].lower(), schema.get("type"), schema.get("pattern")


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """The first edges of each operation, and a thin choice of the others."""
    if case.meta is None or case.meta.phase.name != TestPhase.COVERAGE:
        return True
    walked[case.operation.label] += 1
    number = walked[case.operation.label]
    return number <= EDGES or number % 10 < DEPTH


@schemathesis.hook
def before_call(context: Any, case: Any, arguments: Any) -> None:
    """Nobody takes a key twice by chance, makes up a cursor, or types what is a filter."""
    key = str((case.headers or {}).get("Idempotency-Key", ""))
    if KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = uuid4().hex + key[32:]
    if CURSOR.fullmatch(str((case.query or {}).get("after", "x" * 300))):
        del case.query["after"]
    for said, name in ((case.query, "q"), (case.body, "query"), (case.body, "conditions")):
        if isinstance(said, dict) and FILTER.fullmatch(str(said.get(name, "x" * 2000))):
            said[name] = "is:open"


def _broken(event: Any, checked: Counter[str]) -> Iterator[str]:
    if isinstance(event, events.NonFatalError | events.FatalError):
        yield str(event)
    if not isinstance(event, events.ScenarioFinished):
        return
    for case_id, checks in event.recorder.checks.items():
        case, answer = event.recorder.cases[case_id].value, event.recorder.interactions[case_id].response
        for check in checks:
            checked[check.name] += 1
            if check.failure_info:
                yield f"{check.name}: {case.as_curl_command()} → {answer and answer.content[:300]}"
