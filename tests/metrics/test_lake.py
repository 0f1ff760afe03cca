"""Numbers from a real lake while it goes on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from analytics import ask, measure
from analytics.lake import open_reader
from core.errors import Unavailable
from core.settings import Settings
from tests.lake.conftest import fill
from tests.lake.history import History
from tests.world import at

pytestmark = pytest.mark.xdist_group("numbers of a lake that goes on")


@pytest.fixture(scope="module")
def settings(
    fresh_database: Callable[[], AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    with fresh_database() as url:
        yield Settings(data_dir=tmp_path_factory.mktemp("lake"), database_url=url)


def test_a_reader_that_stays_sees_what_comes(settings: Settings) -> None:
    history = History()
    history.ticket("mon 9:00")
    fill(settings, history.events)
    with open_reader(settings) as lake:
        before = ask("backlog", by="queue", lake=lake)
        known = len(history.events)
        history.ticket("mon 10:00", queue="Technical").state("mon 11:00", "SPAM")
        history.ticket("mon 12:00", queue="Technical")
        fill(settings, history.events[known:])
        after = ask("backlog", by="queue", lake=lake)
    assert [answer.frame["backlog"].to_list() for answer in (before, after)] == [[1], [1, 1]]
    assert (before.position, after.position) == (known, len(history.events))


def test_the_past_of_a_lake_that_goes_on_stays(settings: Settings) -> None:
    with open_reader(settings) as lake:
        asked = {"as_of": at("mon 10:30"), "lake": lake}
        assert [measure("tickets_created", **asked).item() for _ in range(2)] == [2, 2]


def test_without_a_lake_there_are_no_numbers_and_a_sentence_says_so(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="etl"):
        open_reader(Settings(data_dir=tmp_path, database_url=database_url))
