"""A ticket lives any life that five people can give it, and stays what a plain Python model says it should be."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from app.db import Database
from app.tickets.command import Command
from app.tickets.commands import (
    Assign,
    Close,
    Move,
    Note,
    Prioritise,
    Reopen,
    Reply,
    SetState,
    Solve,
    Tag,
)
from core.errors import Refusal
from core.ledger import history
from tests.depth import examples
from tests.tickets.model import Model, Refused
from tests.world import World, at

PEOPLE = st.sampled_from(["ana", "bo", "cleo", "dov"])
OWNERS = st.sampled_from(["ana", "bo", "dov", "cleo", None])
QUEUES = st.sampled_from(["billing", "technical"])
CATEGORIES = st.sampled_from(["NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED", "MERGED", "SPAM", "DELETED"])
TAGS = st.sets(st.sampled_from("abc"), max_size=2)
MORNING = at("mon 9:00")

DEEDS = ("reply", "note", "assign", "move", "prioritise", "tag", "set_state", "solve", "close", "reopen")
Asked = tuple[Command, Callable[[int], None]]
"""A command, and the same in the model at a given minute."""

EXAMPLES, STEPS = examples(25), 30


@pytest.fixture(scope="module")
def company(module_database_url: str) -> Iterator[tuple[World, sa.Engine]]:
    """The world, committed once; each life is lived in a transaction of its own."""
    database = Database(module_database_url, most_connections=2)
    with database.transaction() as session:
        world = World(session)
    yield world, database.engine
    database.close()


class Life(RuleBasedStateMachine):
    """Commands by people, in the code and in the model."""

    world: World
    engine: sa.Engine
    seen: dict[tuple[str, bool], int]

    @initialize()
    def begin(self) -> None:
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.world.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.minute, self.model = 0, Model()
        self.ticket = self.world.ticket(opened=MORNING)

    def teardown(self) -> None:
        self.world.session.close()
        self.transaction.rollback()
        self.connection.close()

    @rule(
        deed=st.sampled_from(DEEDS), who=PEOPLE, owner=OWNERS, queue=QUEUES, priority=st.integers(1, 4),
        category=CATEGORIES, add=TAGS, remove=TAGS,
    )  # fmt: skip
    def something_happens(self, deed: str, who: str, **more: Any) -> None:
        """One rule for all: with several, Hypothesis leaves some of them out of each life."""
        wish, in_the_model = getattr(self, deed)(who, **more)
        self.both(who, wish, in_the_model)

    def reply(self, who: str, **_: Any) -> Asked:
        return Reply(body="Hello."), lambda now: self.model.reply(who, now)

    def note(self, who: str, **_: Any) -> Asked:
        return Note(body="Hm."), lambda _: self.model.note(who)

    def assign(self, who: str, owner: str | None, **_: Any) -> Asked:
        agent_id = getattr(self.world, owner).id if owner else None
        return Assign(agent_id=agent_id), lambda _: self.model.assign(who, owner)

    def move(self, who: str, queue: str, **_: Any) -> Asked:
        return Move(queue_id=self.world.queue(queue)), lambda _: self.model.move(who, queue)

    def prioritise(self, who: str, priority: int, **_: Any) -> Asked:
        return Prioritise(priority=priority), lambda _: self.model.prioritise(who, priority)

    def tag(self, who: str, add: set[str], remove: set[str], **_: Any) -> Asked:
        return Tag(add=sorted(add), remove=sorted(remove)), lambda _: self.model.tag(who, add, remove)

    def set_state(self, who: str, category: str, **_: Any) -> Asked:
        return SetState(state_id=self.world.state(category)), lambda now: self.model.set_state(who, category, now)

    def solve(self, who: str, **_: Any) -> Asked:
        return Solve(), lambda now: self.model.solve(who, now)

    def close(self, who: str, **_: Any) -> Asked:
        return Close(), lambda now: self.model.close(who, now)

    def reopen(self, who: str, **_: Any) -> Asked:
        return Reopen(), lambda now: self.model.reopen(who, now)

    def both(self, who: str, command: Command, in_the_model: Callable[[int], None]) -> None:
        """The same in both, and the same refusal or none."""
        self.minute += 1
        try:
            in_the_model(self.minute)
            is_allowed = True
        except Refused:
            is_allowed = False
        try:
            self.world.do(who, command, self.ticket, at=MORNING + timedelta(minutes=self.minute))
            was_done = True
        except Refusal:
            was_done = False
        assert was_done == is_allowed, f"{who} {command!r}"
        self.seen[type(command).__name__, was_done] = self.seen.get((type(command).__name__, was_done), 0) + 1

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "ticket"):
            return
        ticket, model = self.ticket, self.model
        self.world.session.refresh(ticket)
        assert (ticket.category, ticket.priority, set(ticket.tags)) == (model.category, model.priority, model.tags)
        assert ticket.queue_id == self.world.queue(model.queue)
        assert ticket.agent_id == (getattr(self.world, model.owner).id if model.owner else None)
        assert (ticket.message_count, ticket.version) == (model.messages, model.events)
        assert [
            minutes(one)
            for one in (ticket.awaiting_reply_since, ticket.first_replied_at, ticket.solved_at, ticket.closed_at)
        ] == [model.waiting_since, model.answered_at, model.solved_at, model.closed_at]
        assert len(history(self.world.session, ticket.id)) == model.events


def minutes(instant: datetime | None) -> int | None:
    return None if instant is None else int((instant - MORNING).total_seconds() // 60)


def test_a_ticket_lives_as_the_model_says(company: tuple[World, sa.Engine]) -> None:
    world, engine = company
    seen: dict[tuple[str, bool], int] = {}
    life: Any = type("LifeHere", (Life,), {"world": world, "engine": engine, "seen": seen})
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    commands = ("Reply", "Note", "Assign", "Move", "Prioritise", "Tag", "SetState", "Solve", "Close", "Reopen")
    assert {(name, done) for name in commands for done in (True, False)} - seen.keys() == set()
