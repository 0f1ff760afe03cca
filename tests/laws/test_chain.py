"""Whoever changes, drops, swaps or inserts an event is found out, with the position."""

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from core.ledger import ENVELOPE, Entry, after, canonical
from etl.connection import connect
from etl.laws.ledger import the_chain_holds
from etl.sequencer import move
from tests.etl.events import pend, priorities

EVENTS = 60
EDITS = 250
"""Of each of the four kinds: a thousand in all."""

CHANGES: tuple[tuple[str, Any], ...] = (
    ("kind", "ticket.retitled"),
    ("ticket_version", 77),
    ("occurred_at", "2020-02-02 02:02:02+00"),
    ("actor_kind", "agent"),
    ("actor_id", "5b0f64c8-9d5e-5a57-9a6b-2b7a1f6a4c11"),
    ("source", "elsewhere"),
    ("payload", Jsonb({"priority": 1, "before": 4})),
    ("hash", bytes(32)),
)


@pytest.fixture(scope="module")
def chained(fresh_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """A ledger of sixty events."""
    with fresh_database() as url:
        with closing(connect(url, "test")) as connection:
            pend(connection, priorities(EVENTS))
            move(connection)
        yield url


def change(connection: Connection[Any], at: int, chance: random.Random) -> int:
    """Rewrite one column."""
    column, value = chance.choice(CHANGES)
    connection.execute(f"update event set {column} = %s where position = %s", (value, at))
    return at


def drop(connection: Connection[Any], at: int, chance: random.Random) -> int:
    """Take one out and close the ranks."""
    connection.execute("delete from event where position = %s", (at,))
    connection.execute("update event set position = position - 1 where position > %s", (at,))
    return at


def swap(connection: Connection[Any], at: int, chance: random.Random) -> int:
    """Exchange an event with its successor."""
    connection.execute("update event set position = 2 * %s + 1 - position where position in (%s, %s + 1)", (at, at, at))
    return at


def insert(connection: Connection[Any], at: int, chance: random.Random) -> int:
    """Slip in a second copy of an event, hash and all: then it is the original that does not fit any more."""
    columns = ", ".join(ENVELOPE)
    connection.execute("update event set position = position + 1 where position > %s", (at,))
    connection.execute(
        f"insert into event (position, hash, {columns}) select %s + 1, hash, {columns} from event where position = %s",
        (at, at),
    )
    return at + 1


def _forged(entry: Entry, previous: bytes) -> bytes:
    return hashlib.sha256(previous + canonical(entry.position, entry)).digest()


@pytest.mark.parametrize("edit", [change, drop, swap, insert])
def test_every_edit_is_found_at_its_position(edit: Callable[..., int], chained: str) -> None:
    chance = random.Random(edit.__name__)
    with psycopg.connect(chained) as connection:
        assert the_chain_holds(connection).wrong == 0
        for _ in range(EDITS):
            at = edit(connection, chance.randint(1, EVENTS - 1), chance)
            found = the_chain_holds(connection)
            connection.rollback()
            assert f"the chain breaks at position {at}" in found.examples


def test_a_forger_who_mends_one_hash_breaks_the_next(chained: str) -> None:
    with psycopg.connect(chained) as connection:
        connection.execute("update event set source = 'forged' where position = 20")
        entry, previous = after(connection, 19, 1)[0], after(connection, 18, 1)[0].hash
        connection.execute("update event set hash = %s where position = 20", (_forged(entry, previous),))
        assert the_chain_holds(connection).examples == ["the chain breaks at position 21"]
        connection.rollback()
