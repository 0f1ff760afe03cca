"""How a parallel run is cut: a module's tests stay on one worker, which makes its fixtures once; long ones go first."""

import os

import pytest
from xdist.scheduler import LoadGroupScheduling

from core import heap

FIRST = (
    "browser", "up", "production", "schema of an admin", "tests/wall/test_canary.py", "meilisearch", "killed",
    "laws", "spark", "tests/wall/test_numbers.py", "tests/metrics/test_laws.py",
    "notebooks", "tests/files/test_hostile.py", "tests/api/test_matrix.py", "numbers of a lake that goes on",
    "every split", "tests/metrics/test_schema.py", "random merges 1",
    "tests/lake/test_sink.py", "tests/tickets/test_shown.py", "tests/platform/test_postgres.py",
    "schema of a customer", "schema of an agent",
)  # fmt: skip
"""The longest modules and groups (`xdist_group`): one that begins last leaves other processors with nothing to do."""


class ByModule(LoadGroupScheduling):
    """Groups go where they say, other tests with their module."""

    def _split_scope(self, nodeid: str) -> str:
        return _place(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByModule | None:
    """Ours, for `--dist loadgroup`."""
    if config.getvalue("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return ByModule(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: for a third of their time tests wait for processes and disks."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_finish() -> None:
    """All modules are loaded: the collector need not look at them (a twentieth of the tests' time)."""
    heap.keep()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Before pytest looks five times at a gigabyte of objects for something unclosed: after each test it did, too."""
    heap.keep()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones to the front, in a worker of a parallel run."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        rank = {place: n for n, place in enumerate(FIRST)}
        items.sort(key=lambda item: rank.get(_place(item.nodeid.rpartition("@")[2]), len(rank)))


def _place(group: str) -> str:
    return group.partition("::")[0]
