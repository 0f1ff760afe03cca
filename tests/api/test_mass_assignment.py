"""No request can set a column that its model does not name (RELIABILITY.md S-13)."""

from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.tables import metadata
from tests.api.house import ApiHouse

COLUMNS = sorted({column.name for table in metadata.tables.values() for column in table.columns})


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


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_is_not_asked_for_is_refused_everywhere(house: ApiHouse, column: str) -> None:
    ids = {"ticket_id": house.__dict__.setdefault("target", house.opened())["id"], "queue_id": house.world.billing}
    ids |= {"person_id": house.world.ana.id, "organisation_id": house.world.acme.id, "state_id": _state(house)}
    ids |= {"field_key": "product"}
    ids |= {"holder_kind": "role", "holder": "agent", "name": "tickets_created"}
    ids |= {"kind": "reply", "number": 1}
    known = Whatever(ids)
    for method, path, model in _writes(house):
        if column in model["properties"]:
            continue
        answer = house.admin.request(method, path.format_map(known), json={column: "1"})
        assert answer.status_code == 422, (method, path)
        assert f"body.{column}" in {flaw["location"] for flaw in answer.json()["errors"]}, (method, path)


def _state(house: ApiHouse) -> Any:
    with house.database.reading() as session:
        return session.execute(sa.text("select id from ticket_state limit 1")).scalar_one()
