"""Kept counts are the full counts, whatever happens to tickets, whoever looks."""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Database
from app.filters.names import tree_of
from app.queues.setup import set_rights
from app.tickets.command import Command
from app.tickets.commands import (
    Assign,
    Move,
    Open,
    Prioritise,
    Reopen,
    Reply,
    Retitle,
    SetField,
    Solve,
    Tag,
    Unwatch,
    Watch,
)
from app.views import follower
from app.views.follower import catch_up, full_count
from app.views.tally import Question, ask_for, kept_numbers, scope_json, scope_of_json
from core import clock
from core.actor import ALL, SYSTEM
from core.errors import Refusal
from search.filter_text import NotUnderstood
from tests.depth import examples
from tests.filters.crowd import AREAS, BEGIN, TAGS, TITLES
from tests.world import World

QUERIES = [
    "", "is:open", "is:unassigned", "is:waiting", "assignee:me", "-assignee:me", "queue:billing is:open",
    "tag:vip,spam", "-tag:über", "priority>=high", "custom.area:north", '"invoice"', "org:acme",
    "created>2026-01-05 -is:solved", "tag:vip or is:waiting", "not (is:open or custom.area:south)",
    "(queue:billing or priority:urgent) and not (tag:spam assignee:none)", "assignee:me or (is:unassigned invoice)",
]  # fmt: skip


class Desk:
    """A database that commits, and people who ask."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, most_connections=3)
        with self.database.transaction() as session:
            self.world = World(session)
            for relation in ("watcher", "involved"):  # by which Bo sees some of Billing
                set_rights(
                    session, SYSTEM,
                    queue_id=self.world.billing, holder_kind="relation", holder=relation, rights=["read"],
                )  # fmt: skip
            self.actors = [self.world.actor(who) for who in ("ana", "bo", "dov", "cleo")]
        self.tickets: list[object] = []

    def questions(self, session: Session) -> list[Question]:
        found = []
        for actor in self.actors:
            for query in QUERIES:
                with clock.at(BEGIN), suppress(NotUnderstood):  # Cleo knows no tags
                    found.append(Question(tree_of(session, actor, query), actor.scope))
        assert len(found) > 40
        return found

    def kept_are_full(self) -> None:
        with self.database.transaction() as session:
            questions = self.questions(session)
            numbers, _ = kept_numbers(session, questions)
            full = {one.key: full_count(session, one.tree, one.scope) for one in questions}
        assert numbers == full

    def ask_everything(self) -> None:
        with self.database.reading() as session:
            questions = self.questions(session)
        ask_for(self.database.alone, questions)

    def follow(self) -> None:
        while catch_up(self.database):
            pass

    def something_happens(self, dice: random.Random, n: int) -> None:
        with self.database.transaction() as session:
            self.world.session = session
            if not self.tickets or dice.random() < 0.3:
                opening = Open(title=dice.choice(TITLES), body="Help.", queue_id=self.world.billing)
                who = dice.choice(["cleo", "dov"])
                self.tickets.append(self.world.do(who, opening, at=BEGIN + timedelta(minutes=n)).id)
                return
            try:
                self.world.do(
                    dice.choice(["dov", "cleo"]), self._act(dice), dice.choice(self.tickets),  # type: ignore[arg-type]
                    at=BEGIN + timedelta(minutes=n),
                )  # fmt: skip
            except Refusal:
                session.rollback()

    def _act(self, dice: random.Random) -> Command:
        world = self.world
        return dice.choice(
            [
                Assign(agent_id=dice.choice([world.ana.id, world.dov.id, None])),
                Move(queue_id=dice.choice([world.billing, world.technical])),
                Prioritise(priority=dice.randint(1, 4)),
                Retitle(title=dice.choice(TITLES)),
                Tag(add=dice.sample(TAGS, 1), remove=dice.sample(TAGS, 1)),
                SetField(field="area", value=dice.choice([*AREAS, None])),
                Reply(body="And?"),
                Watch(person_id=world.bo.id),
                Unwatch(person_id=world.bo.id),
                Solve(),
                Reopen(),
            ]
        )


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = Desk(database_url)
    yield made
    made.database.close()


@pytest.mark.parametrize("seed", range(1, 1 + examples(1)))
def test_kept_counts_follow_whatever_happens(desk: Desk, seed: int) -> None:
    dice = random.Random(seed)
    for n in range(150):
        desk.something_happens(dice, n)
        if n == 20:
            desk.ask_everything()
        if n > 20 and dice.random() < 0.15:
            desk.follow()
            desk.kept_are_full()
    desk.follow()
    desk.kept_are_full()


def test_nothing_is_counted_before_somebody_follows(desk: Desk) -> None:
    desk.something_happens(random.Random(1), 1)
    desk.ask_everything()
    with desk.database.reading() as session:
        assert kept_numbers(session, desk.questions(session)) == ({}, [])


def test_after_very_many_changes_counts_are_made_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ask_everything()
    desk.follow()
    monkeypatch.setattr(follower, "MOST_TOUCHES", 5)
    for n in range(9):
        desk.something_happens(random.Random(n), n)
    desk.follow()
    desk.kept_are_full()


def test_while_nobody_follows_there_is_one_note_a_ticket(desk: Desk) -> None:
    desk.ask_everything()
    desk.follow()
    dice = random.Random(5)
    for n in range(120):
        desk.something_happens(dice, n)
    with desk.database.reading() as session:
        notes, tickets = session.execute(
            sa.text("select (select count(*) from ticket_touch), (select count(*) from ticket)")
        ).one()
    assert 0 < notes <= tickets < 120
    desk.follow()
    desk.kept_are_full()


def test_a_question_that_is_new_beside_notes_that_nobody_can_take_yet_is_counted_once(desk: Desk) -> None:
    """Somebody is in the middle of a command: its ticket's note cannot be taken, and its old one counts."""
    desk.something_happens(random.Random(1), 1)
    desk.follow()
    (ticket_id,) = desk.tickets
    with desk.database.transaction() as session:
        desk.world.session = session
        desk.world.do("dov", Prioritise(priority=4), ticket_id, at=BEGIN + timedelta(hours=1))  # type: ignore[arg-type]
    with desk.database.transaction() as session:
        desk.world.session = session
        desk.world.do("dov", Solve(), ticket_id, at=BEGIN + timedelta(hours=2))  # type: ignore[arg-type]
        session.flush()
        desk.ask_everything()
        desk.follow()
    with desk.database.reading() as session:
        assert session.execute(sa.text("select count(*) from ticket_touch")).scalar_one() == 1
        assert session.execute(sa.text("select count(*) from tally where number is null")).scalar_one() == 0
    desk.follow()
    desk.kept_are_full()


def test_a_moving_question_is_counted_anew_when_somebody_asks_again(desk: Desk) -> None:
    dov = desk.actors[2]
    for minutes, expected in ((0, 1), (60 * 24 * 8, 0)):
        with clock.at(BEGIN + timedelta(minutes=5 + minutes)):
            if not desk.tickets:
                desk.something_happens(random.Random(1), 1)
            with desk.database.reading() as session:
                question = Question(tree_of(session, dov, "created:7d"), dov.scope, "created:7d")
            ask_for(desk.database.alone, [question])
            desk.follow()
            with desk.database.reading() as session:
                assert kept_numbers(session, [question])[0] == {question.key: expected}


def test_counts_that_nobody_asks_for_are_forgotten(desk: Desk) -> None:
    desk.ask_everything()
    with clock.at(clock.now() + follower.FORGOTTEN_AFTER + timedelta(minutes=1)):
        desk.follow()
    with desk.database.reading() as session:
        assert session.execute(sa.text("select count(*) from tally")).scalar() == 0


def test_a_scope_comes_back_from_json(desk: Desk) -> None:
    for scope in (ALL, *(actor.scope for actor in desk.actors)):
        assert scope_of_json(scope_json(scope)) == scope
