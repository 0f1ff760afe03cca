"""Twelve writers on few tickets, with rollbacks and dawdling, while a reader of one's choice follows along."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.address import sqlalchemy_url
from core import ledger
from core.actor import SYSTEM
from core.events import PriorityChanged
from core.ids import new_id

WRITERS = 12
TICKETS = 6

Seen = tuple[UUID, UUID, int]
"""Event, ticket and ticket version."""

Reader = Callable[[str, threading.Event, list[Seen]], None]
"""Follows the ledger at an address until the event is set, and adds what it meets to the list."""


@dataclass
class Outcome:
    """What was committed, and what the reader met."""

    committed: list[Seen] = field(default_factory=list)
    delivered: list[Seen] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """How many events never arrived."""
        return len(set(self.committed) - set(self.delivered))

    @property
    def doubled(self) -> int:
        """How many events arrived more than once."""
        return len(self.delivered) - len(set(self.delivered))

    @property
    def out_of_order(self) -> int:
        """How many events arrived after a later one of the same ticket, or too early."""
        newest: dict[UUID, int] = {}
        wrong = 0
        for _, ticket_id, version in self.delivered:
            wrong += version != newest.get(ticket_id, 0) + 1
            newest[ticket_id] = version
        return wrong


def stress(database_url: str, reader: Reader, *, rounds: int = 20, seed: int = 1) -> Outcome:
    """Write from twelve sides at once, then let the reader come to rest."""
    engine = sa.create_engine(sqlalchemy_url(database_url), pool_size=WRITERS + 1)
    tickets = [new_id() for _ in range(TICKETS)]
    with engine.begin() as connection:
        connection.execute(sa.text("create table counter (ticket_id uuid primary key, version int not null)"))
        for ticket_id in tickets:
            connection.execute(sa.text("insert into counter values (:id, 0)"), {"id": ticket_id})
    outcome, stop = Outcome(), threading.Event()
    follower = threading.Thread(target=reader, args=(database_url, stop, outcome.delivered))
    writers = [
        threading.Thread(target=_write, args=(engine, tickets, rounds, random.Random(f"{seed} {number}"), outcome))
        for number in range(WRITERS)
    ]
    for thread in (follower, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    follower.join()
    engine.dispose()
    return outcome


def _write(engine: sa.Engine, tickets: list[UUID], rounds: int, chance: random.Random, outcome: Outcome) -> None:
    for _ in range(rounds):
        ticket_id, count, gives_up = chance.choice(tickets), chance.randint(1, 3), chance.random() < 0.2
        with Session(engine) as session:
            written = _change(session, ticket_id, count)
            time.sleep(chance.choice([0, 0, 0.002, 0.01]))
            if gives_up:
                session.rollback()
            else:
                session.commit()
                outcome.committed.extend(written)


def _change(session: Session, ticket_id: UUID, count: int) -> list[Seen]:
    locked = sa.text("select version from counter where ticket_id = :id for update")
    version = session.execute(locked, {"id": ticket_id}).scalar_one()
    envelopes = [
        ledger.wrap(
            PriorityChanged(priority=3, before=2),
            SYSTEM,
            source="test",
            ticket_id=ticket_id,
            ticket_version=version + 1 + step,
        )
        for step in range(count)
    ]
    ledger.append(session, envelopes)
    session.execute(
        sa.text("update counter set version = version + :n where ticket_id = :id"), {"n": count, "id": ticket_id}
    )
    return [(envelope.event_id, ticket_id, version + 1 + step) for step, envelope in enumerate(envelopes)]
