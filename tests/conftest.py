"""Fixtures for all tests. Databases: `database_url` is a clone of one's own, `session` is undone after the test."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings as chance
from sqlalchemy.orm import Session

from app.platform.postgres import Cluster
from core import clock, heap
from core.settings import Settings
from tests.databases import cloned, reachable_folder, shared_cluster
from tests.depth import DEPTH
from tests.postgres_keeper import WORLD
from tests.schedule import (  # noqa: F401 — hooks of pytest
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_unconfigure,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)
from tests.world import World

heap.look_less_often()  # before the tests are collected
chance.register_profile("house", deadline=None, derandomize=DEPTH == 1)  # how long one takes is the machine's affair
chance.load_profile("house")


@pytest.fixture(autouse=True)
def _clock_goes_on() -> Iterator[None]:
    """Who stopped the clock lets it go again: tests of other modules would be in January with them."""
    before = clock.stopped_at()
    yield
    assert clock.stopped_at() == before


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One real PostgreSQL for the whole run, shared by all workers."""
    run_id = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"pid{os.getpid()}"
    with shared_cluster(run_id) as running:
        yield running


@pytest.fixture(scope="session")
def fresh_database(cluster: Cluster) -> Callable[[], AbstractContextManager[str]]:
    """`with fresh_database() as url:` a migrated database, for fixtures with a scope of their own."""
    return partial(cloned, cluster)


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """A migrated database of this test's own (libpq address); whatever is committed there goes with it."""
    with cloned(cluster) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(cluster: Cluster) -> Iterator[str]:
    """A database with the world in it (tests/world.py) that the tests of one module share."""
    with cloned(cluster, WORLD) as url:
        yield url


@pytest.fixture(scope="session")
def _worker_engine(cluster: Cluster) -> Iterator[sa.Engine]:
    with cloned(cluster) as url:
        engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def _settled(cluster: Cluster) -> Iterator[tuple[sa.Engine, World]]:
    """A database that has the world in it: made for each test it would take longer than most tests."""
    with cloned(cluster, WORLD) as url:
        engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        with Session(engine, expire_on_commit=False) as founding:
            world = World(founding)
            founding.commit()
        yield engine, world
        engine.dispose()


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session whose work nobody else sees and that is undone after the test, commits included (0.1 ms).

    Its database is empty, but for the world where a test asks for that.
    """
    has_world = "world" in request.fixturenames
    engine = request.getfixturevalue("_settled")[0] if has_world else request.getfixturevalue("_worker_engine")
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as open_session:
            yield open_session
        outer.rollback()


@pytest.fixture
def world(session: Session, _settled: tuple[sa.Engine, World]) -> World:
    """The company, in a session that is undone after the test."""
    return _settled[1].in_session(session)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a platform of this test's own: its database, its empty data folder."""
    return Settings(data_dir=tmp_path / "data", database_url=database_url, secret_key="k" * 32)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other system users can reach too (pytest's own is closed to PostgreSQL's user)."""
    with reachable_folder() as folder:
        yield folder
