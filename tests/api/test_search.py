"""Search over HTTP, with the real index: the asker's scope is part of the question."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from core.settings import Settings
from search.document import Document
from search.open import open_index
from tests.api.house import ApiHouse


@pytest.fixture(scope="module")
def indexed(house: ApiHouse) -> ApiHouse:
    """Two tickets in different queues, in the index as they stand."""
    house.opened(title="Printer smells of coffee", body="And it prints espresso.")
    house.opened(house.outsider, title="Printer is silent", body="Nothing.", queue_id=str(house.world.technical))
    index = open_index(house.settings, writer=True)
    with house.database.reading() as session:
        rows = session.execute(sa.text("select * from ticket_document")).mappings().all()
    index.replace_all([Document.from_row(row) for row in rows], 1)
    index.close()
    return house


def test_each_finds_what_they_may_see(indexed: ApiHouse) -> None:
    found = {
        who: [hit["title"] for hit in getattr(indexed, who).get("/api/v1/search?q=printer").json()["hits"]]
        for who in ("ana", "bo", "cleo", "outsider")
    }
    assert found == {
        "ana": ["Printer smells of coffee"],
        "bo": ["Printer is silent"],
        "cleo": ["Printer smells of coffee"],
        "outsider": ["Printer is silent"],
    }


def test_suggestions_too(indexed: ApiHouse) -> None:
    found = indexed.ana.get("/api/v1/search/suggest?q=prin").json()["suggestions"]
    assert [one["title"] for one in found] == ["Printer smells of coffee"]


def test_a_queue_that_one_does_not_know_is_only_a_word(indexed: ApiHouse) -> None:
    assert indexed.ana.get("/api/v1/search?q=queue:technical").json()["hits"] == []
    assert len(indexed.ana.get("/api/v1/search?q=queue:billing").json()["hits"]) >= 1


def test_search_away_is_503(house: ApiHouse, tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    from app.api import create_api

    away = Settings(
        data_dir=tmp_path, database_url=house.settings.database_url, secret_key="k" * 32,
        search_engine="meilisearch", meilisearch_url="http://127.0.0.1:9",
    )  # fmt: skip
    api = create_api(away)
    headers = {"authorization": f"Bearer {house.token(house.world.ana)}"}
    answer = TestClient(api, headers=headers, raise_server_exceptions=False).get("/api/v1/search?q=x")
    api.state.desk.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
