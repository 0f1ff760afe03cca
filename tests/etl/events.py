"""Events to send through the carrier."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from core.actor import SYSTEM
from core.events import PriorityChanged
from core.ids import new_id
from core.ledger import ENVELOPE, Envelope, wrap


def priorities(count: int, ticket_id: UUID | None = None, start: int = 1) -> list[Envelope]:
    """The life of a ticket whose priority goes up and down."""
    ticket_id = ticket_id or new_id()
    return [
        wrap(
            PriorityChanged(priority=2 + version % 2, before=3 - version % 2),
            SYSTEM,
            source="test",
            ticket_id=ticket_id,
            ticket_version=version,
        )
        for version in range(start, start + count)
    ]


def pend(connection: Connection[Any], envelopes: Sequence[Envelope]) -> None:
    """Leave events for the sequencer, as `core.ledger.append` does from a session."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into event_pending ({', '.join(ENVELOPE)}) values ({', '.join(['%s'] * len(ENVELOPE))})",
            [(*astuple(envelope)[:-1], Jsonb(envelope.payload)) for envelope in envelopes],
        )
