"""The ledger's two doors: `append` for those who change things, `after` for those who follow.

A command inserts into `event_pending`; the sequencer (etl/sequencer.py) moves rows to `event`, giving each a
dense `position` and a link in the hash chain. Nobody else writes either table, and nobody edits `event`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

import orjson
import sqlalchemy as sa
from psycopg import Connection
from psycopg.rows import args_row
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core import clock
from core.actor import Actor
from core.events import Event
from core.ids import new_id

SEQUENCER_LOCK = 0x434C5145  # "CLQE"
"""The advisory lock (transaction level) that whoever gives out positions must hold."""

CHANNEL = "clearqueue_event"
"""The NOTIFY channel on which the sequencer tells the newest position."""

GENESIS = bytes(32)
"""What the first event's hash is chained to."""

metadata = sa.MetaData()


def _envelope() -> list[sa.Column[Any]]:
    return [
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("ticket_id", sa.Uuid),
        sa.Column("ticket_version", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("schema_version", sa.SmallInteger, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_role", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("cause_id", sa.Uuid),
        sa.Column("correlation_id", sa.Uuid),
        sa.Column("command_id", sa.Uuid),
        sa.Column("payload", JSONB, nullable=False),
    ]


event_pending = sa.Table(
    "event_pending",
    metadata,
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True, cache=1), primary_key=True),
    *_envelope(),
)
event = sa.Table(
    "event",
    metadata,
    sa.Column("position", sa.BigInteger, nullable=False),
    *_envelope(),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("position", "recorded_at"),
    sa.Index("event_of_ticket", "ticket_id", "ticket_version"),
    sa.Index("event_of_house", "position", postgresql_where=sa.text("ticket_id is null")),
)
ENVELOPE = tuple(str(column.name) for column in event_pending.columns if column.name != "seq")
"""The columns that an event has before it has a position, in the order of the tables."""

HISTORY = (
    " union all ".join(
        f"select {', '.join(ENVELOPE)} from {table} where ticket_id = %(ticket)s"
        for table in ("event", "event_pending")
    )
    + " order by ticket_version"
)

_values = attrgetter(*ENVELOPE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event and all that surrounds it. Times are aware UTC; `payload` is plain JSON."""

    event_id: UUID
    ticket_id: UUID | None
    ticket_version: int | None
    kind: str
    schema_version: int
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    actor_kind: str
    actor_role: str
    source: str
    cause_id: UUID | None
    correlation_id: UUID | None
    command_id: UUID | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry(Envelope):
    """An event with its place in the ledger. `position` is dense, starting at 1; `hash` chains to its predecessor."""

    position: int
    hash: bytes


def wrap(
    happened: Event,
    actor: Actor,
    *,
    source: str,
    ticket_id: UUID | None = None,
    ticket_version: int | None = None,
    occurred_at: datetime | None = None,
    cause_id: UUID | None = None,
    correlation_id: UUID | None = None,
    command_id: UUID | None = None,
    event_id: UUID | None = None,
) -> Envelope:
    """Put an event into its envelope. Without `occurred_at` it happened now; imports give their own times."""
    now, actor = clock.now(), actor.hand
    return Envelope(
        event_id=event_id or new_id(),
        ticket_id=ticket_id,
        ticket_version=ticket_version,
        kind=happened.kind,
        schema_version=happened.schema_version,
        occurred_at=occurred_at or now,
        recorded_at=now,
        actor_id=actor.person_id,
        actor_kind=actor.kind.value,
        actor_role=actor.role.value,
        source=source,
        cause_id=cause_id,
        correlation_id=correlation_id,
        command_id=command_id,
        payload=happened.payload(),
    )


def append(session: Session, envelopes: Sequence[Envelope]) -> None:
    """Write events beside the rows that they changed, in the caller's transaction.

    The caller holds the ticket's row lock, so that `seq` rises with `ticket_version` inside each ticket.
    """
    if envelopes:
        session.connection().exec_driver_sql(insertion(len(envelopes)), tuple(insertion_values(envelopes)))


@lru_cache
def insertion(count: int) -> str:
    """The statement behind `append`, for whoever sends it together with the rows that changed."""
    row = f"({', '.join(['%s'] * len(ENVELOPE))})"
    return f"insert into event_pending ({', '.join(ENVELOPE)}) values {', '.join([row] * count)}"


def insertion_values(envelopes: Iterable[Envelope]) -> list[object]:
    """The values of `insertion`, event by event."""
    values: list[object] = []
    for envelope in envelopes:
        *others, payload = _values(envelope)
        values += (*others, Jsonb(payload, orjson.dumps))
    return values


def after(connection: Connection[Any], position: int, limit: int = 5_000) -> list[Entry]:
    """The events behind `position`, oldest first, at most `limit`. Positions are dense: a short list is the end."""
    with connection.cursor(row_factory=args_row(Entry), binary=True) as cursor:
        cursor.execute(
            f"select {', '.join(ENVELOPE)}, position, hash from event where position > %s order by position limit %s",
            (position, limit),
        )
        return cursor.fetchall()


def history(session: Session, ticket_id: UUID) -> list[Envelope]:
    """One ticket's whole life in order, also what has not got its position yet."""
    driver = cast("Connection[Any]", session.connection().connection.driver_connection)
    with driver.cursor(row_factory=args_row(Envelope), binary=True) as cursor:
        return cursor.execute(HISTORY, {"ticket": ticket_id}).fetchall()


def canonical(position: int, envelope: Envelope) -> bytes:
    """The bytes that are hashed: JSON with sorted keys, no white space, times in UTC as `isoformat()` writes them."""
    row = dict(zip(ENVELOPE, _values(envelope), strict=True))
    row["position"] = position
    row["occurred_at"] = row["occurred_at"].astimezone(UTC)
    row["recorded_at"] = row["recorded_at"].astimezone(UTC)
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)


def chain(previous_hash: bytes, first_position: int, envelopes: Iterable[Envelope]) -> Iterator[tuple[int, bytes]]:
    """The position and hash of each event that follows `previous_hash`: SHA-256(previous ‖ canonical row)."""
    for position, envelope in enumerate(envelopes, start=first_position):
        previous_hash = hashlib.sha256(previous_hash + canonical(position, envelope)).digest()
        yield position, previous_hash
