"""The law of the fold: a ticket's events, replayed over nothing, give its row."""

import random
from typing import Any

import pytest

from app.tickets.command import Command
from app.tickets.commands import (
    Assign,
    Close,
    Move,
    Note,
    Prioritise,
    Reopen,
    Reply,
    SetField,
    SetState,
    Solve,
    Tag,
)
from app.tickets.decider import blank, evolve
from app.tickets.store import TICKET
from app.tickets.ticket import Ticket
from core.errors import Refusal
from core.ids import new_id
from core.ledger import history
from core.upcasters import read_event
from tests.world import MONDAY, World

WORDS = ("title",)
"""Columns that events only point at."""


def row(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in TICKET if name not in WORDS}


def replayed(world: World, ticket: Ticket) -> Ticket:
    fold = blank(ticket.id)
    for envelope in history(world.session, ticket.id):
        evolve(
            read_event(envelope.kind, envelope.schema_version, envelope.payload),
            fold,
            envelope.occurred_at,
            envelope.actor_id,
        )
    return fold


def any_command(world: World, dice: random.Random) -> tuple[str, Command]:
    who = dice.choice(["ana", "bo", "dov", "dov", "cleo"])
    category = dice.choice(["NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED", "SPAM", "DELETED"])
    command = dice.choice(
        [
            Reply(body="x", is_auto=dice.random() < 0.1),
            Note(body="x"),
            Assign(agent_id=dice.choice([None, world.ana.id, world.bo.id, world.dov.id])),
            Move(queue_id=dice.choice([world.billing, world.technical])),
            Prioritise(priority=dice.randint(1, 4)),
            Tag(add=dice.sample("abcde", 2), remove=dice.sample("abcde", 2)),
            SetField(field=dice.choice("abc"), value=dice.choice([None, "1", "2"])),
            SetState(state_id=world.state(category)),
            Solve(),
            Close(),
            Reopen(),
        ]
    )
    return who, command


@pytest.mark.parametrize("seed", range(20))
def test_replaying_a_tickets_events_gives_its_row(world: World, seed: int) -> None:
    dice, ticket, refused = random.Random(seed), world.ticket(), 0
    for minute in range(60):
        who, command = any_command(world, dice)
        try:
            world.do(who, command, ticket, at=MONDAY.replace(hour=10, minute=minute))
        except Refusal:
            refused += 1
    world.session.expire_all()
    assert ticket.version > 5
    assert row(replayed(world, ticket)) == row(ticket)
    assert [one.ticket_version for one in history(world.session, ticket.id)] == list(range(1, ticket.version + 1))


def test_a_refusal_leaves_nothing_behind(world: World) -> None:
    ticket = world.ticket(closed="mon 10:00")
    before = row(ticket), len(history(world.session, ticket.id))
    with pytest.raises(Refusal):
        world.do("ana", Reply(body="Hello?"), ticket)
    assert (row(ticket), len(history(world.session, ticket.id))) == before


def test_a_row_that_folds_is_as_good_as_the_orms(world: World) -> None:
    fold, ticket = blank(new_id()), Ticket()  # type: ignore[call-arg]
    for envelope in history(world.session, world.ticket(replied="mon 9:20").id):
        event = read_event(envelope.kind, envelope.schema_version, envelope.payload)
        evolve(event, fold, envelope.occurred_at, envelope.actor_id)
        evolve(event, ticket, envelope.occurred_at, envelope.actor_id)
    assert {**row(fold), "id": None} == {**row(ticket), "id": None}
