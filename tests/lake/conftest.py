"""A lake that holds given histories: a real ledger, a real DuckLake, written by the real sink."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing

import pytest

from analytics import models
from analytics.lake import Lake, open_reader
from app.platform.postgres import Cluster
from core.ledger import Entry, Envelope, after
from core.settings import Settings
from etl.bulk import append_history
from etl.connection import connect
from etl.sinks.lake import LakeSink
from tests.databases import cloned
from tests.postgres_keeper import LAKE

LakeOf = Callable[[Sequence[Envelope]], Lake]
Contents = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """A database that has an empty lake."""
    with cloned(cluster, LAKE) as url:
        yield url


@pytest.fixture(scope="module")
def lake_of(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LakeOf]:
    """`lake_of(history.events)`: a lake to read that holds these events. It lives as long as the module's tests."""
    with ExitStack() as stack:

        def make(events: Sequence[Envelope]) -> Lake:
            settings = Settings(
                data_dir=tmp_path_factory.mktemp("lake"), database_url=stack.enter_context(cloned(cluster, LAKE))
            )
            fill(settings, events)
            return stack.enter_context(open_reader(settings))

        yield make


@pytest.fixture
def sink(settings: Settings) -> Iterator[LakeSink]:
    """The writer of a lake of this test's own."""
    with closing(LakeSink(settings)) as opened:
        yield opened


def fill(settings: Settings, events: Sequence[Envelope]) -> None:
    """Into the ledger, and from there into the lake."""
    told = tell(settings, events)
    with closing(LakeSink(settings)) as sink:
        sink.write(told)


def tell(settings: Settings, events: Sequence[Envelope]) -> list[Entry]:
    """Into the ledger only; gives the entries."""
    with closing(connect(settings.database_url, "test")) as connection:
        with connection.transaction():
            newest = append_history(connection, events)
        return after(connection, newest - len(events), len(events))


def contents(settings: Settings) -> Contents:
    """All rows of the lake's tables in canonical order, as a reader sees them."""
    with open_reader(settings) as lake, lake.cursor() as cursor:
        return {
            name: cursor.execute(f"from {name} order by {order}").fetchall()
            for name, order in models.CANONICAL_ORDER.items()
        }
