"""Who may write: PostgreSQL's session-level advisory locks, which vanish with the process that held them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

LEADER = 0x434C4554  # "CLET"
"""Held by the etl process that works; a second one waits for it as a standby."""

WRITER = 0x434C5752  # "CLWR"
"""Held by whoever writes the lake and the search index. Whoever else wants it (a rebuild) simply waits for it: the
etl process sees somebody waiting, finishes its batch, lets go and queues up behind. PostgreSQL's queue is fair."""

LOOK_EVERY_SECONDS = 0.25


@contextmanager
def held(connection: Connection[Any], lock: int) -> Iterator[None]:
    """Wait for `lock`, hold it for the block. The connection must be in autocommit mode."""
    connection.execute("select pg_advisory_lock(%s)", (lock,))
    try:
        yield
    finally:
        if not connection.closed:
            release(connection, lock)


def wait_for(connection: Connection[Any], lock: int, stop: threading.Event) -> bool:
    """Wait for `lock` unless told to stop first; whether we have it. It stays with the connection."""
    while not stop.is_set():
        row = connection.execute("select pg_try_advisory_lock(%s)", (lock,)).fetchone()
        if row and row[0]:
            return True
        stop.wait(LOOK_EVERY_SECONDS)
    return False


def release(connection: Connection[Any], lock: int) -> None:
    """Give `lock` back; whoever waits first in line has it at once."""
    connection.execute("select pg_advisory_unlock(%s)", (lock,))


def is_wanted(connection: Connection[Any], lock: int) -> bool:
    """Whether somebody waits for `lock` in this database."""
    return _exists(connection, lock, granted=False)


def is_held(connection: Connection[Any], lock: int) -> bool:
    """Whether anybody holds `lock` in this database."""
    return _exists(connection, lock, granted=True)


def _exists(connection: Connection[Any], lock: int, *, granted: bool) -> bool:
    row = connection.execute(
        """
        select exists (
            select
            from pg_locks
            where locktype = 'advisory'
              and database = (select oid from pg_database where datname = current_database())
              and classid = 0
              and objid = %s
              and granted = %s
        )
        """,
        (lock, granted),
    ).fetchone()
    return bool(row and row[0])
