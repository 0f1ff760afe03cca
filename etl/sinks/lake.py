"""The lake as a follower of the ledger: events, derived rows and cursor in one DuckLake transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from analytics import business_time, house, lake_maintenance, lake_rebuild, lake_write
from analytics.lake import open_writer, reaching, recreate_tables, transaction
from analytics.lake_connection import all_cores, give_back
from core.events import KINDS, CalendarDefined
from core.ledger import ENVELOPE, Entry
from core.settings import Settings
from core.upcasters import current_payload
from etl.connection import connect
from etl.failpoint import failpoint
from etl.sinks.sink import Progress

CHANNEL = "clearqueue_lake"
"""The NOTIFY channel on which the lake tells the newest position that can be seen in it."""

COLUMNS = ", ".join((*ENVELOPE, "position", "hash"))

NAMING = frozenset(
    f"{what}.defined" for what in ("queue", "state", "organisation", "person", "sla.policy", "calendar", "activity")
) | {"calendar.restated"}
"""The events after which the lake's directory of names is read anew."""


MANY = 1_000
"""Events in a batch after which memory is given back. People's daily work comes in smaller ones."""


class LakeSink:
    """The one writer of the lake. Whoever makes one holds the writer lock."""

    name = "lake"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.lake = open_writer(settings)
        self._cursor = self.lake.cursor()
        self._cursor.execute("set threads = 1")
        self._ledger = connect(settings.database_url, "lake sink")
        self._position = self.lake.position()
        self._missing = self._gaps()

    def position(self) -> int:
        """The position of the newest entry that has been handed over; 0 in an empty lake."""
        return self._position

    def is_of_today(self) -> bool:
        """Whether today's models wrote it; an empty one is nobody's."""
        return self.lake.is_of_today()

    def write(self, entries: Sequence[Entry]) -> None:
        """Apply what the lake does not hold yet; see `Sink`."""
        fresh = [
            lifted(entry) for entry in entries if entry.position > self._position or entry.position in self._missing
        ]
        if not fresh:
            return
        newest = max(self._position, fresh[-1].position)
        directory = self._directory() if any(entry.kind in NAMING for entry in fresh) else None
        calendars = business_time.told_of(fresh)
        late = business_time.told_of(entry for entry in fresh if entry.position < self._position)
        self._commit(lake_write.Change(self._cursor, self._past(fresh), fresh), newest, directory, calendars, late)
        skipped = set(range(self._position + 1, newest + 1))
        self._missing = (self._missing | skipped) - {entry.position for entry in fresh}
        self._position = newest
        failpoint("lake.after_commit")
        self._ring()
        if len(fresh) > MANY:
            lake_write.forget(self._cursor)
            give_back(self._cursor, self._settings)

    def wipe(self) -> None:
        """Empty all tables; readers see it at once."""
        with transaction(self._cursor):
            recreate_tables(self._cursor)
        self._position, self._missing = 0, set()

    def rebuild(self, progress: Progress) -> None:
        """All tables anew from the ledger in one transaction. What is set aside stays so, to be tried again later."""
        newest, aside = self._newest(), self._set_aside()
        with reaching():
            lake_rebuild.attach_ledger(self._cursor, self._settings.database_url)
        with all_cores(self._cursor), lake_rebuild.any_order(self._cursor), transaction(self._cursor):
            recreate_tables(self._cursor)
            old = lake_rebuild.load_events(self._cursor, newest, aside)
            lake_rebuild.add_events(self._cursor, self._lifted(old))
            progress(int(newest * lake_rebuild.LOADING), newest)
            business_time.lay_out_all(self._cursor)
            lake_rebuild.derive(self._cursor, newest, progress)
            house.derive(self._cursor)
            lake_write.replace_directory(self._cursor, self._directory())
            lake_write.move_cursor(self._cursor, newest)
        self._position = newest
        self._missing = self._gaps()
        self._ring()

    def maintain(self) -> None:
        """Turn small rows and files into few large files, and forget old snapshots."""
        lake_maintenance.maintain(self.lake)

    def close(self) -> None:
        """Let go of the lake and of PostgreSQL."""
        self._ledger.close()
        self.lake.close()

    def _commit(
        self,
        change: lake_write.Change,
        position: int,
        directory: list[Any] | None,
        calendars: Sequence[CalendarDefined],
        late: Sequence[CalendarDefined],
    ) -> None:
        with transaction(self._cursor):
            change.apply()
            house.follow(self._cursor, change.kinds)
            business_time.lay_out(self._cursor, calendars)
            lake_write.look_again(self._cursor, late)
            if directory is not None:
                lake_write.replace_directory(self._cursor, directory)
            lake_write.move_cursor(self._cursor, position)
            failpoint("lake.before_commit")

    def _ring(self) -> None:
        self._ledger.execute("select pg_notify(%s, %s)", (CHANNEL, str(self._position)))

    def _past(self, fresh: Iterable[Entry]) -> list[Entry]:
        """What the lake holds of the tickets that these entries touch, from the ledger's index."""
        versions: dict[UUID, int] = {}
        for entry in fresh:
            if entry.ticket_id is not None and entry.ticket_version is not None:
                versions[entry.ticket_id] = min(
                    entry.ticket_version, versions.get(entry.ticket_id, entry.ticket_version)
                )
        known = [ticket_id for ticket_id, version in versions.items() if version > 1 or self._missing]
        if not known:
            return []
        with self._ledger.cursor(row_factory=class_row(Entry), binary=True) as cursor:
            cursor.execute(
                f"select {COLUMNS} from event where ticket_id = any(%s) and position <= %s",
                (known, self._position),
            )
            return [lifted(entry) for entry in cursor if entry.position not in self._missing]

    def _newest(self) -> int:
        row = self._ledger.execute("select coalesce(max(position), 0) from event").fetchone()
        return int(row[0]) if row else 0

    def _set_aside(self) -> list[int]:
        rows = self._ledger.execute("select position from event_set_aside where follower = %s", (self.name,))
        return [position for (position,) in rows]

    def _lifted(self, positions: Sequence[int]) -> list[Entry]:
        """Entries in today's form. Raises `UnreadableEvent` for what no upcaster lifts."""
        with self._ledger.cursor(row_factory=class_row(Entry), binary=True) as cursor:
            cursor.execute(
                f"select {COLUMNS} from event where position = any(%s) order by position", (list(positions),)
            )
            return [lifted(entry) for entry in cursor]

    def _directory(self) -> list[Any]:
        return self._ledger.execute(
            "select kind, id, name, parent_id, detail from directory order by kind, id"
        ).fetchall()

    def _gaps(self) -> set[int]:
        """Positions behind the cursor that were set aside. Positions are dense: a count tells whether there are any."""
        with reaching():
            counted = self._cursor.execute("select count(*) from event").fetchone()
            if counted == (self._position,):
                return set()
            dense = f"range(1, {self._position + 1}) as dense (position)"
            missing = self._cursor.execute(f"select position from {dense} anti join event using (position)")
            return {position for (position,) in missing.fetchall()}


def lifted(entry: Entry) -> Entry:
    """The entry as today's code would have written it. Raises `UnreadableEvent`."""
    payload = current_payload(entry.kind, entry.schema_version, entry.payload)
    version = KINDS[entry.kind].schema_version
    return entry if version == entry.schema_version else replace(entry, payload=payload, schema_version=version)
