"""Followers carry every event once, set aside what they cannot read, and wait for what is away."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from psycopg import Connection

from core.errors import Unavailable
from core.events import KINDS, Event
from core.ledger import Entry
from core.settings import Settings
from core.upcasters import UnreadableEvent
from etl import crew, follow, sequencer
from etl.sinks.sink import Progress
from tests.etl.carriers import carrying, eventually
from tests.etl.copy_sink import CopySink
from tests.etl.events import pend, priorities

COPY = {"copy": CopySink}


def copied(connection: Connection[Any]) -> list[int]:
    """The positions that the copy holds."""
    if connection.execute("select to_regclass('copied')").fetchone() == (None,):
        return []
    return [row[0] for row in connection.execute("select position from copied order by position")]


def note(connection: Connection[Any]) -> str:
    """What the follower tells people."""
    row = connection.execute("select note from follower where name = 'copy'").fetchone()
    return str(row[0]) if row else ""


def test_events_arrive_once_whether_they_came_before_or_while_it_runs(
    settings: Settings, connection: Connection[Any]
) -> None:
    pend(connection, priorities(3))
    for total in (6, 9):
        with carrying(settings, COPY):
            pend(connection, priorities(3))
            eventually(lambda total=total: len(copied(connection)) == total)
    assert copied(connection) == list(range(1, 10))


def test_a_follower_tells_how_far_it_is(settings: Settings, connection: Connection[Any]) -> None:
    pend(connection, priorities(4))
    with carrying(settings, COPY):
        eventually(lambda: len(copied(connection)) == 4)
        eventually(lambda: connection.execute("select position, note from follower").fetchall() == [(4, "")])


def test_an_unreadable_event_is_set_aside_with_its_ticket_while_others_flow(
    settings: Settings, connection: Connection[Any]
) -> None:
    first, poison, last = priorities(3)
    pend(connection, [first, replace(poison, kind="ticket.enchanted"), last, *priorities(2)])
    with carrying(settings, COPY):
        eventually(lambda: copied(connection) == [1, 4, 5])
        eventually(lambda: "position 2: no event is called 'ticket.enchanted'" in note(connection))


def test_what_was_set_aside_is_applied_by_code_that_can_read_it(
    settings: Settings, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, poison, last = priorities(3)
    pend(connection, [first, replace(poison, kind="ticket.blessed", payload={}), last, *priorities(1)])
    with carrying(settings, COPY):
        eventually(lambda: copied(connection) == [1, 4])

    class Blessed(Event):
        kind: ClassVar[str] = "ticket.blessed"

    with carrying(settings, COPY):
        eventually(lambda: copied(connection) == [1, 2, 3, 4])
        eventually(lambda: note(connection) == "")
    monkeypatch.delitem(KINDS, Blessed.kind)


class Picky(CopySink):
    """Cannot read version 3 of anything, which the carrier does not know beforehand."""

    def write(self, entries: Sequence[Entry]) -> None:
        if any(entry.ticket_version == 3 for entry in entries):
            raise UnreadableEvent("three is too much")
        super().write(entries)


def test_the_one_event_that_a_store_cannot_read_is_found_among_many(
    settings: Settings, connection: Connection[Any]
) -> None:
    pend(connection, [*priorities(2), *priorities(4), *priorities(2)])
    with carrying(settings, {"copy": Picky}):
        eventually(lambda: copied(connection) == [1, 2, 3, 4, 7, 8])
        eventually(lambda: "2 events set aside, the first at position 5: three is too much" in note(connection))


class Shaky(CopySink):
    """Away at the first tries."""

    tries: ClassVar[list[int]] = []

    def write(self, entries: Sequence[Entry]) -> None:
        self.tries.append(len(entries))
        if len(self.tries) < 3:
            raise Unavailable("The store cannot be reached.")
        super().write(entries)


def test_a_store_that_is_away_is_waited_for(settings: Settings, connection: Connection[Any]) -> None:
    Shaky.tries.clear()
    pend(connection, priorities(2))
    with carrying(settings, {"copy": Shaky}):
        eventually(lambda: "cannot be reached" in note(connection))
        eventually(lambda: copied(connection) == [1, 2])
        eventually(lambda: note(connection) == "")


class Broken(CopySink):
    """Has a bug."""

    name = "broken"

    def position(self) -> int:
        return 0

    def write(self, entries: Sequence[Entry]) -> None:
        raise ZeroDivisionError("division by zero")


def test_a_bug_in_one_follower_stops_no_other_and_then_ends_the_process(
    settings: Settings, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "TRIES", 2)
    CopySink(settings).close()
    pend(connection, priorities(2))
    with carrying(settings, {"broken": Broken, **COPY}) as bugs:
        eventually(lambda: copied(connection) == [1, 2])
        eventually(lambda: [type(bug) for bug in bugs] == [ZeroDivisionError])


def test_a_store_that_is_ahead_of_the_ledger_starts_anew(settings: Settings, connection: Connection[Any]) -> None:
    sink = CopySink(settings)
    pend(connection, priorities(5))
    sequencer.move(connection)
    sink.rebuild(lambda done, total: None)
    connection.execute("truncate event")  # a backup from before was restored
    pend(connection, priorities(2))
    with carrying(settings, COPY):
        eventually(lambda: copied(connection) == [1, 2])
    sink.close()


class Yesterdays(CopySink):
    """Written by code that is no more, until it is made anew."""

    today: ClassVar[list[int]] = []

    def is_of_today(self) -> bool:
        return bool(self.today)

    def rebuild(self, progress: Progress) -> None:
        super().rebuild(progress)
        self.today.append(self.position())


def test_a_store_of_other_code_starts_anew_and_goes_on(settings: Settings, connection: Connection[Any]) -> None:
    sink = Yesterdays(settings)
    pend(connection, priorities(3))
    sequencer.move(connection)
    with carrying(settings, {"copy": Yesterdays}):
        eventually(lambda: copied(connection) == [1, 2, 3])
        pend(connection, priorities(1))
        eventually(lambda: copied(connection) == [1, 2, 3, 4])
    assert Yesterdays.today == [3]
    sink.close()


def test_whoever_is_far_behind_starts_anew(
    settings: Settings, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "BATCH", 10)
    monkeypatch.setattr(follow, "FAR_BEHIND", 50)
    monkeypatch.setattr(CopySink, "write", lambda *_: pytest.fail("one by one takes too long"))
    pend(connection, priorities(100))
    while sequencer.move(connection):
        pass
    with carrying(settings, COPY) as bugs:
        eventually(lambda: copied(connection) == list(range(1, 101)))
    assert bugs == []
