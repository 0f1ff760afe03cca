"""How late breaches are told by two workers, with 100,000 other timers waiting: from the due instant to the commit that
tells of it.

The control, in the same run: how long PostgreSQL alone takes to commit one row.
"""

import os
import statistics
import tempfile
import time
from contextlib import ExitStack, closing
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg

from app.db import Database
from app.first_company import found_company
from app.queues.setup import define_queue
from app.sla.policy import Shape
from app.sla.setup import define_policy
from app.tickets.commands import Open
from app.tickets.decider import handle
from app.timers.runner import run_timers
from bench.database import durable_database
from core import clock
from core.actor import SYSTEM
from core.settings import Settings

WAITING = int(os.environ.get("BENCH_TIMERS", "100000"))
WORKERS = int(os.environ.get("BENCH_WORKERS", "2"))
BREACHES = int(os.environ.get("BENCH_BREACHES", "400"))
A_SECOND = 20
TARGET = timedelta(hours=1)
LEAD_SECONDS = 8

FILL = """
    insert into timer (id, key, kind, due_at, payload, attempts, note, is_set_aside)
    select gen_random_uuid(), 'waiting:' || n, 'sla', now() + interval '1 hour' + n * interval '1 second', '{}', 0, '',
           false
    from generate_series(1, %s) as n
"""
LATE = """
    select extract(epoch from recorded_at - occurred_at) * 1000 from event_pending where kind = 'sla.clock.breached'
"""


def run() -> dict[str, Any]:
    """Lateness in milliseconds."""
    with ExitStack() as stack:
        database_url = stack.enter_context(durable_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clearqueue-bench-"))
        settings = Settings(data_dir=Path(folder), database_url=database_url)
        began = time.perf_counter()
        _prepare(database_url)
        prepared = time.perf_counter() - began
        spawned = get_context("spawn")
        stop = spawned.Event()
        workers = [spawned.Process(target=run_timers, args=(settings, stop)) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        time.sleep(LEAD_SECONDS + BREACHES / A_SECOND + 3)
        stop.set()
        for worker in workers:
            worker.join()
        with psycopg.connect(database_url) as connection:
            late = [float(row[0]) for row in connection.execute(LATE)]
        control = _control(database_url)
    p50, p95 = (round(statistics.quantiles(late, n=100)[percent - 1], 1) for percent in (50, 95))
    return {
        "value": p95,
        "unit": "ms late, p95",
        "control": control,
        "ratio": round(p95 / control, 1),
        "goal_ms": 1000,
        "p50_ms": p50,
        "p95_ms": p95,
        "most_ms": round(max(late), 1),
        "breaches": len(late),
        "told_twice": len(late) - BREACHES,
        "workers": WORKERS,
        "a_second": A_SECOND,
        "waiting": WAITING,
        "prepare_seconds": round(prepared, 1),
    }


def _prepare(database_url: str) -> None:
    """Tickets that fall due one after the other from a few seconds on, and all the timers that wait for later."""
    seconds = dict.fromkeys(("low", "normal", "high", "urgent"), round(TARGET.total_seconds()))
    target = {"metric": "first_reply", "basis": "calendar", "seconds": seconds}
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(FILL, (WAITING,))
        connection.execute("analyze timer")
    with closing(Database(database_url, most_connections=2)) as database:
        start = clock.now() - TARGET
        with clock.at(start), database.transaction() as session:
            found_company(session)
            queue_id = define_queue(session, SYSTEM, name="Busy").id
            define_policy(session, SYSTEM, Shape.model_validate({"name": "An hour", "targets": [target]}))
        first = clock.now() - TARGET + timedelta(seconds=LEAD_SECONDS + BREACHES / 100)
        for n in range(BREACHES):
            with clock.at(first + timedelta(seconds=n / A_SECOND)), database.transaction() as session:
                handle(session, SYSTEM, Open(title="Late", body="Soon.", queue_id=queue_id))


def _control(database_url: str) -> float:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("create table control (n int)")
        took = []
        for n in range(50):
            began = time.perf_counter()
            connection.execute("insert into control values (%s)", (n,))
            took.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(took), 2)
