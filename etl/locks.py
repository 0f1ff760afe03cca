"""Who may write: PostgreSQL's session-level advisory locks, which vanish with the process that held them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

LEADER = 0x434C4554  # "CLET"
"""Held by the etl process that works; a second one waits for it as a standby."""

WRITER = 0x434C5752  # "CLWR"
"""Held by whoever writes the lake and the search index. Whoever else wants it (a rebuild) simply waits for it: the
etl process sees somebody waiting, finishes its batch, lets go and queues up behind. PostgreSQL's queue is fair."""


@contextmanager
def held(connection: Connection[Any], lock: int) -> Iterator[None]:
    """Wait for `lock`, hold it for the block. The connection must be in autocommit mode."""
    connection.execute("select pg_advisory_lock(%s)", (lock,))
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(%s)", (lock,))


def try_hold(connection: Connection[Any], lock: int) -> bool:
    """Take `lock` if it is free; it then stays with the connection."""
    row = connection.execute("select pg_try_advisory_lock(%s)", (lock,)).fetchone()
    return bool(row and row[0])


def is_wanted(connection: Connection[Any], lock: int) -> bool:
    """Whether somebody waits for `lock` in this database."""
    row = connection.execute(
        """
        select exists (
            select
            from pg_locks
            where locktype = 'advisory'
              and database = (select oid from pg_database where datname = current_database())
              and classid = 0
              and objid = %s
              and not granted
        )
        """,
        (lock,),
    ).fetchone()
    return bool(row and row[0])
