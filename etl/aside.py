"""Events that a follower cannot read are set aside in PostgreSQL, not skipped: they wait for code that can read them.

What comes later in the same ticket waits with them, because a ticket's history with a gap means something else.
Everything else flows.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import args_row
from pydantic import ValidationError

from core import clock, log
from core.ledger import ENVELOPE, Entry
from core.upcasters import UnreadableEvent, read_event

logger = log.get(__name__)

LONGEST_REASON = 2_000


class Aside:
    """What one follower has set aside."""

    def __init__(self, connection: Connection[Any], follower: str) -> None:
        self._connection = connection
        self._follower = follower
        self._tickets: dict[UUID, int] = {}
        """The tickets that wait, each with the position that it waits for."""

    def pick_up(self, newest: int) -> list[Entry]:
        """All that had been set aside, to be tried again. What lies past `newest` comes by itself: it is forgotten."""
        with self._connection.cursor(row_factory=args_row(Entry)) as cursor:
            cursor.execute(
                "delete from event_set_aside where follower = %s and position > %s", (self._follower, newest)
            )
            return cursor.execute(
                f"""
                select {", ".join(ENVELOPE)}, position, hash
                from event
                where position in (select position from event_set_aside where follower = %s)
                order by position
                """,
                (self._follower,),
            ).fetchall()

    def readable(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries that can go on; the others are set aside."""
        return [entry for entry in entries if not self._held_back(entry)]

    def put(self, entry: Entry, reason: str) -> None:
        """Set one entry aside, and shout."""
        if entry.ticket_id is not None:
            self._tickets.setdefault(entry.ticket_id, entry.position)
        self._connection.execute(
            """
            insert into event_set_aside (follower, position, ticket_id, reason, set_aside_at)
            values (%s, %s, %s, %s, %s)
            on conflict (follower, position) do update set reason = excluded.reason
            """,
            (self._follower, entry.position, entry.ticket_id, reason[:LONGEST_REASON], clock.now()),
        )
        logger.error("event set aside", follower=self._follower, position=entry.position, reason=reason)

    def done(self, entries: Iterable[Entry]) -> None:
        """These have been applied at last."""
        self._connection.execute(
            "delete from event_set_aside where follower = %s and position = any(%s)",
            (self._follower, [entry.position for entry in entries]),
        )

    def note(self) -> str:
        """What people are told: empty, or how many events wait and why the first does."""
        row = self._connection.execute(
            """
            select count(*) over (), position, reason
            from event_set_aside
            where follower = %s
            order by position
            limit 1
            """,
            (self._follower,),
        ).fetchone()
        return f"{row[0]} events set aside, the first at position {row[1]}: {row[2]}" if row else ""

    def _held_back(self, entry: Entry) -> bool:
        if entry.ticket_id is not None and entry.ticket_id in self._tickets:
            self.put(entry, f"waits for position {self._tickets[entry.ticket_id]} of the same ticket")
            return True
        try:
            read_event(entry.kind, entry.schema_version, entry.payload)
        except (UnreadableEvent, ValidationError) as trouble:
            self.put(entry, str(trouble))
            return True
        return False
