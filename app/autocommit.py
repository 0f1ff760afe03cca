"""Connections on which every statement is a transaction of its own: the driver's, without an ORM or pool around them.

A create over HTTP is one such statement. SQLAlchemy's pool and session would take longer to hand out a connection
than Postgres takes to insert a ticket.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection

MOST_IDLE = 40
"""As many as threads that answer requests: to close one and open it again costs Postgres more than twenty creates."""


class Autocommit:
    """Lends connections, the most recently used first; whoever finds none opens one."""

    def __init__(self, connect: Callable[[], Connection[Any]]) -> None:
        self._connect = connect
        self._idle: deque[Connection[Any]] = deque()

    @contextmanager
    def connection(self) -> Iterator[Connection[Any]]:
        """A connection for the length of a block. A refused statement does not harm it, a broken one is thrown away."""
        try:
            driver = self._idle.pop()
        except IndexError:
            driver = self._connect()
        try:
            yield driver
        except psycopg.OperationalError:
            driver.close()
            self.close()  # what broke this one (a restart of Postgres) broke all that wait here
            raise
        finally:
            if not driver.closed and len(self._idle) < MOST_IDLE:
                self._idle.append(driver)
            else:
                driver.close()

    def close(self) -> None:
        """Close all that are not lent."""
        while self._idle:
            self._idle.pop().close()
