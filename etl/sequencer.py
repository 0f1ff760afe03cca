"""The sequencer: moves events from `event_pending` to `event`, giving each a dense position and a link in the chain.

Serial ids become visible out of order, so no reader can trust them. Whoever holds the sequencer's lock moves what it
can *see*; a transaction that commits late simply gets later positions. Inside one ticket the order is that of the
commands, because a command holds the ticket's row lock from before its `seq` until its commit.
"""

import threading
import time
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import orjson
from psycopg import Connection, sql
from psycopg.rows import args_row
from psycopg.types.json import Jsonb
from sqlalchemy.dialects import postgresql

from core.ledger import CHANNEL, ENVELOPE, GENESIS, SEQUENCER_LOCK, Envelope, chain, event_pending
from etl.failpoint import failpoint

BATCH = 2_000
BUSY_SECONDS = 0.02
GATHER_SECONDS = 0.05
"""After a move the next one waits this long: each costs a synchronous commit and wakes every follower."""

IDLE_SECONDS = 0.1
IDLE_AFTER_LOOKS = 100

COLUMNS = sql.SQL(", ").join(map(sql.Identifier, ENVELOPE))
TAKE = sql.SQL(
    """
    with taken as (
        delete from event_pending
        where seq in (select seq from event_pending order by seq limit %s)
        returning *
    )
    select {} from taken order by seq
    """
).format(COLUMNS)
PUT = sql.SQL("copy event (position, hash, {}) from stdin (format binary)").format(COLUMNS)
_spelling = postgresql.dialect()  # type: ignore[no-untyped-call]
TYPES = ["int8", "bytea", *(event_pending.c[name].type.compile(_spelling).lower() for name in ENVELOPE)]

_values = attrgetter(*ENVELOPE)
assert ENVELOPE[-1] == "payload"


def sequence(connection: Connection[Any], stop: threading.Event) -> None:
    """Keep giving out positions until told to stop. Writers ring no bell (NOTIFY would serialise them), so we poll.

    While somebody holds an old snapshot (a dump, a long report) PostgreSQL cannot sweep moved rows away, and a look
    takes longer (13 ms at 100,000 of them): then we look less often, never most of the time.
    """
    idle_looks = 0
    while not stop.is_set():
        began = time.monotonic()
        if has_pending(connection):
            idle_looks = 0
            if move(connection) < BATCH:
                stop.wait(GATHER_SECONDS)
        else:
            idle_looks += 1
            pause = BUSY_SECONDS if idle_looks < IDLE_AFTER_LOOKS else IDLE_SECONDS
            stop.wait(max(pause, 2 * (time.monotonic() - began)))


def has_pending(connection: Connection[Any]) -> bool:
    """Whether any committed event waits for its position. Needs no lock and no transaction."""
    row = connection.execute("select exists (select from event_pending)").fetchone()
    return bool(row and row[0])


def move(connection: Connection[Any], limit: int = BATCH) -> int:
    """Give positions to at most `limit` waiting events, in a transaction of its own. Returns how many it moved.

    It commits synchronously on purpose: a follower may keep what it has read outside PostgreSQL, so a position once
    seen must never be given out again after a crash.
    """
    with connection.transaction():
        lock(connection)
        moved = move_visible(connection, limit)
        failpoint("sequencer.before_commit")
    failpoint("sequencer.after_commit")
    return moved


def lock(connection: Connection[Any]) -> None:
    """Become the one who gives out positions, until the current transaction ends. The queue for the lock is fair."""
    row = connection.execute(
        "select pg_advisory_xact_lock(%s), current_setting('transaction_isolation')", (SEQUENCER_LOCK,)
    ).fetchone()
    if row is None or row[1] != "read committed":
        raise RuntimeError("Positions are given out under READ COMMITTED only: the snapshot must follow the lock.")


def move_visible(connection: Connection[Any], limit: int) -> int:
    """Move what this statement can see, lowest `seq` first. The caller holds the lock and ends the transaction."""
    with connection.cursor(row_factory=args_row(Envelope), binary=True) as cursor:
        waiting = cursor.execute(TAKE, (limit,)).fetchall()
    failpoint("sequencer.after_take")
    if waiting:
        place(connection, waiting)
    return len(waiting)


def place(connection: Connection[Any], envelopes: Sequence[Envelope]) -> int:
    """Append events behind the newest one, and have the bell rung at commit. The caller holds the lock.

    Returns the newest position.
    """
    position, previous_hash = head(connection)
    links = chain(previous_hash, position + 1, envelopes)
    with connection.cursor() as cursor, cursor.copy(PUT) as copy:
        copy.set_types(TYPES)
        for envelope, (position, link) in zip(envelopes, links, strict=True):
            copy.write_row((position, link, *_columns(envelope)))
    connection.execute("select pg_notify(%s, %s)", (CHANNEL, str(position)))
    return position


def head(connection: Connection[Any]) -> tuple[int, bytes]:
    """The newest position and its hash."""
    row = connection.execute("select position, hash from event order by position desc limit 1").fetchone()
    return row or (0, GENESIS)


def _columns(envelope: Envelope) -> tuple[Any, ...]:
    *plain, payload = _values(envelope)
    return *plain, Jsonb(payload, orjson.dumps)
