"""No request can set a column that its model does not name (RELIABILITY.md S-13)."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from app.tables import metadata
from tests.api.house import ApiHouse

COLUMNS = {column.name for table in metadata.tables.values() for column in table.columns}

AT_ONCE = 40
"""Columns sent in one request: an answer names fifty flaws at most."""


class Whatever(dict[str, Any]):
    """Ids of paths; of what is not named, an id of nothing: bodies are read first."""

    def __missing__(self, name: str) -> Any:
        return uuid4()


def _writes(house: ApiHouse) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation with a JSON body, and the properties that its model names."""
    spec = house.api.openapi()
    found = []
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                name = content["schema"]["$ref"].rsplit("/", 1)[1]
                found.append((method, path, spec["components"]["schemas"][name]))
    return found


def test_every_request_model_forbids_what_it_does_not_name(house: ApiHouse) -> None:
    writes = _writes(house)
    assert len(writes) >= 18
    assert [path for _, path, model in writes if model.get("additionalProperties") is not False] == []


def test_a_column_that_is_not_asked_for_is_refused_everywhere(house: ApiHouse) -> None:
    known = Whatever(
        ticket_id=house.opened()["id"], queue_id=house.world.billing, person_id=house.world.ana.id,
        organisation_id=house.world.acme.id, state_id=_state(house), field_key="product", holder_kind="role",
        holder="agent", name="tickets_created", kind="reply", number=1,
    )  # fmt: skip
    for method, path, model in _writes(house):
        for columns in _some(sorted(COLUMNS - set(model["properties"]))):
            answer = house.admin.request(method, path.format_map(known), json=dict.fromkeys(columns, "1"))
            assert answer.status_code == 422, (method, path)
            refused = {flaw["location"] for flaw in answer.json()["errors"] if flaw["code"] == "extra_forbidden"}
            assert {f"body.{column}" for column in columns} <= refused, (method, path)


def _state(house: ApiHouse) -> Any:
    with house.database.reading() as session:
        return session.execute(sa.text("select id from ticket_state limit 1")).scalar_one()


def _some(columns: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(columns), AT_ONCE):
        yield columns[start : start + AT_ONCE]
