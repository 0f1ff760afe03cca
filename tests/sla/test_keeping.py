"""Clocks inside commands: the desk's rows, the events, the timer; and the same again from history."""

import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from app.calendars.setup import define_calendar
from app.db import Database
from app.queues.house import house_of
from app.queues.setup import define_queue
from app.sla.clock import MICROSECOND
from app.sla.clocks import clocks, replayed
from app.tickets.commands import Move, Note, Open, Prioritise, Reply, SetDue
from app.tickets.decider import blank, evolve, handle
from app.tickets.store import TICKET, keep_later
from app.tickets.ticket import Ticket
from app.timers import Timer
from app.writes import Batch
from core import clock
from core.actor import SYSTEM
from core.errors import Refusal, VersionMismatch
from core.ledger import history
from core.upcasters import read_event
from tests.sla.desk import kept, kinds, promise, rules_of, set_policy, timer, told
from tests.sla.week import office
from tests.tickets.test_fold import any_command
from tests.world import MONDAY, World, at

PRIORITIES = ["low", "normal", "high", "urgent"]
ALL = ("first_reply", "next_reply", "periodic_update", "pausable_update", "requester_wait", "agent_work",
       "total_resolution", "group_ownership")  # fmt: skip


def test_without_a_policy_a_ticket_has_no_clocks(world: World) -> None:
    ticket = world.ticket(replied="mon 9:20")
    assert (told(world, ticket), ticket.due_at, timer(world, ticket)) == ([], None, None)


def test_a_new_ticket_comes_under_the_first_policy_that_is_for_it(world: World) -> None:
    gold = set_policy(world, promise("first_reply", 1), name="Gold", conditions="organisation:Acme queue:Billing")
    rest = set_policy(world, promise("first_reply", 8), name="The rest")
    assert world.ticket(queue="billing").sla_policy_id == gold
    assert world.ticket(queue="technical").sla_policy_id == rest


def test_a_clock_is_kept_with_the_ticket_and_a_timer_waits_for_it(world: World) -> None:
    set_policy(world, promise("first_reply", 4))
    ticket = world.ticket(opened="mon 9:00")
    (clock,) = kept(world, ticket)
    assert (clock.state, clock.due_at, ticket.due_at) == ("running", at("mon 13:00"), at("mon 13:00"))
    waiting = timer(world, ticket)
    assert waiting is not None
    assert waiting.due_at == at("mon 13:00") + MICROSECOND
    world.do("ana", Reply(body="Hello"), ticket, at="mon 10:00")
    (clock,) = kept(world, ticket)
    assert (clock.state, clock.stopped_at, ticket.due_at) == ("fulfilled", at("mon 10:00"), None)
    assert kinds(world, ticket) == ["policy.applied", "activated", "fulfilled"]


def test_what_fell_due_before_a_command_is_told_before_it(world: World) -> None:
    set_policy(world, promise("first_reply", 4))
    ticket = world.ticket(opened="mon 9:00", replied="mon 15:00")
    breach, reply = (one for one in history(world.session, ticket.id)[-4:-2])
    assert (breach.kind, breach.occurred_at, reply.kind) == ("sla.clock.breached", at("mon 13:00"), "message.added")


def test_another_priority_keeps_what_was_used(world: World) -> None:
    by_priority = {**promise("total_resolution"), "seconds": {"normal": 4 * 3600, "urgent": 2 * 3600}}
    set_policy(world, by_priority)
    ticket = world.ticket(opened="mon 9:00", prioritised=("mon 10:30", 4))
    (clock,) = kept(world, ticket)
    assert (clock.target_seconds, clock.due_at) == (2 * 3600, at("mon 11:00"))
    world.do("dov", Prioritise(priority=1), ticket, at="mon 10:40")
    assert kinds(world, ticket)[-1] == "cancelled", "this priority has no such target"


def test_a_move_puts_a_ticket_under_another_policy_from_its_beginning(world: World) -> None:
    set_policy(world, promise("total_resolution", 8), name="Technical", conditions="queue:Technical")
    ticket = world.ticket(queue="billing", opened="mon 9:00", pending="mon 10:00")
    assert kept(world, ticket) == []
    world.do("dov", Move(queue_id=world.technical), ticket, at="mon 12:00")
    (clock,) = kept(world, ticket)
    assert (clock.started_at, clock.due_at) == (at("mon 9:00"), at("mon 17:00"))


def test_a_policy_that_comes_late_counts_no_pause_of_before(world: World) -> None:
    set_policy(world, promise("requester_wait", 8), name="Technical", conditions="queue:Technical")
    ticket = world.ticket(queue="billing", opened="mon 9:00", pending="mon 10:00", opened_again="mon 11:00")
    world.do("dov", Move(queue_id=world.technical), ticket, at="mon 12:00")
    (clock,) = kept(world, ticket)
    assert (clock.elapsed_calendar_us, clock.due_at) == (2 * 3_600_000_000, at("mon 18:00"))


def test_who_saw_a_ticket_before_its_clocks_told_something_has_seen_all_there_is(world: World) -> None:
    set_policy(world, promise("first_reply", 4))
    ticket = world.ticket(opened="mon 9:00")
    seen, updated_at = 2, ticket.updated_at
    assert (ticket.version, ticket.touched_version, updated_at) == (4, 2, at("mon 9:00"))
    world.do("ana", Note(body="x"), ticket, at="mon 9:30", expected_version=seen)
    with pytest.raises(VersionMismatch):
        world.do("ana", Note(body="x"), ticket, at="mon 9:40", expected_version=seen)


def lived(world: World, dice: random.Random) -> Ticket:
    ticket = world.ticket()
    for step in range(40):
        who, command = any_command(world, dice)
        moment = MONDAY.replace(hour=10) + (step * dice.choice([7, 61, 333])) * (at("mon 0:01") - at("mon 0:00"))
        if step % 9 == 4:
            hours = dice.choice([None, 1, 30])
            due_at = hours and max(moment, ticket.updated_at) + timedelta(hours=hours)
            who, command = "dov", SetDue(target=dice.choice(ALL), due_at=due_at)
        try:
            world.do(who, command, ticket, at=max(moment, ticket.updated_at))
        except Refusal:
            continue
    return ticket


def masked(clock: Any) -> Any:
    return replace(clock, warned=0, escalated=0)


@pytest.mark.parametrize("seed", range(12))
def test_replay_gives_what_commands_gave_event_by_event(world: World, seed: int) -> None:
    dice = random.Random(seed)
    modes = ["continue", "continue_counting_gap", "new_instance", "never"]
    changes = ["retarget_keep_elapsed", "restart", "freeze"]
    for name, conditions in (("Technical", "queue:Technical"), ("Tagged", "tag:a"), ("All", "")):
        targets = [
            {
                **promise(metric),
                "seconds": {name: dice.choice([1800, 7200, 36000]) for name in dice.sample(PRIORITIES, 3)},
                "reopen": dice.choice(modes), "change": dice.choice(changes),
                "counts_from": dice.choice(["created", "applied"]), "pause": dice.choice([None, ["PENDING"], ["HOLD"]]),
            }
            for metric in dice.sample(ALL, 5)
        ]  # fmt: skip
        set_policy(world, *targets, name=name, conditions=conditions)
    ticket = lived(world, dice)
    recorded = told(world, ticket)
    again = replayed(history(world.session, ticket.id), rules_of(world))
    for (occurred_at, event), one in zip(again, recorded, strict=False):
        assert {"kind": event.kind, "at": occurred_at, **event.payload()} == {
            "kind": one.kind, "at": one.occurred_at, **one.payload
        }  # fmt: skip
    assert len(again) == len(recorded)
    assert len(recorded) > 5
    newest = {clock.clock_id: clock for clock in clocks(history(world.session, ticket.id), rules_of(world))}
    assert {clock.clock_id: clock for clock in kept(world, ticket)} == newest
    assert row_of(world, ticket) == row_of_events(world, ticket)


def row_of(world: World, ticket: Ticket) -> dict[str, Any]:
    world.session.expire_all()
    return {name: getattr(ticket, name) for name in TICKET if name != "title"}


def row_of_events(world: World, ticket: Ticket) -> dict[str, Any]:
    fold = blank(ticket.id)
    for one in history(world.session, ticket.id):
        evolve(read_event(one.kind, one.schema_version, one.payload), fold, one.occurred_at, one.actor_id)
    return {name: getattr(fold, name) for name in TICKET if name != "title"}


def test_a_new_ticket_under_a_policy_is_still_one_statement(database_url: str) -> None:
    """ADR 0011: the session is never asked, so the batch is the whole transaction, clocks and timer included."""
    with closing(Database(database_url)) as database:
        with database.transaction() as session:
            world = World(session)
            set_policy(world, promise("first_reply", 4), promise("total_resolution", 8))
            cleo = world.actor("cleo")
        with database.transaction() as session:
            house_of(session)  # from here on it is remembered for a moment
        batch = Batch()
        with database.transaction(batch) as session:
            wish = Open(title="Hot", body="Path.", queue_id=world.billing)
            ticket = handle(session, cleo, wish, keep=partial(keep_later, batch))
            assert not session.in_transaction()
        with database.reading() as session:
            world.session = session
            assert len(kept(world, ticket)) == 2
            assert timer(world, ticket) is not None


def test_a_queue_s_calendar_is_kept_with_its_history_and_open_tickets_are_looked_at_anew(world: World) -> None:
    business = {"metric": "requester_wait", "seconds": {"normal": 4 * 3600}}
    with clock.at(MONDAY):
        late = define_calendar(world.session, SYSTEM, name="Late", calendar=office()).calendar_id
        early = define_calendar(world.session, SYSTEM, name="Early", calendar=office()).calendar_id
        place = define_queue(world.session, SYSTEM, name="Hours", calendar_id=late).id
    set_policy(world, business)
    ticket = world.ticket(queue="billing")
    world.do(SYSTEM, Move(queue_id=place), ticket, at="mon 10:00")
    assert kept(world, ticket)[0].calendar_id == late
    with clock.at(at("tue 9:00")):
        define_queue(world.session, SYSTEM, queue_id=place, name="Hours", calendar_id=early)
    hours = rules_of(world).hours[place]
    assert [(one.effective_from, one.calendar_id) for one in hours] == [(MONDAY, late), (at("tue 9:00"), early)]
    waiting = world.session.execute(sa.select(Timer.due_at).where(Timer.key == f"sla.review:{ticket.id}")).scalar()
    assert waiting == at("tue 9:00")
