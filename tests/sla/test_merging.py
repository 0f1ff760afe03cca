"""A merge brings the customer who waits, and `next_reply` counts from there; its undoing takes that back."""

import random
from datetime import datetime

import pytest

from app.sla.clock import Clock
from app.sla.clocks import clocks, replayed
from app.tickets.commands import Reply
from app.tickets.merge import merge, unmerge
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from core.ledger import history
from tests.sla.desk import kept, kinds, promise, rules_of, set_policy, told
from tests.world import World, at


def deed(world: World, when: str | datetime) -> Deed:
    return Deed(world.session, world.actor("ana"), instant=at(when) if isinstance(when, str) else when)


def answered(world: World, *, asks: str | None = None) -> Ticket:
    """A ticket that ana answered at 9:20, and whose customer may ask again."""
    ticket = world.ticket(opened="mon 9:00", replied="mon 9:20")
    return world.do("cleo", Reply(body="And?"), ticket, at=asks) if asks else ticket


def turns(world: World, ticket: Ticket) -> list[Clock]:
    """The ticket's cycles of the next reply; its history gives the same."""
    found = kept(world, ticket)
    assert [event.payload() for _, event in replayed(history(world.session, ticket.id), rules_of(world))] == [
        one.payload for one in told(world, ticket)
    ]
    assert {one.clock_id: one for one in clocks(history(world.session, ticket.id), rules_of(world))} == {
        one.clock_id: one for one in found
    }
    return sorted((one for one in found if one.metric == "next_reply"), key=lambda one: one.cycle)


def test_the_clock_counts_from_the_message_that_came_and_ends_with_its_going(world: World) -> None:
    set_policy(world, promise("next_reply", 4))
    target, source = answered(world), answered(world, asks="mon 10:00")
    merge(deed(world, "mon 12:00"), source.id, target.id)
    (came,) = turns(world, target)
    assert (came.started_at, came.due_at, came.state) == (at("mon 10:00"), at("mon 14:00"), "running")
    assert target.due_at == at("mon 14:00")
    unmerge(deed(world, "mon 13:00"), source.id)
    assert [(one.state, one.reason) for one in turns(world, target)] == [("cancelled", "unmerged")]
    (own,) = turns(world, source)
    assert (own.state, own.reason, own.due_at) == ("running", "unmerged", at("mon 15:00"))


def test_an_older_message_takes_the_place_of_a_newer_one_until_it_goes(world: World) -> None:
    set_policy(world, promise("next_reply", 4))
    target, source = answered(world, asks="mon 11:00"), answered(world, asks="mon 10:00")
    merge(deed(world, "mon 12:00"), source.id, target.id)
    assert [(one.started_at, one.reason) for one in turns(world, target)] == [
        (at("mon 11:00"), "merged"), (at("mon 10:00"), None)
    ]  # fmt: skip
    unmerge(deed(world, "mon 13:00"), source.id)
    *_, last = turns(world, target)
    assert (last.cycle, last.started_at, last.due_at) == (3, at("mon 11:00"), at("mon 15:00"))


def test_a_newer_message_and_what_was_answered_change_nothing(world: World) -> None:
    set_policy(world, promise("next_reply", 4))
    target, newer, done = answered(world, asks="mon 10:00"), answered(world, asks="mon 11:00"), answered(world)
    for minute, source in enumerate((newer, done)):
        merge(deed(world, f"mon 12:0{minute}"), source.id, target.id)
    assert kinds(world, target) == ["policy.applied", "activated"]


def test_what_waited_too_long_is_born_breached(world: World) -> None:
    set_policy(world, promise("next_reply", 1))
    target, source = answered(world), answered(world, asks="mon 10:00")
    merge(deed(world, "mon 12:00"), source.id, target.id)
    (came,) = turns(world, target)
    assert (came.due_at, came.breached_at, came.is_born_breached) == (at("mon 11:00"), at("mon 12:00"), True)
    assert [(one.state, one.breached_at) for one in turns(world, source)] == [("cancelled", at("mon 11:00"))]


def test_a_ticket_that_was_never_answered_owes_its_first_reply_alone(world: World) -> None:
    set_policy(world, promise("first_reply", 4), promise("next_reply", 4))
    target, source = world.ticket(opened="mon 9:30"), answered(world, asks="mon 10:00")
    merge(deed(world, "mon 12:00"), source.id, target.id)
    assert turns(world, target) == []


def test_a_policy_may_leave_it(world: World) -> None:
    set_policy(world, promise("next_reply", 4, merge="stays"))
    target, source = answered(world), answered(world, asks="mon 10:00")
    merge(deed(world, "mon 12:00"), source.id, target.id)
    assert turns(world, target) == []


def test_a_clock_whose_message_left_while_its_ticket_was_merged_does_not_go_on(world: World) -> None:
    set_policy(world, promise("next_reply", 8))
    top, middle, source = answered(world), answered(world, asks="mon 11:00"), answered(world, asks="mon 10:00")
    merge(deed(world, "mon 12:00"), source.id, middle.id)
    merge(deed(world, "mon 12:10"), middle.id, top.id)
    unmerge(deed(world, "mon 12:20"), source.id)
    assert [one.started_at for one in turns(world, top) if one.is_live] == [at("mon 11:00")]
    unmerge(deed(world, "mon 12:30"), middle.id)
    assert [one.started_at for one in turns(world, middle) if one.is_live] == [at("mon 11:00")]
    assert [one for one in turns(world, top) if one.is_live] == []


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_merged_and_taken_apart_whoever_waits_has_a_clock_from_then(world: World, seed: int) -> None:
    set_policy(world, promise("next_reply", 2), promise("requester_wait", 9))
    dice, tickets = random.Random(seed), [answered(world) for _ in range(3)]
    for minute in range(12):
        when = f"mon {10 + minute // 2}:{minute % 2 * 30 + 5:02}"
        one, other = dice.sample(tickets, 2)
        if one.merged_into_id is not None:
            unmerge(deed(world, when), one.id)
        elif other.merged_into_id is None and dice.random() < 0.4:
            merge(deed(world, when), one.id, other.id)
        else:
            who = dice.choice(["cleo", "cleo", "ana"])
            world.do(who, Reply(body="More."), one, at=when)
        for ticket in tickets:
            live = [clock.started_at for clock in turns(world, ticket) if clock.is_live]
            waits = ticket.merged_into_id is None and ticket.awaiting_reply_since is not None
            assert len(live) <= 1
            assert not waits or live[0] <= ticket.awaiting_reply_since
            if not any(each.merged_into_id for each in tickets):
                assert live == ([ticket.awaiting_reply_since] if waits else [])
