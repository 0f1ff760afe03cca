"""House-keeping changes how the rows are kept, never the rows."""

from datetime import timedelta
from pathlib import Path

import psycopg

from analytics.lake import open_reader
from analytics.lake_maintenance import maintain
from core.settings import Settings
from etl.sinks.lake import LakeSink
from tests.lake.conftest import contents, tell
from tests.lake.test_sink import busy_week

AT_ONCE = timedelta(0)


def files(settings: Settings) -> list[Path]:
    return sorted(Path(settings.lake_path).rglob("*.parquet"))


def inlined_rows(settings: Settings) -> int:
    with psycopg.connect(settings.database_url) as connection:
        tables = connection.execute("select table_name from lake.ducklake_inlined_data_tables").fetchall()
        counts = [connection.execute(f"select count(*) from lake.{name}").fetchone() for (name,) in tables]
        return sum(row[0] for row in counts if row)


def test_the_rows_stay_the_same(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    for start in range(0, len(entries), 6):
        sink.write(entries[start : start + 6])
    before = contents(settings)
    sink.maintain()
    assert contents(settings) == before
    assert inlined_rows(settings) == 0
    assert files(settings)


def test_writing_goes_on_afterwards(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    for part in (entries[:5], entries[5:9], entries[9:]):
        sink.write(part)
        sink.maintain()
    streamed = contents(settings)
    sink.rebuild(lambda done, total: None)
    assert contents(settings) == streamed


def test_files_that_nobody_needs_go(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    for part in (entries[:5], entries[5:9], entries[9:]):
        sink.write(part)
        maintain(sink.lake, keep=AT_ONCE, orphaned=AT_ONCE)
    stray = Path(settings.lake_path) / "main" / "ticket" / "stray.parquet"
    stray.write_bytes(b"")
    maintain(sink.lake, keep=AT_ONCE, orphaned=AT_ONCE)
    maintain(sink.lake, keep=AT_ONCE, orphaned=AT_ONCE)
    assert not stray.exists()
    assert len(files(settings)) == len({file.parent for file in files(settings)})
    assert len(contents(settings)["event"]) == len(entries)


def test_a_reader_goes_on_reading(settings: Settings, sink: LakeSink) -> None:
    entries = tell(settings, busy_week().events)
    sink.write(entries[:9])
    with open_reader(settings) as lake, lake.cursor() as cursor:
        cursor.execute("begin")
        before = cursor.execute("from event order by position").fetchall()
        sink.write(entries[9:])
        sink.maintain()
        assert cursor.execute("from event order by position").fetchall() == before
        cursor.execute("commit")
        assert cursor.execute("select max(position) from event").fetchone() == (entries[-1].position,)
