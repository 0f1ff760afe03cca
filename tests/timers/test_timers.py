"""A timer happens once, at its time, together with its effect."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Database
from app.jobs import heartbeat
from app.tickets.commands import Note
from app.tickets.decider import handle
from app.timers import Timer, cancel_timer, on_timer, runner, set_timer
from core import clock
from core.actor import SYSTEM
from core.settings import Settings
from tests.world import World, at

NOON = at("mon 12:00")
NOTES = """
    select body
    from message
    join event_pending on (payload ->> 'message_id')::uuid = message.id
    where visibility = 'internal'
    order by seq
"""


@on_timer("test.note")
def add_note(session: Session, timer: Timer) -> None:
    """What these timers do: they leave a note that says which of them it was."""
    handle(session, SYSTEM, Note(body=timer.key), ticket_id=timer.ticket_id, source="timer")
    if timer.payload.get("breaks"):
        raise ValueError("broken on purpose")


class Shop:
    """A database with one ticket, and timers that write on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.ticket_id = World(session).ticket().id

    def set(self, key: str, *, minutes: float = 0, breaks: bool = False) -> None:
        """A timer so many minutes after noon."""
        with self.database.transaction() as session:
            self.set_in(session, key, minutes=minutes, breaks=breaks)

    def set_in(self, session: Session, key: str, *, minutes: float = 0, breaks: bool = False) -> None:
        due_at = NOON + timedelta(minutes=minutes)
        payload = {"breaks": breaks}
        set_timer(session, key=key, kind="test.note", due_at=due_at, ticket_id=self.ticket_id, payload=payload)

    def run(self, minutes: float = 0) -> int:
        """One look, so many minutes after noon."""
        with clock.at(NOON + timedelta(minutes=minutes)):
            return runner.run_due(self.database)

    @property
    def notes(self) -> list[str]:
        """What happened, in the order in which it did."""
        with self.database.reading() as session:
            return list(session.execute(sa.text(NOTES)).scalars())

    def rows(self) -> dict[str, Timer]:
        """The timers that are still there."""
        with self.database.reading() as session:
            return {timer.key: timer for timer in session.execute(sa.select(Timer)).scalars()}


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with closing(Database(database_url)) as database:
        yield Shop(database)


def test_a_timer_happens_at_its_time_and_once(shop: Shop) -> None:
    shop.set("later", minutes=10)
    assert (shop.run(9), shop.run(10), shop.run(11)) == (0, 1, 0)
    assert shop.notes == ["later"]
    assert shop.rows() == {}


def test_the_same_timer_set_twice_is_one_at_the_newer_time(shop: Shop) -> None:
    shop.set("once", minutes=1)
    shop.set("once", minutes=5)
    assert (shop.run(3), shop.run(5)) == (0, 1)
    assert shop.notes == ["once"]


def test_what_is_undone_sets_no_timer(shop: Shop) -> None:
    with shop.database.transaction() as session:
        shop.set_in(session, "never")
        session.rollback()
    assert shop.run(60) == 0


def test_a_cancelled_timer_does_not_happen(shop: Shop) -> None:
    shop.set("regretted")
    with shop.database.transaction() as session:
        assert cancel_timer(session, "regretted")
        assert not cancel_timer(session, "regretted")
    assert shop.run(60) == 0


def test_after_downtime_all_that_fell_due_happens_oldest_first(shop: Shop) -> None:
    for minutes in (30, 10, 20, 50):
        shop.set(f"at {minutes}", minutes=minutes)
    assert shop.run(40) == 3
    assert shop.notes == ["at 10", "at 20", "at 30"]


def test_a_clock_that_was_set_back_keeps_timers_for_their_time(shop: Shop) -> None:
    shop.set("at 10", minutes=10)
    assert shop.run(-600) == 0
    assert shop.run(10) == 1


def test_two_runners_execute_each_timer_once(shop: Shop) -> None:
    with shop.database.transaction() as session:
        for number in range(30):
            shop.set_in(session, f"number {number:02}")
    with clock.at(NOON + timedelta(minutes=1)), ThreadPoolExecutor(2) as pair:  # stopped once: there is one clock
        done = sum(pair.map(lambda _: runner.run_due(shop.database), range(2)))
    while left := shop.run(1):
        done += left
    assert done == 30
    assert sorted(shop.notes) == [f"number {number:02}" for number in range(30)]


def test_a_timer_that_fails_is_undone_and_tried_again_later_while_others_go_on(shop: Shop) -> None:
    shop.set("broken", breaks=True)
    shop.set("whole", minutes=1)
    assert shop.run(2) == 1
    assert shop.notes == ["whole"], "the broken one's note is undone"
    broken = shop.rows()["broken"]
    assert (broken.attempts, broken.note) == (1, "ValueError: broken on purpose")
    assert broken.due_at > NOON + timedelta(minutes=2)


def test_a_timer_that_fails_too_often_is_set_aside_until_it_is_set_again(shop: Shop) -> None:
    shop.set("broken", breaks=True)
    for hour in range(runner.MOST_ATTEMPTS + 3):
        shop.run(60 * hour)
    assert (shop.rows()["broken"].attempts, shop.rows()["broken"].is_set_aside) == (runner.MOST_ATTEMPTS, True)
    shop.set("broken")
    assert shop.run(9_999) == 1


def test_a_timer_of_a_kind_that_nobody_knows_waits_with_a_note(shop: Shop) -> None:
    with shop.database.transaction() as session:
        set_timer(session, key="odd", kind="test.unheard_of", due_at=NOON)
    assert shop.run(1) == 0
    assert "nobody handles" in shop.rows()["odd"].note


def test_a_timer_waits_for_whoever_works_on_its_ticket(shop: Shop) -> None:
    shop.set("patient")
    with shop.database.transaction() as session:
        session.execute(sa.text("select from ticket for update"))
        assert shop.run(1) == 0
    assert shop.rows()["patient"].attempts == 0, "to wait is no failure"
    assert shop.run(1) == 1


def test_a_running_runner_is_woken_by_a_bell_and_shows_that_it_lives(
    shop: Shop, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LONGEST_WAIT_SECONDS", 100.0)
    stop = threading.Event()
    running = threading.Thread(target=runner.run_timers, args=(settings, stop))
    running.start()
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("listen test_done")
        while heartbeat.TIMERS not in heartbeat.last_seen(settings.database_url):
            pass
        shop.set("soon")
        while not shop.notes:
            list(connection.notifies(timeout=0.05))
        stop.set()
        shop.set("the last bell")
    running.join(20)
    assert not running.is_alive()
    assert shop.notes[0] == "soon"
