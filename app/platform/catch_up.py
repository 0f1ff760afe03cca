"""After much history came in at once: lake and index have it too before a command says that it is done."""

import time
from collections.abc import Callable
from contextlib import closing

from psycopg import Connection

from core.settings import Settings
from etl import locks
from etl.connection import connect
from etl.rebuild import rebuild
from etl.sequencer import head
from etl.stores import SINKS

LOOK_EVERY_SECONDS = 0.5
SILENT_SECONDS = 60
"""A follower that has not moved for so long has troubles of its own, which `clearqueue health` tells."""

Progress = Callable[[int, int], None]


def catch_up(settings: Settings, progress: Progress) -> None:
    """Wait for the etl process to follow, or make the stores anew: where no etl works, or most of the ledger is new."""
    with closing(connect(settings.database_url, "catch-up")) as connection:
        newest, reached = head(connection)[0], _reached(connection)
        if locks.is_held(connection, locks.LEADER) and reached > newest // 2:
            _wait(connection, newest, progress)
            return
    rebuild(settings, SINKS, list(SINKS), lambda _, done, total: progress(done, total), tell=lambda _: None)


def _wait(connection: Connection, newest: int, progress: Progress) -> None:
    reached, moved_at = _reached(connection), time.monotonic()
    while reached < newest and time.monotonic() - moved_at < SILENT_SECONDS:
        progress(reached, newest)
        time.sleep(LOOK_EVERY_SECONDS)
        before, reached = reached, _reached(connection)
        moved_at = time.monotonic() if reached > before else moved_at


def _reached(connection: Connection) -> int:
    """Where the slowest store stands; 0 before they have ever reported."""
    row = connection.execute(
        "select case when count(*) = %s then min(position) else 0 end from follower where name = any(%s)",
        (len(SINKS), list(SINKS)),
    ).fetchone()
    return int(row[0]) if row else 0
