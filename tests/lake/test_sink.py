"""The lake follows the ledger."""

from contextlib import closing

from analytics import models
from analytics.lake import Lake
from core.settings import Settings
from etl.sinks.lake import LakeSink
from tests.lake.conftest import LakeOf, fill
from tests.lake.history import History, uid


def test_a_ticket_arrives(lake_of: LakeOf) -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:05", "Ana").reply("mon 9:20").state("mon 10:00", "SOLVED")
    with lake_of(history.events).cursor() as cursor:
        row = cursor.execute(
            "select number, agent_id, first_reply_seconds, full_resolution_seconds from ticket"
        ).fetchone()
    assert row == (1001, uid("Ana"), 20 * 60, 60 * 60)


def test_a_rebuilt_lake_is_the_streamed_one(settings: Settings) -> None:
    history = History()
    history.ticket("mon 9:00").assign("mon 9:05", "Ana").reply("mon 9:20").state("mon 10:00", "SOLVED").customer(
        "tue 9:00"
    )
    fill(settings, history.events)
    with closing(LakeSink(settings)) as sink:
        before = contents(sink._lake)
        sink.rebuild(lambda done, total: None)
        assert contents(sink._lake) == before
        sink.maintain()
        assert contents(sink._lake) == before
        sink.wipe()
        assert sink.position() == 0


def contents(lake: Lake) -> dict[str, list[tuple[object, ...]]]:
    with lake.cursor() as cursor:
        return {
            name: cursor.execute(f"from {name} order by {order}").fetchall()
            for name, order in models.CANONICAL_ORDER.items()
        }
