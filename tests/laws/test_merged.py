"""Whatever is merged and taken apart: lake, index and laws follow, batch by batch as from nothing."""

import random
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db import Database
from app.platform.verification import laws
from app.tickets.commands import Reply, Solve
from app.tickets.merge import PlaceMessages, merge, place, unmerge
from app.tickets.placed_law import places_are_as_told, threads_are_counted
from app.tickets.queries import messages_of
from app.tickets.split import Split, split
from app.tickets.ticket import Message, Ticket
from app.tickets.together import Deed
from core import clock
from core.errors import Refusal
from core.ledger import after
from core.settings import Settings
from etl.connection import connect
from etl.sequencer import move
from etl.sinks.lake import LakeSink
from etl.sinks.search import SearchSink
from search import open_index, parse
from tests.depth import examples
from tests.lake.conftest import contents
from tests.world import World, at

BATCHES, MOST_STEPS = 12, 6


def word(number: int) -> str:
    """One that no other resembles: search forgives typing errors."""
    return sha256(str(number).encode()).hexdigest()[:16]


class Mixing:
    """Six tickets of one customer's that chance merges, takes apart, splits and writes on."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice, self.minute = world, random.Random(seed), 0
        self.tickets = [world.ticket(title=f"Matter {n}", body=word(n)).id for n in range(6)]

    def step(self) -> None:
        """One deed; what is refused is left out."""
        self.minute += 1
        deeds: list[Callable[[], object]] = [
            self.merge, self.merge, self.unmerge, self.split, self.place, self.place,
            self.reply, self.reply, self.solve,
        ]  # fmt: skip
        then = at("mon 10:00") + timedelta(minutes=self.minute)
        with suppress(Refusal), clock.at(then), self.world.session.begin_nested():
            self.dice.choice(deeds)()

    def merge(self) -> None:
        merge(self.deed(), self.any(), self.any())

    def unmerge(self) -> None:
        unmerge(self.deed(), self.any())

    def split(self) -> None:
        made = split(self.deed(), source := self.any(), Split(title="Another", message_ids=[self.message(source)]))
        self.tickets.append(made.id)

    def place(self) -> None:
        source, target = self.any(), self.any()
        place(self.deed(), target, PlaceMessages(ticket_id=source, message_ids=[self.message(target)]))

    def reply(self) -> None:
        who = self.dice.choice(["cleo", "dov"])
        self.world.do(who, Reply(body=word(100 + self.minute)), self.any(), at=clock.now())

    def solve(self) -> None:
        self.world.do("dov", Solve(confirm=True), self.any(), at=clock.now())

    def any(self) -> UUID:
        return self.dice.choice(self.tickets)

    def message(self, ticket_id: UUID) -> UUID:
        ticket = self.world.session.get_one(Ticket, ticket_id)
        shown = messages_of(self.world.session, self.world.actor("dov"), ticket, limit=200)
        return self.dice.choice(shown).id

    def deed(self) -> Deed:
        return Deed(self.world.session, self.world.actor("dov"))


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=pytest.mark.xdist_group(f"random merges {seed}")) for seed in range(1, 1 + examples(1))],
)
def test_lake_index_and_laws_follow_random_merges(settings: Settings, seed: int) -> None:
    with (
        closing(Database(settings.database_url)) as database,
        closing(connect(settings.database_url, "test")) as ledger,
        closing(LakeSink(settings)) as lake,
        closing(SearchSink(settings)) as index,
    ):
        with database.transaction() as session:
            mixing = Mixing(World(session), seed)
        for _ in range(BATCHES):
            for _ in range(mixing.dice.randint(1, MOST_STEPS)):
                with database.transaction() as session:
                    mixing.world.session = session
                    mixing.step()
            while move(ledger):
                pass
            for sink in (lake, index):
                if entries := after(ledger, sink.position()):
                    sink.write(entries)
        found, shown = by_words(settings, database, mixing)
        assert found == shown
        streamed = contents(settings)
        assert any(row[4] == "ticket.unmerged" for row in streamed["event"])
        assert waiting(streamed) == waiting_rows(database)
        lake.rebuild(lambda done, total: None)
        assert contents(settings) == streamed
    assert [(law.name, law.examples) for law in laws(settings) if not law.holds] == []


Words = dict[str, set[UUID]]


def by_words(settings: Settings, database: Database, mixing: Mixing) -> tuple[Words, Words]:
    """Each message's word: the tickets that search finds by it, and those that show it."""
    shown: Words = {}
    with database.reading() as session:
        dov = mixing.world.actor("dov")
        for ticket in session.execute(sa.select(Ticket)).scalars():
            for message in messages_of(session, dov, ticket, limit=500):
                shown.setdefault(message.body, set()).add(ticket.id)
    with closing(open_index(settings)) as index:
        found = {word: {hit.ticket_id for hit in index.search(parse(word), dov.scope).hits} for word in shown}
    return found, shown


def waiting(streamed: dict[str, list[tuple[object, ...]]]) -> set[object]:
    """The tickets that wait for an answer by the lake's last word."""
    newest = max
    rows: dict[object, tuple[object, object]] = {}
    for row in streamed["ticket_interval"]:
        rows[row[0]] = newest(rows.get(row[0], (0, False)), (row[1], row[13]))  # type: ignore[type-var]
    return {ticket_id for ticket_id, (_, awaits) in rows.items() if awaits}


def waiting_rows(database: Database) -> set[object]:
    with database.reading() as session:
        return set(session.execute(sa.text("select id from ticket where awaiting_reply_since is not null")).scalars())


def test_the_laws_of_threads_find_what_nobody_told_of(settings: Settings) -> None:
    with closing(Database(settings.database_url)) as database:
        with database.transaction() as session:
            world = World(session)
            one, other = world.ticket(), world.ticket()
            (message_id,) = session.execute(sa.select(Message.id).where(Message.ticket_id == one.id)).scalars()  # type: ignore[arg-type]
            made = split(Deed(session, world.actor("ana")), one.id, Split(title="Two", message_ids=[message_id]))
            merge(Deed(session, world.actor("ana")), other.id, made.id)
        assert (places_are_as_told(settings).wrong, threads_are_counted(settings).wrong) == (0, 0)
        with database.transaction() as session:
            session.execute(sa.text("delete from message_place"))
            session.execute(sa.text("update ticket set message_count = 7 where id = :id"), {"id": other.id})
        assert places_are_as_told(settings).wrong == 1
        assert threads_are_counted(settings).wrong == 2
