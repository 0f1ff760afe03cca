"""Whose CPU time it was: of some processes with their children, and of all others on the machine."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import psutil
import psycopg


@contextmanager
def watched(groups: Mapping[str, list[int]]) -> Iterator[dict[str, float]]:
    """Fills a mapping at the end of the block: seconds of each group's processes, of everything, and of the clock.

    `groups` are process ids, whose children count, too.
    """
    spent: dict[str, float] = {}
    before, began = {name: _seconds(ids) for name, ids in groups.items()}, time.perf_counter()
    busy = _busy()
    try:
        yield spent
    finally:
        spent |= {name: _seconds(ids) - before[name] for name, ids in groups.items()}
        spent["everything"], spent["clock"] = _busy() - busy, time.perf_counter() - began


def postgres_of(database_url: str) -> int:
    """The process id of the PostgreSQL behind an address on this machine."""
    with psycopg.connect(database_url) as connection:
        return psutil.Process(connection.info.backend_pid).ppid()


def _seconds(ids: list[int]) -> float:
    """Of a process, of its children that live, and of those that are gone."""
    return sum(_of(psutil.Process(process_id)) for process_id in ids)


def _of(process: psutil.Process) -> float:
    own = process.cpu_times()
    found = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            found += times.user + times.system
    return float(found)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))
