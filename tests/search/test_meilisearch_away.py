"""Meilisearch may be away, come back, or come back empty; whoever asks is told, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.actor import ALL
from core.errors import Unavailable
from core.settings import Settings
from search import open_index, parse
from search.meili_index import MeiliIndex
from tests.search.cast import ticket
from tests.search.meili import MeiliProcess, NoServer, free_port

pytestmark = pytest.mark.xdist_group("meilisearch")


@pytest.fixture
def server(open_folder: Path) -> Iterator[MeiliProcess]:
    try:
        with MeiliProcess(open_folder, free_port()) as process:
            yield process
    except NoServer as why:
        pytest.skip(str(why))


def test_a_server_that_is_away_is_unavailable_and_what_was_committed_outlives_it(server: MeiliProcess) -> None:
    index = MeiliIndex(server.url, writer=True)
    index.put([ticket("Printer", number=1)])
    index.commit(5)
    server.kill()
    for ask in (index.position, index.count, lambda: index.search(parse("x"), ALL), lambda: index.commit(6)):
        with pytest.raises(Unavailable, match="away"):
            ask()
    server.start()
    assert (index.position(), index.search(parse("printer"), ALL).total) == (5, 1)


def test_a_server_that_lost_its_data_starts_from_nothing(server: MeiliProcess) -> None:
    index, reader = MeiliIndex(server.url, writer=True), MeiliIndex(server.url, writer=False)
    index.put([ticket("Printer", number=1)])
    index.commit(5)
    server.kill()
    server.forget()
    server.start()
    assert reader.search(parse("printer tag:x"), ALL).total == 0
    assert (reader.position(), index.position()) == (0, 0)
    index.put([ticket("Printer", number=1)])
    index.commit(5)
    assert reader.search(parse("printer state:open"), ALL).total == 1


def test_a_server_killed_in_mid_write_keeps_its_cursor_behind_its_documents(server: MeiliProcess) -> None:
    index = MeiliIndex(server.url, writer=True)
    index.put([ticket("Printer", number=number) for number in range(1, 600)])
    server.kill()
    with pytest.raises(Unavailable):
        index.commit(1)
    server.start()
    assert index.position() == 0
    again = MeiliIndex(server.url, writer=True)
    again.put([ticket("Printer", number=number) for number in range(1, 600)])
    again.commit(1)
    assert (again.position(), again.count()) == (1, 599)


def test_the_settings_choose_the_server(server: MeiliProcess) -> None:
    settings = Settings(search_engine="meilisearch", meilisearch_url=server.url)
    open_index(settings, writer=True).commit(3)
    assert open_index(settings).position() == 3
