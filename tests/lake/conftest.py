"""A lake that holds given histories: a real ledger, a real DuckLake, written by the real sink."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import pytest

from analytics.lake import Lake, open_reader
from core.ledger import Envelope, after
from core.settings import Settings
from etl.bulk import append_history
from etl.connection import connect
from etl.sinks.lake import LakeSink

LakeOf = Callable[[Sequence[Envelope]], Lake]


def fill(settings: Settings, events: Sequence[Envelope]) -> None:
    """Into the ledger, and from there into the lake."""
    with closing(connect(settings.database_url, "test")) as connection, closing(LakeSink(settings)) as sink:
        with connection.transaction():
            append_history(connection, events)
        while entries := after(connection, sink.position()):
            sink.write(entries)


@pytest.fixture(scope="module")
def lake_of(
    fresh_database: Callable[[], AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LakeOf]:
    """`lake_of(history.events)`: a lake to read that holds these events. It lives as long as the module's tests."""
    with ExitStack() as stack:

        def make(events: Sequence[Envelope]) -> Lake:
            settings = settings_for(stack.enter_context(fresh_database()), tmp_path_factory.mktemp("lake"))
            fill(settings, events)
            return stack.enter_context(open_reader(settings))

        yield make


def settings_for(database_url: str, folder: Path) -> Settings:
    """A platform with its database and its own folder for the lake."""
    return Settings(data_dir=folder, database_url=database_url)
