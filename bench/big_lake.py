"""A big lake for measurements: a million tickets, ten million events of theirs and five of what follows upon them
(promises, booked time, ratings), written by SQL and derived by the real models.

`with big_lake() as settings:` gives the settings of a platform that has nothing but this lake. Made once for each
version of what makes it, and kept in the temporary folder.
"""

import fcntl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import duckdb

from analytics import lake_rebuild, lake_write, models
from analytics.business_time import breakpoints
from analytics.lake import open_writer, transaction
from bench import big_lake_doubles as doubles
from bench.database import database_in
from core.calendar import Calendar, Hours, Weekday
from core.settings import Settings

HERE = Path(__file__).parent
MEMORY = "3GB"
WRITTEN = 1_000_000
"""Larger lakes are of so many tickets and their doubles."""

CHUNK = 1_000_000

DIRECTORY = """
delete from directory;
insert into directory select 'queue', id('queue', i), 'Queue ' || i, null, null from range(12) as queue (i);
insert into directory select 'agent', id('agent', i), 'Agent ' || i, null, 'agent' from range(60) as agent (i);
insert into directory select 'organisation', id('organisation', i), 'Organisation ' || i, null, null
    from range(300) as organisation (i);
insert into directory select 'state', state_id, state, null, category from state;
insert into directory select 'policy', id('policy', i), 'Policy ' || i, null, null from range(3) as policy (i);
insert into directory select 'calendar', id('calendar', 0), 'Weekdays', null, null;
"""

WEEKDAYS = Calendar("UTC", tuple(Hours(starts=8 * 60, ends=18 * 60, day=day) for day in tuple(Weekday)[:5]))
"""The hours that `open_us` (big_lake.sql) counts."""


@contextmanager
def big_lake(tickets: int = 1_000_000, memory: str = "1GB") -> Iterator[Settings]:
    """Settings whose lake holds so many tickets. Only one process at a time can have it: others wait."""
    folder = Path(tempfile.gettempdir()) / f"clearqueue-big-lake-{tickets}-{_version(tickets)}"
    folder.mkdir(mode=0o711, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with database_in(folder) as database_url:
            settings = Settings(data_dir=folder, database_url=database_url, lake_memory=memory)
            if not (folder / "ready").exists():
                _make(settings.model_copy(update={"lake_memory": MEMORY}), tickets)
                (folder / "ready").touch()
            yield settings


def _make(settings: Settings, tickets: int) -> None:
    if tickets > WRITTEN:
        _make_doubles(settings, tickets // WRITTEN)
    else:
        _make_of_events(settings, tickets)


def _make_doubles(settings: Settings, times: int) -> None:
    with big_lake(WRITTEN) as source, open_writer(settings) as lake, lake.cursor() as cursor, transaction(cursor):
        newest = doubles.make(cursor, source, times, partial(_say, "doubled"))
        lake_write.move_cursor(cursor, newest)


def _make_of_events(settings: Settings, tickets: int) -> None:
    """Whatever was cut off goes on where it was."""
    written = settings.data_dir / "written"
    with open_writer(settings) as lake, lake.cursor() as cursor:
        if not written.exists():
            _write_events(cursor, tickets)
            written.touch()
        newest = _newest(cursor)
        with transaction(cursor):
            lake_rebuild.derive(cursor, newest, partial(_say, "derived"))
            lake_write.move_cursor(cursor, newest)


def _write_events(cursor: duckdb.DuckDBPyConnection, tickets: int) -> None:
    cursor.execute(happenings(tickets, followed=True))
    cursor.execute(DIRECTORY)
    _lay_out(cursor)
    (newest,) = cursor.execute("select max(position) from temp.happening").fetchone() or (0,)
    entry = (HERE / "big_lake_entry.sql").read_text()
    for since in range(_newest(cursor), newest, CHUNK):
        part = entry.replace("$since", str(since)).replace("$until", str(since + CHUNK))
        event = models.select("event_row", "", entry=part)
        cursor.execute(f"insert into event by name select * from ({event}) order by position")
        _say("written", min(since + CHUNK, newest), newest)


def happenings(tickets: int, *, followed: bool) -> str:
    """SQL that makes the tables of what happens; `followed` by promises, booked time and ratings."""
    told = (HERE / "big_lake.sql").read_text()
    return told.replace("$tickets", str(tickets)).replace("$followed", str(followed))


def _lay_out(cursor: duckdb.DuckDBPyConnection) -> None:
    (calendar_id,) = cursor.execute("select id('calendar', 0)").fetchone() or (None,)
    assert isinstance(calendar_id, UUID)
    cursor.execute("delete from calendar_breakpoint")
    cursor.register("arrived", breakpoints(calendar_id, 1, WEEKDAYS))
    cursor.execute("insert into calendar_breakpoint by name from arrived")
    cursor.unregister("arrived")


def _newest(cursor: duckdb.DuckDBPyConnection) -> int:
    row = cursor.execute("select coalesce(max(position), 0) from event").fetchone()
    return int(row[0]) if row else 0


def _say(what: str, done: int, total: int) -> None:
    print(f"big lake: {what}, {done:,} of {total:,}", file=sys.stderr, flush=True)


def _version(tickets: int) -> str:
    sources = (*_SOURCES, "big_lake_doubles.py") if tickets > WRITTEN else _SOURCES
    parts = [models.version(), duckdb.__version__, *((HERE / name).read_text() for name in sources)]
    return sha256("\0".join(parts).encode()).hexdigest()[:12]


_SOURCES = ("big_lake.sql", "big_lake_entry.sql")
