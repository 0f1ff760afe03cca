"""The lake anew from the ledger, in events a second, in a process of its own, beside reading the ledger and no more.

The control, in the same run: `copy … to stdout (format binary)` of the same rows, thrown away.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from analytics.lake_connection import connect, postgres, quoted
from bench.big_lake import happenings
from bench.database import durable_database
from core.settings import Settings
from etl.sinks.lake import LakeSink

HERE = Path(__file__).parent
EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
MEMORY = os.environ.get("BENCH_MEMORY", "2GB")
CHUNK = 1_000_000


def run() -> dict[str, Any]:
    """Fill a ledger, read it, rebuild from it."""
    with durable_database() as database_url, tempfile.TemporaryDirectory(prefix="clearqueue-bench-") as folder:
        settings = Settings(data_dir=Path(folder), database_url=database_url, lake_memory=MEMORY)
        events = _fill(settings)
        control = events / _copied_seconds(database_url)
        rebuilt = _rebuilt(settings)
    return {
        "value": round(events / rebuilt["seconds"]),
        "unit": "events/s",
        "goal": 200_000,
        "control": round(control),
        "ratio": round(events / rebuilt["seconds"] / control, 2),
        "events": events,
        "cpu_seconds_per_million": round(rebuilt["cpu_seconds"] / events * 1e6, 1),
        "memory_bytes": rebuilt["memory_bytes"],
    }


def _fill(settings: Settings) -> int:
    with closing(connect(settings)) as duck:
        duck.execute(happenings(EVENTS // 10, followed=False))
        address = quoted(postgres(settings.database_url, "bench"))
        duck.execute(f"attach {address} as ledger (type postgres)")
        (newest,) = duck.execute("select max(position) from happening").fetchone() or (0,)
        for since in range(0, newest, CHUNK):
            _fill_part(duck, since)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("vacuum analyze event")
    return int(newest)


def _fill_part(duck: duckdb.DuckDBPyConnection, since: int) -> None:
    entry = (HERE / "big_lake_entry.sql").read_text()
    part = entry.replace("$since", str(since)).replace("$until", str(since + CHUNK))
    duck.execute(
        f"""
        insert into ledger.public.event by name
        select * replace (payload::json as payload), '\\x00'::blob as hash
        from ({part})
        order by position
        """
    )


def _copied_seconds(database_url: str) -> float:
    began = time.perf_counter()
    whole = "copy event to stdout (format binary)"
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor, cursor.copy(whole) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - began


def _rebuilt(settings: Settings) -> dict[str, float]:
    job = settings.model_dump_json()
    done = subprocess.run(
        [sys.executable, "-m", "bench.rebuild"], input=job, stdout=subprocess.PIPE, check=True, text=True
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _rebuild() -> None:
    settings = Settings.model_validate_json(sys.stdin.read())
    with closing(LakeSink(settings)) as sink:
        began = time.perf_counter()
        sink.rebuild(lambda done, total: None)
        seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer = {
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "memory_bytes": used.ru_maxrss * 1024,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    _rebuild()
