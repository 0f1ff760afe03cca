"""What a follower tells people: its row in `follower`, from which pages and the supervisor read freshness."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime
from typing import Any

from psycopg import Connection

from core import clock
from core.ledger import Entry
from etl.connection import AWAY, connect

EVERY_SECONDS = 1.0


class Report:
    """The row of one follower. Written at most once a second while it hurries, and when it has caught up."""

    def __init__(self, connection: Connection[Any], name: str) -> None:
        self._connection = connection
        self._name = name
        self._written_at = 0.0

    def tell(self, position: int, entries: Sequence[Entry], *, caught_up: bool, note: Callable[[], str]) -> None:
        """Say where the follower is, if it is time to."""
        is_news = bool(entries) and caught_up
        if is_news or time.monotonic() - self._written_at > EVERY_SECONDS:
            self.write(position, entries[-1].recorded_at if entries else None, note())

    def write(self, position: int, applied_at: datetime | None, note: str) -> None:
        """Write the row. It may be lost in a crash: the cursor that counts is in the store."""
        with self._connection.transaction():
            self._connection.execute("set local synchronous_commit = off")
            self._connection.execute(
                """
                insert into follower (name, position, applied_at, updated_at, note)
                values (%s, %s, %s, %s, %s)
                on conflict (name) do update
                set position = excluded.position,
                    applied_at = coalesce(excluded.applied_at, follower.applied_at),
                    updated_at = excluded.updated_at,
                    note = excluded.note
                """,
                (self._name, position, applied_at, clock.now(), note[:2_000]),
            )
        self._written_at = time.monotonic()


def complain(database_url: str, name: str, note: str) -> None:
    """Tell people why a follower does not follow, if PostgreSQL can be reached."""
    with suppress(*AWAY), closing(connect(database_url, "etl complaint")) as connection:
        connection.execute(
            """
            insert into follower (name, position, updated_at, note)
            values (%s, 0, %s, %s)
            on conflict (name) do update set updated_at = excluded.updated_at, note = excluded.note
            """,
            (name, clock.now(), note[:2_000]),
        )
