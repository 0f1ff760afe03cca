"""Running a carrier beside a test, and waiting for what it does."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.settings import Settings
from etl.carrier import Sinks, carry

PATIENCE_SECONDS = 150


@contextmanager
def carrying(settings: Settings, sinks: Sinks) -> Iterator[list[Exception]]:
    """A carrier at work in the background; the list gets the bug that ended it, if one does."""
    stop, bugs = threading.Event(), list[Exception]()

    def run() -> None:
        try:
            carry(settings, sinks, stop)
        except Exception as bug:
            bugs.append(bug)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield bugs
    finally:
        stop.set()
        thread.join()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds; a test that waits in vain fails."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(0.02)
