"""A small real store: it copies events into a table of PostgreSQL, with its cursor in the same transaction."""

from collections.abc import Sequence

import psycopg

from core.ledger import Entry
from core.settings import Settings
from etl.sinks.sink import Progress

TABLES = """
create table if not exists copied (position bigint primary key, event_id uuid not null, ticket_id uuid, kind text);
create table if not exists copied_up_to (position bigint not null);
"""


class CopySink:
    """Keeps which events came, in the order in which they came."""

    name = "copy"

    def __init__(self, settings: Settings) -> None:
        self._connection = psycopg.connect(settings.database_url, autocommit=True)
        self._connection.execute(TABLES)

    def position(self) -> int:
        row = self._connection.execute("select coalesce(max(position), 0) from copied_up_to").fetchone()
        assert row is not None
        return int(row[0])

    def is_of_today(self) -> bool:
        return True

    def write(self, entries: Sequence[Entry]) -> None:
        newest = max(entries[-1].position, self.position())
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(
                "insert into copied values (%s, %s, %s, %s) on conflict do nothing",
                [(entry.position, entry.event_id, entry.ticket_id, entry.kind) for entry in entries],
            )
            cursor.execute("delete from copied_up_to")
            cursor.execute("insert into copied_up_to values (%s)", (newest,))

    def wipe(self) -> None:
        self._connection.execute("truncate copied, copied_up_to")

    def rebuild(self, progress: Progress) -> None:
        self.wipe()
        with self._connection.transaction():
            self._connection.execute("insert into copied select position, event_id, ticket_id, kind from event")
            self._connection.execute("insert into copied_up_to select coalesce(max(position), 0) from event")
        progress(1, 1)

    def maintain(self) -> None:
        self._connection.execute("vacuum copied")

    def close(self) -> None:
        self._connection.close()
