"""Both engines, real: each test of the contract runs on Tantivy in a folder and on a Meilisearch server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from search import SearchIndex
from search.meili_index import MeiliIndex
from search.tantivy_index import TantivyIndex
from tests.search.cast import TICKETS
from tests.search.meili import NoServer, server

ENGINES = ["tantivy", pytest.param("meilisearch", marks=pytest.mark.xdist_group("meilisearch"))]

OpenIndex = Callable[[bool], SearchIndex]
"""Opens one and the same index, to write (True) or to read."""


@pytest.fixture(scope="package")
def meilisearch_url() -> Iterator[str]:
    """A server shared by all tests; each has an index of its own."""
    try:
        with server() as url:
            yield url
    except NoServer as why:
        pytest.skip(str(why))


def opener(engine: str, request: pytest.FixtureRequest, folder: Path) -> OpenIndex:
    """How a fresh index of that engine is opened."""
    if engine == "tantivy":
        return lambda writer: TantivyIndex(folder, writer=writer)
    url, name = request.getfixturevalue("meilisearch_url"), f"test-{uuid4()}"
    return lambda writer: MeiliIndex(url, writer=writer, name=name)


@pytest.fixture(params=ENGINES)
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> OpenIndex:
    """A new, empty index, that can be opened several times."""
    return opener(request.param, request, tmp_path)


@pytest.fixture
def index(open_index: OpenIndex) -> Iterator[SearchIndex]:
    """A new, empty index, open for writing."""
    opened = open_index(True)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index with the cast's tickets, to read only."""
    opened = opener(request.param, request, tmp_path_factory.mktemp("search"))(True)
    opened.put(TICKETS)
    opened.commit(1)
    yield opened
    opened.close()
