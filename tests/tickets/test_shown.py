"""Whatever is merged, unmerged, split, placed, moved and written: each ticket shows what a plain model says.

And counts it, and knows since when a customer waits in it.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from app.db import Database
from app.tickets.commands import Move, Reply, Solve
from app.tickets.merge import PlaceMessages, merge, place, unmerge
from app.tickets.queries import messages_of
from app.tickets.split import Split, split
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from core.errors import Refusal
from tests.depth import examples
from tests.tickets.test_fold import replayed
from tests.world import World, at

COUNTED = ("message_count", "awaiting_reply_since", "version", "merged_into_id")
TICKETS = st.integers(0, 4)
FIRST = 3
DEEDS = ("reply", "answer", "solve", "merge", "merge", "unmerge", "place", "place", "split", "move")


class Model:
    """Tickets are numbers, messages too. Written from SEMANTICS.md 2.5."""

    def __init__(self) -> None:
        self.written: list[int] = []
        """message → the ticket on which it was written"""
        self.placed: dict[int, int] = {}
        self.shared: set[tuple[int, int]] = set()
        self.into: dict[int, int] = {}
        self.once_merged: set[tuple[int, int]] = set()
        self.now = 0
        self.said: list[tuple[str, int]] = []
        """message → who said it, and when"""
        self.solved: set[int] = set()
        self.done_at: dict[int, int] = {}

    def say(self, ticket: int, who: str = "cleo") -> None:
        self.written.append(self.last(ticket))
        self.said.append((who, self.now))
        if who == "cleo":
            self.solved.discard(self.last(ticket))

    def solve(self, ticket: int) -> None:
        if ticket not in self.solved:
            self.solved.add(ticket)
            self.done_at[ticket] = self.now

    def line(self, ticket: int) -> set[int]:
        return {ticket} | (self.line(self.into[ticket]) if ticket in self.into else set())

    def waits_since(self, ticket: int) -> int | None:
        """The oldest message of the customer's after which nobody answered or solved what showed it."""
        shown = self.shows(ticket)
        answered = max((self.said[n][1] for n in shown if self.said[n][0] != "cleo"), default=-1)
        family = self.family(ticket)
        waiting = []
        for message in shown:
            who, when = self.said[message]
            homes = {self.placed.get(message, self.written[message])} | {t for m, t in self.shared if m == message}
            lines = [self.line(home) & family for home in homes & family]
            done = [max((self.done_at.get(one, -1) for one in line), default=-1) for line in lines]
            if who == "cleo" and when > answered and any(when > one for one in done):
                waiting.append(when)
        return min(waiting, default=None)

    def last(self, ticket: int) -> int:
        return self.last(self.into[ticket]) if ticket in self.into else ticket

    def family(self, ticket: int) -> set[int]:
        return {ticket}.union(*(self.family(one) for one, target in self.into.items() if target == ticket))

    def shows(self, ticket: int) -> set[int]:
        family = self.family(ticket)
        own = {n for n, home in enumerate(self.written) if self.placed.get(n, home) in family}
        return own | {n for n, there in self.shared if there in family}


class Shop(RuleBasedStateMachine):
    """The same in the code and in the model."""

    world: World
    engine: sa.Engine
    seen: set[str]

    @initialize()
    def begin(self) -> None:
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.world.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.model, self.tickets, self.messages = Model(), list[UUID](), list[UUID]()
        for _ in range(FIRST):
            self.tick()
            self.tickets.append(self.world.ticket(opened=self.instant).id)
            self.model.say(len(self.tickets) - 1)
        self.learn()

    def teardown(self) -> None:
        self.world.session.close()
        self.transaction.rollback()
        self.connection.close()

    @rule(deed=st.sampled_from(DEEDS), one=TICKETS, other=TICKETS, pick=st.integers(0, 50))
    def something_happens(self, deed: str, one: int, other: int, pick: int) -> None:
        """One rule for all: with several, Hypothesis leaves some of them out of each life."""
        self.tick()
        match deed:
            case "solve":
                self.solve(one)
            case "answer":
                self.reply(one, "dov")
            case "merge":
                self.merge(one, other)
            case "unmerge":
                self.unmerge(one)
            case "place":
                self.place(one, other, pick)
            case "split":
                self.split(one, pick)
            case "move":
                self.move(one, "technical" if pick % 2 else "billing")
            case _:
                self.reply(one)

    def tick(self) -> None:
        self.model.now += 1

    @property
    def instant(self) -> datetime:
        return self.time(self.model.now)

    @staticmethod
    def time(minute: int) -> datetime:
        return at("mon 9:00") + timedelta(minutes=minute)

    def reply(self, n: int, who: str = "cleo") -> None:
        ticket = n % len(self.tickets)
        self.world.do(who, Reply(body="Hello."), self.tickets[ticket], at=self.instant)
        self.model.say(ticket, who)
        self.learn()

    def solve(self, n: int) -> None:
        ticket = n % len(self.tickets)
        solved = self.did(
            "solve", lambda: self.world.do("dov", Solve(confirm=True), self.tickets[ticket], at=self.instant)
        )
        assert solved == (ticket not in self.model.into)
        if solved:
            self.model.solve(ticket)

    def move(self, n: int, queue: str) -> None:
        ticket = n % len(self.tickets)
        is_done = self.did(
            "move",
            lambda: self.world.do("dov", Move(queue_id=self.world.queue(queue)), self.tickets[ticket], at=self.instant),
        )
        assert is_done == (ticket not in self.model.into)

    def merge(self, one: int, other: int) -> None:
        source, target = one % len(self.tickets), other % len(self.tickets)
        may = source != target and source not in self.model.into and target not in self.model.into
        assert may == self.did("merge", lambda: merge(self.deed(), self.tickets[source], self.tickets[target]))
        if may:
            self.model.into[source] = target

    def unmerge(self, n: int) -> None:
        merged = sorted(self.model.into)
        source = merged[n % len(merged)] if merged and n else n % len(self.tickets)
        may = source in self.model.into
        assert may == self.did("unmerge", lambda: unmerge(self.deed(), self.tickets[source]))
        if may:
            self.model.once_merged.add((source, self.model.into.pop(source)))

    def split(self, n: int, pick: int) -> None:
        source, message = n % len(self.tickets), pick % len(self.messages)
        wish = Split(title="Another matter", message_ids=[self.messages[message]])
        may = source not in self.model.into and message in self.model.shows(source) and len(self.tickets) < 6
        if len(self.tickets) >= 6:
            return
        made: list[Ticket] = []
        assert may == self.did("split", lambda: made.append(split(self.deed(), self.tickets[source], wish)))
        if may:
            self.tickets.append(made[0].id)
            self.model.shared.add((message, len(self.tickets) - 1))

    def place(self, one: int, other: int, pick: int) -> None:
        pairs = sorted(self.model.once_merged)
        target, source = one % len(self.tickets), other % len(self.tickets)
        if pairs and pick % 4:
            source, target = pairs[one % len(pairs)]
        shown = sorted(self.model.shows(target))
        message = shown[pick % len(shown)] if shown and pick % 3 else pick % len(self.messages)
        may = (
            (source, target) in self.model.once_merged
            and self.model.into.get(source) != target
            and message in self.model.shows(target)
        )
        wish = PlaceMessages(ticket_id=self.tickets[source], message_ids=[self.messages[message]])
        assert may == self.did("place", lambda: place(self.deed(), self.tickets[target], wish))
        if may:
            self.model.placed[message] = source
            self.model.shared.discard((message, source))

    @invariant()
    def each_shows_what_it_should(self) -> None:
        if not hasattr(self, "tickets"):
            return
        for n, ticket_id in enumerate(self.tickets):
            ticket = self.world.session.get_one(Ticket, ticket_id)
            for who in ("dov", "cleo"):
                shown = messages_of(self.world.session, self.world.actor(who), ticket, limit=500)
                assert [one.id for one in shown] == sorted({one.id for one in shown}, key=[o.id for o in shown].index)
                assert {self.messages.index(one.id) for one in shown} == self.model.shows(n), (n, who)
            waits_since = self.model.waits_since(n)
            assert ticket.message_count == len(self.model.shows(n)), n
            assert ticket.awaiting_reply_since == (None if waits_since is None else self.time(waits_since)), n
            assert all(getattr(replayed(self.world, ticket), name) == getattr(ticket, name) for name in COUNTED)

    def deed(self) -> Deed:
        return Deed(self.world.session, self.world.actor("dov"), instant=self.instant)

    def did(self, name: str, work: Any) -> bool:
        """Whether it was done rather than refused."""
        try:
            with self.world.session.begin_nested():
                work()
        except Refusal:
            self.seen.add(f"{name} refused")
            return False
        self.world.session.flush()
        self.seen.add(name)
        return True

    def learn(self) -> None:
        """Know new messages by the order in which they were written."""
        rows = self.world.session.execute(
            sa.text(
                "select (payload ->> 'message_id')::uuid from event_pending where kind = 'message.added' order by seq"
            )
        )
        self.messages = [row[0] for row in rows]


@pytest.fixture(scope="module")
def company(module_database_url: str) -> Iterator[tuple[World, sa.Engine]]:
    with closing(Database(module_database_url, most_connections=2)) as database:
        with database.transaction() as session:
            world = World(session)
        yield world, database.engine


def test_each_ticket_shows_what_the_model_says(company: tuple[World, sa.Engine]) -> None:
    world, engine = company
    seen: set[str] = set()
    shop: Any = type("ShopHere", (Shop,), {"world": world, "engine": engine, "seen": seen})
    run_state_machine_as_test(
        shop,
        settings=settings(
            max_examples=examples(8), stateful_step_count=20, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert {"merge", "unmerge", "split", "place", "move", "merge refused", "unmerge refused"} <= seen
