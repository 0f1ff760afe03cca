"""Threads that belong together: they stop together, and each is kept at work through what passes by itself."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from core import log
from core.errors import Unavailable
from etl import connection

logger = log.get(__name__)

AWAY = (*connection.AWAY, Unavailable, OSError)
"""What passes by itself: a store or the database that is away, a full disk."""

TRIES = 5
"""How often work that ran into a bug begins again before the whole process ends."""

LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""Work that went well this long has recovered: its next trouble is a first one again."""

Complain = Callable[[str], None]


def pause_seconds(troubles: int) -> float:
    """How long to wait after the n-th trouble in a row."""
    return min(2.0 ** (troubles - 2), LONGEST_PAUSE_SECONDS)


class Crew:
    """`with Crew() as crew:` the block's end stops all of its threads and waits for them."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._bugs: list[Exception] = []

    def add(self, name: str, work: Callable[[threading.Event], None], complain: Complain = lambda _: None) -> None:
        """Start a thread that works until the event is set, and begins again after trouble."""

        def run() -> None:
            try:
                _persist(name, work, self.stop, complain)
            except Exception as bug:
                self._bugs.append(bug)

        thread = threading.Thread(target=run, name=name)
        self._threads.append(thread)
        thread.start()

    def check(self) -> None:
        """Raise the bug that ended one of the threads for good."""
        if self._bugs:
            raise self._bugs[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()


def _persist(name: str, work: Callable[[threading.Event], None], stop: threading.Event, complain: Complain) -> None:
    """What is away is waited for without end; a bug is tried a few times, beside the others who go on, then raised."""
    troubles = bugs = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            work(stop)
        except AWAY as trouble:
            troubles, bugs = _count(troubles, began), 0
            logger.warning("away", name=name, trouble=str(trouble).strip(), again_in_seconds=pause_seconds(troubles))
            complain(f"waits for what is away: {trouble}")
        except Exception as bug:
            troubles, bugs = _count(troubles, began), _count(bugs, began)
            logger.exception("bug", name=name, again_in_seconds=pause_seconds(troubles))
            complain(f"ran into a bug: {type(bug).__name__}: {bug}")
            if bugs >= TRIES:
                raise
        stop.wait(pause_seconds(troubles) if troubles else 0)


def _count(troubles: int, began: float) -> int:
    return 1 if time.monotonic() - began > STEADY_SECONDS else troubles + 1
