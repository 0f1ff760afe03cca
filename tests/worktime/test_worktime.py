"""Booked time: an entry is the fold of its events, sums are of what one sees, and merging moves nothing."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.db import Database
from app.tickets.fold import rows_are_folds
from app.tickets.merge import merge
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from app.worktime.activities import activities, define_activity
from app.worktime.book import NewTime, TimeWish, book_time, correct_time, remove_time
from app.worktime.law import time_is_as_told
from app.worktime.row import TimeEntry
from app.worktime.sums import sums, time_on, total_of
from core.actor import SYSTEM
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.ledger import history
from core.settings import Settings
from tests.world import World, at


@pytest.fixture
def ticket(world: World) -> Ticket:
    return world.ticket()


def book(world: World, ticket: Ticket, minutes: int, *, who: str = "ana", **more: Any) -> TimeEntry:
    """Somebody's minutes."""
    wish = NewTime.model_validate({"minutes": minutes, "worked_at": at("mon 9:00"), **more})
    return book_time(world.session, world.actor(who), ticket.id, wish)[1]


def total(world: World, ticket: Ticket) -> tuple[int, int]:
    told = total_of(time_on(world.session, world.actor("dov"), ticket))
    return told.minutes, told.billable_minutes


def test_time_is_summed_on_its_ticket(world: World, ticket: Ticket) -> None:
    book(world, ticket, 15)
    book(world, ticket, 5, who="dov", is_billable=False, note="Called back.")
    assert total(world, ticket) == (20, 15)


def test_an_activity_says_whether_it_is_billed(world: World, ticket: Ticket) -> None:
    travel = define_activity(world.session, SYSTEM, name="Travel", is_billable=False)
    assert not book(world, ticket, 30, activity_id=travel.id).is_billable
    assert book(world, ticket, 30, activity_id=travel.id, is_billable=True).is_billable
    define_activity(world.session, SYSTEM, name="Travel", is_billable=False, is_active=False, activity_id=travel.id)
    with pytest.raises(NotFound, match="switched off"):
        book(world, ticket, 30, activity_id=travel.id)


def test_activities_are_set_up_by_administrators_with_one_name_each(world: World) -> None:
    define_activity(world.session, SYSTEM, name="Travel", is_billable=False)
    with pytest.raises(Conflict):
        define_activity(world.session, SYSTEM, name="Travel", is_billable=True)
    with pytest.raises(NotAllowed):
        define_activity(world.session, world.actor("dov"), name="Lunch", is_billable=False)
    assert [one.name for one in activities(world.session)] == ["Travel"]


def test_a_correction_tells_old_and_new(world: World, ticket: Ticket) -> None:
    entry = book(world, ticket, 15)
    correct_time(world.session, world.actor("ana"), entry.id, TimeWish(minutes=20, note="With the call."))
    told = history(world.session, ticket.id)[-1]
    assert (told.kind, told.payload["before_minutes"], told.payload["minutes"]) == ("time.corrected", 15, 20)
    assert "With the call." not in str(told.payload)
    assert total(world, ticket) == (20, 20)


def test_what_is_as_before_is_no_correction(world: World, ticket: Ticket) -> None:
    entry = book(world, ticket, 15)
    before = ticket.version
    correct_time(world.session, world.actor("ana"), entry.id, TimeWish(minutes=15))
    assert ticket.version == before


def test_others_time_is_corrected_by_who_administers_the_queue(world: World, ticket: Ticket) -> None:
    entry = book(world, ticket, 15)
    world.grant(world.billing, world.dov, ["reply", "note"])
    with pytest.raises(NotAllowed):
        remove_time(world.session, world.actor("dov"), entry.id)
    world.grant(world.billing, world.dov, ["note", "admin"])
    remove_time(world.session, world.actor("dov"), entry.id)
    assert total(world, ticket) == (0, 0)


def test_customers_neither_book_nor_see_time(world: World, ticket: Ticket) -> None:
    entry = book(world, ticket, 15)
    with pytest.raises(NotAllowed):
        book(world, ticket, 5, who="cleo")
    with pytest.raises(NotAllowed):
        time_on(world.session, world.actor("cleo"), ticket)
    with pytest.raises(NotFound):
        remove_time(world.session, world.actor("cleo"), entry.id)
    with pytest.raises(NotFound):
        remove_time(world.session, world.actor("bo"), entry.id)


def test_time_is_booked_when_it_was_worked(world: World, ticket: Ticket) -> None:
    with pytest.raises(Invalid):
        book(world, ticket, 5, worked_at="2999-01-01T00:00:00Z")


def test_a_message_that_one_does_not_read_takes_no_time(world: World, ticket: Ticket) -> None:
    with pytest.raises(NotFound, match="message"):
        book(world, ticket, 5, message_id=ticket.id)


def test_merged_tickets_are_summed_and_keep_their_own(world: World, ticket: Ticket) -> None:
    target = world.ticket()
    book(world, ticket, 15)
    book(world, target, 5)
    merge(Deed(world.session, world.actor("dov")), ticket.id, target.id)
    assert (total(world, target), total(world, ticket)) == ((20, 20), (15, 15))


def test_sums_are_of_tickets_that_one_sees(world: World, ticket: Ticket) -> None:
    theirs = world.ticket(queue="technical")
    book(world, ticket, 15)
    book(world, theirs, 40, who="bo")
    book(world, theirs, 2, who="dov", worked_at=at("tue 9:00"))

    def asked(who: str, **more: Any) -> dict[Any, int]:
        return {one.of_id: one.minutes for one in sums(world.session, world.actor(who), **more)}

    assert asked("dov", by="queue") == {world.technical: 42, world.billing: 15}
    assert asked("dov", by="person", until=at("tue 0:00")) == {world.bo.id: 40, world.ana.id: 15}
    assert asked("ana", by="person") == {world.ana.id: 15}
    assert asked("dov", by="activity", queue_id=world.billing) == {None: 15}


def test_sums_by_period_are_by_the_readers_own_days(world: World, ticket: Ticket) -> None:
    book(world, ticket, 15, worked_at=at("mon 23:30"))
    book(world, ticket, 5, worked_at=at("tue 9:00"))
    dov = world.actor("dov")
    for zone, expected in (("UTC", [(5, 15), (6, 5)]), ("Europe/Berlin", [(6, 20)])):
        found = sums(world.session, replace(dov, timezone=zone), by="day")
        assert [(one.of_date and one.of_date.day, one.minutes) for one in found] == expected
    (month,) = sums(world.session, dov, by="month")
    assert str(month.of_date) == "2026-01-01"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        yield opened


def test_rows_are_the_fold_of_what_was_told(database: Database, settings: Settings) -> None:
    def damage(session: Session) -> None:
        row = session.query(TimeEntry).first()
        assert row
        row.minutes += 1

    with database.transaction() as session:
        world = World(session)
        ticket = world.ticket()
        kept, gone = book(world, ticket, 15), book(world, ticket, 5)
        correct_time(session, world.actor("ana"), kept.id, TimeWish(minutes=20, is_billable=False))
        remove_time(session, world.actor("ana"), gone.id)
    assert not time_is_as_told(settings).examples + rows_are_folds(settings).examples
    with database.transaction() as session:
        damage(session)
    assert time_is_as_told(settings).examples
