"""The lake follows the ledger: streamed or rebuilt, once or twice, in order or late, the rows are the same."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, ClassVar

import psycopg
import pytest

from analytics.lake import open_reader
from core.errors import Unavailable
from core.events import KINDS, Event, QueueDefined
from core.ledger import Entry
from core.settings import Settings
from core.upcasters import UPCASTERS, UnreadableEvent
from etl.connection import connect
from etl.sinks.lake import LakeSink
from tests.lake.conftest import LakeOf, contents, fill, tell
from tests.lake.history import History, uid


def nothing(done: int, total: int) -> None:
    """A progress that nobody watches."""


def busy_week() -> History:
    history = History()
    first = history.ticket("mon 9:00", tags=("vip",)).assign("mon 9:05", "Ana").reply("mon 9:20")
    second = history.ticket("mon 9:10", by="Ana", queue="Technical").assign("mon 9:10", "Bo", before="Ana")
    first.state("mon 10:00", "PENDING").customer("tue 8:00").state("tue 8:00", "OPEN", by="Cleo")
    second.note("tue 9:00").state("tue 9:30", "SOLVED", by="Bo").customer("tue 9:45").assign("tue 9:50", None)
    first.clock("mon 9:00", due="mon 9:10").clock("mon 9:20", due="mon 9:10", state="fulfilled")
    first.tag("wed 9:00", "late", removed=("vip",)).state("wed 9:00", "SOLVED").book("wed 9:01", 20).rate("thu 9:00", 5)
    first.state("fri 9:00", "CLOSED", by="Robot")
    return history


def test_a_ticket_arrives(lake_of: LakeOf) -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:05", "Ana").reply("mon 9:20").state("mon 10:00", "SOLVED")
    with lake_of(history.events).cursor() as cursor:
        row = cursor.execute(
            "select number, agent_id, first_reply_seconds, full_resolution_seconds from ticket"
        ).fetchone()
    assert row == (1001, uid("Ana"), 20 * 60, 60 * 60)


@pytest.mark.parametrize("size", [2, 100])
def test_a_streamed_lake_is_the_rebuilt_one(settings: Settings, sink: LakeSink, size: int) -> None:
    entries = tell(settings, busy_week().events)
    for start in range(0, len(entries), size):
        sink.write(entries[start : start + size])
    streamed = contents(settings)
    sink.rebuild(nothing)
    assert contents(settings) == streamed
    assert len(streamed["event"]) == len(entries)


def test_a_rebuild_in_parts_gives_the_same(settings: Settings, sink: LakeSink, monkeypatch: pytest.MonkeyPatch) -> None:
    sink.write(tell(settings, busy_week().events))
    streamed = contents(settings)
    monkeypatch.setattr("analytics.lake_rebuild.PART", 3)
    sink.rebuild(nothing)
    assert contents(settings) == streamed


def test_what_the_lake_has_is_not_written_again(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    sink.write(entries)
    before = contents(settings)
    sink.write(entries)
    sink.write(entries[3:7])
    assert contents(settings) == before


def test_a_latecomer_is_applied_once_and_the_cursor_stays(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    sink.write([entry for entry in entries if entry.position not in (2, 5)])
    assert sink.position() == entries[-1].position
    sink.write([entries[1], entries[4]])
    sink.write([entries[1], entries[4]])
    assert sink.position() == entries[-1].position
    streamed = contents(settings)
    sink.rebuild(nothing)
    assert contents(settings) == streamed


def test_a_new_writer_knows_what_is_missing(settings: Settings) -> None:
    entries = tell(settings, busy_week().events)
    with closing(LakeSink(settings)) as first:
        first.write([entry for entry in entries if entry.position != 5])
    with closing(LakeSink(settings)) as second:
        second.write(entries[4:5])
    streamed = contents(settings)
    with closing(LakeSink(settings)) as third:
        third.rebuild(nothing)
    assert contents(settings) == streamed


def test_a_rebuilt_lake_knows_what_is_missing(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("insert into event_set_aside values ('lake', 5, null, 'unreadable', now())")
    sink.rebuild(nothing)
    sink.write(entries[4:5])
    streamed = contents(settings)
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("delete from event_set_aside")
    sink.rebuild(nothing)
    assert contents(settings) == streamed


def test_names_follow_events_of_configuration(settings: Settings, sink: LakeSink) -> None:
    queue_id = uid("Returns")
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("insert into queue values (%s, 'Returns', null, true, now())", (queue_id,))
    sink.write(configured(settings, QueueDefined(queue_id=queue_id, name="Returns")))
    assert ("queue", queue_id, "Returns", None, None) in contents(settings)["directory"]


def test_listeners_hear_the_newest_position(settings: Settings, sink: LakeSink) -> None:
    with closing(connect(settings.database_url, "test")) as connection:
        connection.execute("listen clearqueue_lake")
        sink.write(tell(settings, busy_week().events))
        heard = next(connection.notifies(timeout=10, stop_after=1))
    assert heard.payload == str(sink.position())


def test_an_old_event_is_lifted_on_its_way(settings: Settings, sink: LakeSink, old_kind: str) -> None:
    sink.write(tell(settings, [replace(event, kind=old_kind) for event in busy_week().events[:1]]))
    streamed = contents(settings)
    sink.rebuild(nothing)
    assert contents(settings) == streamed
    assert '"lifted": 1' in str(streamed["event"])


def test_an_unreadable_event_leaves_no_trace(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    strange = replace(entries[3], kind="ticket.teleported")
    with pytest.raises(UnreadableEvent, match="teleported"):
        sink.write([*entries[:3], strange, *entries[4:]])
    assert sink.position() == 0
    assert contents(settings)["event"] == []


def test_a_lake_of_other_models_says_so_until_it_is_made_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings, busy_week().events)
    before = contents(settings)
    monkeypatch.setattr("analytics.models.version", lambda: "newer")
    with pytest.raises(Unavailable, match="another version"):
        open_reader(settings)
    with closing(LakeSink(settings)) as sink:
        assert not sink.is_of_today()
        sink.rebuild(lambda done, total: None)
        assert sink.is_of_today()
    assert contents(settings) == before


def test_a_wiped_lake_starts_anew(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    sink.write(entries)
    before = contents(settings)
    sink.wipe()
    assert (sink.position(), contents(settings)["ticket"]) == (0, [])
    sink.write(entries)
    assert contents(settings) == before


def configured(settings: Settings, event: Event) -> list[Entry]:
    """An event of configuration: it belongs to no ticket."""
    template = busy_week().events[0]
    plain: dict[str, Any] = {"ticket_id": None, "ticket_version": None}
    return tell(settings, [replace(template, kind=event.kind, payload=event.payload(), **plain)])


@pytest.fixture
def old_kind() -> Iterator[str]:
    """A kind of event whose version is 2, with an upcaster from 1."""

    class Aged(Event):
        kind: ClassVar[str] = "ticket.aged"
        schema_version: ClassVar[int] = 2

    UPCASTERS["ticket.aged", 1] = lambda payload: {**payload, "lifted": 1}
    yield "ticket.aged"
    del KINDS["ticket.aged"], UPCASTERS["ticket.aged", 1]
