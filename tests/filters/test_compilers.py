"""SQL and Python read a filter alike, and both find what the words say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlmodel import col

from app.db import Database
from app.filters.matching import matches
from app.filters.names import tree_of
from app.filters.sql import clause_of
from app.filters.tree import Tree
from app.queues.setup import define_queue
from app.tickets.ticket import Ticket
from core import clock
from core.actor import SYSTEM
from tests.depth import examples
from tests.filters.crowd import BEGIN, crowd, filters
from tests.world import World

NOW = BEGIN + timedelta(days=12)


class Crowd:
    """The tickets in one open transaction, and who may ask about them."""

    def __init__(self, world: World, tickets: list[Ticket]) -> None:
        self.world = world
        self.tickets = tickets
        self.dov = world.actor("dov")

    def tree(self, text: str) -> Tree:
        with clock.at(NOW):
            return tree_of(self.world.session, self.dov, text)

    def found(self, tree: Tree) -> set[int]:
        return set(self.world.session.execute(sa.select(col(Ticket.number)).where(clause_of(tree))).scalars())


@pytest.fixture(scope="module")
def people(module_database_url: str) -> Iterator[Crowd]:
    database = Database(module_database_url, most_connections=2)
    with database.transaction() as session:
        world = World(session)
        yield Crowd(world, crowd(world))
    database.close()


@given(filters)
@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_postgres_finds_what_python_says(people: Crowd, text: str) -> None:
    tree = people.tree(text)
    assert people.found(tree) == {ticket.number for ticket in people.tickets if matches(tree, ticket)}


@given(filters)
@settings(max_examples=examples(30), deadline=None)
def test_a_tree_comes_back_from_json(people: Crowd, text: str) -> None:
    tree = people.tree(text)
    again = Tree.from_json(tree.to_json())
    assert again.to_json() == tree.to_json()
    assert all(matches(again, ticket) == matches(tree, ticket) for ticket in people.tickets)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("is:unassigned", lambda t: t.agent_id is None),
        ("is:waiting", lambda t: t.awaiting_reply_since is not None),
        ("-tag:SPAM", lambda t: "Spam" not in t.tags),
        ("priority>=high", lambda t: t.priority >= 3),
        ("custom.area:north", lambda t: t.custom.get("area") == "North"),
        ("-custom.area:north,south", lambda t: t.custom.get("area") in (None, "none")),
        ('"100%_"', lambda t: "100%_" in t.title),
        ("updated<9d", lambda t: t.updated_at < NOW - timedelta(days=9)),
        ("created>2026-01-09", lambda t: t.created_at.day > 9),
        ("#1004", lambda t: t.number == 1004),
        ("", lambda t: True),
    ],
)
def test_a_filter_means_what_it_says(people: Crowd, text: str, holds: object) -> None:
    expected = {ticket.number for ticket in people.tickets if holds(ticket)}  # type: ignore[operator]
    assert expected
    assert people.found(people.tree(text)) == expected


def test_a_queue_brings_those_below_it(people: Crowd) -> None:
    first_line = people.world.team("First Line", people.world.ana)
    define_queue(people.world.session, SYSTEM, queue_id=people.world.technical, name="Technical", parent_id=first_line)
    found = people.found(tree_of(people.world.session, people.world.actor("dov"), 'queue:"First Line"'))
    assert found == {ticket.number for ticket in people.tickets if ticket.queue_id == people.world.technical} != set()
