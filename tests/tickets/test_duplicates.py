"""Suggestions of duplicates: why each, only what may be seen and merged, the likeliest first."""

import pytest

from app.queues.setup import set_rights
from app.tickets.duplicates import ENOUGH, Duplicate, duplicates_of, judge
from app.tickets.ticket import Ticket
from core.actor import SYSTEM
from tests.world import World


def found(world: World, ticket: Ticket, who: str = "ana") -> dict[int, tuple[str, ...]]:
    told: list[Duplicate] = duplicates_of(world.session, world.actor(who), ticket)
    return {one.ticket.number: one.reasons for one in told}


def test_the_same_requester_and_subject_within_the_hour_says_so(world: World) -> None:
    first = world.ticket(opened="mon 9:00", title="Invoice 4711 is wrong")
    again = world.ticket(opened="mon 9:20", title="Re: Invoice 4711 is wrong")
    assert found(world, again) == {
        first.number: ("the same requester", "the same subject", "both name 4711", "opened within an hour")
    }


def test_what_was_asked_weeks_before_or_is_gone_is_no_duplicate(world: World) -> None:
    world.ticket(opened="mon 9:00", title="Old matter")
    late = world.ticket(opened="week 4 mon 9:00", title="Old matter")
    assert found(world, late) == {}


def test_nothing_is_suggested_that_one_may_not_see_or_merge(world: World) -> None:
    hidden = world.ticket(opened="mon 9:00", title="Printer jam", queue="technical")
    ticket = world.ticket(opened="mon 9:10", title="Printer jam")
    assert list(found(world, ticket, "dov")) == [hidden.number]
    assert found(world, ticket, "ana") == {}
    ana = str(world.ana.id)
    set_rights(world.session, SYSTEM, queue_id=world.technical, holder_kind="person", holder=ana, rights=["read"])
    assert found(world, ticket, "ana") == {}


@pytest.mark.parametrize(
    ("title", "opened", "is_suggested"),
    [
        ("Something else entirely", "mon 9:30", True),
        ("Something else entirely", "thu 9:30", False),
        ("My invoice is wrong!", "thu 9:30", True),
    ],
)
def test_a_requester_needs_a_near_time_or_a_like_subject(
    world: World, title: str, opened: str, is_suggested: bool
) -> None:
    first = world.ticket(opened="mon 9:00", title="My invoice is wrong")
    second = world.ticket(opened=opened, title=title)
    assert (judge(first, second).weight >= ENOUGH) is is_suggested
