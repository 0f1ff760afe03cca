"""Numbers for new tickets. One at a time when there is time; under load a few at once, to save trips to Postgres.

A number is a label: some are never used, and two processes under load may give them slightly out of order.
"""

import time
from collections import deque
from threading import Lock

from sqlalchemy.orm import Session

from app.autocommit import Autocommit

MOST_AT_ONCE = 32
IDLE_SECONDS = 0.25
"""Whoever comes after such a pause finds no load, and takes one number only."""


class Numbers:
    """Gives each ticket a number of its own."""

    def __init__(self, alone: Autocommit) -> None:
        self._alone = alone
        self._left: deque[int] = deque()
        self._size, self._taken_at = 1, 0.0
        self._lock = Lock()

    def take(self) -> int:
        """The next number."""
        if len(self._left) < self._size // 2 and self._lock.acquire(blocking=False):  # before anybody has to wait
            try:
                self._refill()
            finally:
                self._lock.release()
        try:
            return self._left.popleft()
        except IndexError:
            with self._lock:
                if not self._left:
                    self._refill()
                return self._left.popleft()

    def _refill(self) -> None:
        now = time.monotonic()
        self._size = min(self._size * 2, MOST_AT_ONCE) if now - self._taken_at < IDLE_SECONDS else 1
        self._taken_at = now
        with self._alone.connection() as driver:
            taken = driver.execute("select nextval('ticket_number') from generate_series(1, %s)", (self._size,))
            self._left.extend(number for (number,) in taken)


def next_number(session: Session) -> int:
    """The number of a new ticket. A command that fails leaves a gap."""
    numbers: Numbers | None = session.info.get("numbers")
    if numbers is not None:
        return numbers.take()
    number: int = session.connection().exec_driver_sql("select nextval('ticket_number')").scalar_one()
    return number
