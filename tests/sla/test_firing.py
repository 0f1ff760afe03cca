"""Timers of clocks: warnings, breaches, escalations; each once, at its time, and told at its own instant."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.calendars.setup import define_calendar
from app.db import Database
from app.sla.notice import SlaNotice
from app.sla.reviewing import review_open_tickets
from app.tickets.ticket import Message, Ticket
from app.timers import runner
from core import clock
from core.actor import SYSTEM
from tests.sla.desk import kept, kinds, promise, set_policy, timer, told
from tests.sla.life import office
from tests.world import World, at


class Desk:
    """The world in a database of its own, where timers run at stated times."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.world = World(session)

    def policy(self, *targets: dict[str, Any], **more: Any) -> Any:
        """Set one up."""
        with self.session() as world:
            return set_policy(world, *targets, **more)

    def session(self) -> Any:
        """The world in a transaction."""
        return _World(self)

    def run(self, when: str) -> int:
        """Everything that timers do at a time."""
        done = 0
        with clock.at(at(when) + timedelta(seconds=1)):
            while ran := runner.run_due(self.database):
                done += ran
        return done


class _World:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __enter__(self) -> World:
        self.context = self.desk.database.transaction()
        self.desk.world.session = self.context.__enter__()
        return self.desk.world

    def __exit__(self, *trouble: Any) -> None:
        self.context.__exit__(*trouble)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with closing(Database(database_url)) as database:
        yield Desk(database)


def an_opened(desk: Desk, **more: Any) -> Ticket:
    with desk.session() as world:
        return world.ticket(**{"opened": "mon 9:00", **more})


def test_a_breach_is_told_once_at_its_instant_however_late_the_timer(desk: Desk) -> None:
    desk.policy(promise("first_reply", 4))
    ticket = an_opened(desk)
    assert desk.run("mon 12:59") == 0
    assert (desk.run("mon 18:00"), desk.run("mon 18:01")) == (1, 0)
    with desk.session() as world:
        breach = told(world, ticket)[-1]
        assert (breach.kind, breach.occurred_at) == ("sla.clock.breached", at("mon 13:00"))
        assert kept(world, ticket)[0].breached_at == at("mon 13:00")
        assert timer(world, ticket) is None


def test_a_reply_in_time_leaves_nothing_to_tell(desk: Desk) -> None:
    desk.policy(promise("first_reply", 4))
    ticket = an_opened(desk, replied="mon 12:00")
    desk.run("mon 18:00")
    with desk.session() as world:
        assert kinds(world, ticket) == ["policy.applied", "activated", "fulfilled"]


def test_warnings_come_before_and_are_shown_to_the_owner_and_the_queue(desk: Desk) -> None:
    warnings = [{"percent": 50}, {"seconds_before": 1800, "notify": ["queue"]}]
    desk.policy(promise("first_reply", 4, warnings=warnings))
    ticket = an_opened(desk, assigned=("mon 9:05", "ana"))
    for when in ("mon 11:00", "mon 12:30", "mon 13:00"):
        desk.run(when)
    with desk.session() as world:
        assert kinds(world, ticket)[-3:] == ["warned", "warned", "breached"]
        assert [one.occurred_at for one in told(world, ticket)[-3:-1]] == [at("mon 11:00"), at("mon 12:30")]
        shown = world.session.execute(sa.select(SlaNotice).order_by(sa.text("level"))).scalars().all()
        assert [(one.level, one.person_id) for one in shown] == [(1, world.ana.id), (2, world.dov.id)]


def test_what_is_over_is_not_warned_of_any_more(desk: Desk) -> None:
    desk.policy(promise("first_reply", 4, warnings=[{"percent": 50}]))
    ticket = an_opened(desk)
    desk.run("tue 9:00")
    with desk.session() as world:
        assert kinds(world, ticket) == ["policy.applied", "activated", "breached"]


def test_escalation_levels_act_on_the_ticket_in_their_order(desk: Desk) -> None:
    levels = [
        {"after_seconds": 3600, "unassign": True, "notify": ["queue"]},
        {"note": "Somebody must answer now.", "raise_priority": True},
    ]
    desk.policy(promise("first_reply", 4, levels=levels))
    ticket = an_opened(desk, assigned=("mon 9:05", "ana"))
    desk.run("mon 13:00")
    with desk.session() as world:
        row = world.session.get_one(Ticket, ticket.id)
        assert (row.priority, row.agent_id) == (3, world.ana.id)
        notes = world.session.execute(sa.select(Message).where(sa.text("visibility = 'internal'"))).scalars()
        assert [note.body for note in notes] == ["Somebody must answer now."]
    desk.run("mon 14:00")
    with desk.session() as world:
        assert world.session.get_one(Ticket, ticket.id).agent_id is None
        assert kinds(world, ticket) == ["policy.applied", "activated", "breached", "escalated", "escalated"]
        assert timer(world, ticket) is None


def test_a_level_that_the_ticket_refuses_does_not_keep_the_clock_from_going_on(desk: Desk) -> None:
    levels = [{"assign_to": str(desk.world.bo.id), "note": "Bo is not of this queue."}]
    desk.policy(promise("total_resolution", 4, levels=levels))
    ticket = an_opened(desk)
    desk.run("mon 13:00")
    with desk.session() as world:
        assert kinds(world, ticket)[-1] == "escalated"
        assert world.session.get_one(Ticket, ticket.id).agent_id is None


def test_a_pause_moves_warnings_and_levels_too(desk: Desk) -> None:
    desk.policy(promise("requester_wait", 4, warnings=[{"percent": 50}], levels=[{"note": "Late."}]))
    ticket = an_opened(desk, pending="mon 10:00", opened_again="mon 15:00")
    desk.run("mon 15:30")
    with desk.session() as world:
        assert kinds(world, ticket)[-1] == "resumed"
    desk.run("mon 16:00")
    with desk.session() as world:
        assert kinds(world, ticket)[-1] == "warned"
    desk.run("mon 18:00")
    with desk.session() as world:
        assert kinds(world, ticket)[-2:] == ["breached", "escalated"]


def test_two_runners_take_every_level_once(desk: Desk) -> None:
    desk.policy(promise("first_reply", 4, warnings=[{"percent": 50}], levels=[{"note": "Late."}]))
    tickets = [an_opened(desk, opened=f"mon 9:{minute:02}") for minute in range(12)]
    for when in ("mon 12:00", "mon 14:00"):
        with clock.at(at(when)), ThreadPoolExecutor(2) as pair:
            for _ in range(4):
                list(pair.map(lambda _: runner.run_due(desk.database), range(2)))
    with desk.session() as world:
        for ticket in tickets:
            assert kinds(world, ticket)[2:] == ["warned", "breached", "escalated"]


def test_a_clock_that_was_set_back_takes_nothing_early_or_twice(desk: Desk) -> None:
    desk.policy(promise("first_reply", 4))
    ticket = an_opened(desk)
    assert desk.run("mon 8:00") == 0
    desk.run("mon 13:00")
    assert desk.run("mon 12:00") == 0
    desk.run("mon 14:00")
    with desk.session() as world:
        assert kinds(world, ticket) == ["policy.applied", "activated", "breached"]


def test_open_tickets_come_under_a_changed_policy_when_they_are_looked_at_anew(desk: Desk) -> None:
    policy_id = desk.policy(promise("first_reply", 4))
    ticket, answered = an_opened(desk), an_opened(desk, replied="mon 9:10")
    with desk.session() as world, clock.at(at("mon 10:00")):
        set_policy(world, promise("first_reply", 2), policy_id=policy_id, at=at("mon 10:00"))
        review_open_tickets(world.session, at("mon 10:00"))
    desk.run("mon 10:00")
    with desk.session() as world:
        (clock_now,) = kept(world, ticket)
        assert (clock_now.policy_version, clock_now.due_at) == (2, at("mon 11:00"))
        assert kinds(world, ticket)[-2:] == ["policy.applied", "applied"]
        assert kept(world, answered)[0].policy_version == 1, "what is fulfilled stays as it was promised"


def test_a_new_version_of_a_calendar_moves_the_due_times_of_clocks_that_run(desk: Desk) -> None:
    with desk.session() as world, clock.at(at("mon 8:00")):
        calendar = define_calendar(world.session, SYSTEM, name="Office", calendar=office(zone="UTC"))
        set_policy(world, promise("total_resolution", 4, basis="business", calendar_id=str(calendar.calendar_id)))
    ticket = an_opened(desk, opened="mon 10:00")
    with desk.session() as world, clock.at(at("mon 11:00")):
        off = office(
            zone="UTC", holidays=[{"date": "2026-01-06"}], breaks=[{"day": "mon", "starts": "14:00", "ends": "17:00"}]
        )
        define_calendar(world.session, SYSTEM, name="Office", calendar=off, calendar_id=calendar.calendar_id)
    desk.run("mon 11:00")
    with desk.session() as world:
        (one,) = kept(world, ticket)
        assert (one.calendar_version, one.due_at) == (2, at("wed 10:00"))
