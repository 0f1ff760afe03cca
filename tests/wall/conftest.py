"""An API whose database shows each asker no more than they may see, and tickets on both sides of the wall."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.people.person import Person
from app.queues.setup import set_rights
from app.tickets.commands import Note, Watch
from app.tickets.ticket import Ticket
from app.wall import asking
from core.actor import SYSTEM, Actor, Role
from tests.api.house import ApiHouse


class Walled(ApiHouse):
    """Billing is Ana's, Technical Bo's. Wes watches one ticket of Billing, Lou notes there, Mara shares Acme's."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.web = Database(database_url, most_connections=1, is_walled=True)
        with self.database.transaction() as session:
            world = self.world
            world.session = session
            self.wes, self.lou = world.person("Wes", Role.AGENT), world.person("Lou", Role.LIGHT_AGENT)
            world.grant(world.billing, self.lou, ["read", "note"])
            set_rights(
                session, SYSTEM, queue_id=world.billing, holder_kind="relation", holder="watcher", rights=["note"]
            )
            world.grant(world.billing, world.dov, ["read", "admin"])
            self.mine = self.ticket("billing", watched_by=self.wes)
            self.theirs = self.ticket("technical", by="eve")
            self.people = (world.ana, world.bo, world.cleo, world.dov, self.ada, self.eve, self.wes, self.lou)

    def ticket(self, queue: str, *, by: str = "cleo", watched_by: Person | None = None) -> Ticket:
        """A ticket with a public reply, an internal and a restricted note."""
        world = self.world
        world.eve = self.eve  # type: ignore[attr-defined]
        worker = "ana" if queue == "billing" else "bo"
        ticket = world.ticket(queue=queue, by=by, assigned=("mon 9:05", worker), replied="mon 9:20")
        world.do(worker, Note(body="Inside."), ticket, at="mon 9:30")
        world.do(worker, Note(body="Secret.", visibility="restricted"), ticket, at="mon 9:40")
        if watched_by:
            world.do(world.actor(self.ada), Watch(person_id=watched_by.id), ticket, at="mon 9:50")
        return ticket

    def actor(self, person: Person) -> Actor:
        """Somebody as they ask now."""
        with self.database.reading() as session:
            self.world.session = session
            return self.world.actor(person)

    @contextmanager
    def asked_by(self, person: Person | None) -> Iterator[Session]:
        """A transaction of the web, as the middleware would have it."""
        before = asking.set(self.actor(person) if person else None)
        try:
            with self.web.transaction() as session:
                yield session
        finally:
            asking.reset(before)

    def shown(self, person: Person | None, sql: str) -> set[UUID]:
        """The ids that a query without any predicate of ours shows to somebody."""
        with self.asked_by(person) as session:
            return set(session.execute(text(sql)).scalars())


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walled]:
    """One wall and one world for the tests of a module."""
    made = Walled(module_database_url, tmp_path_factory.mktemp("data"))
    yield made
    made.web.close()
    made.close()
