"""Replaying clocks over history: tickets and events a second, of a demo company with its two policies.

The control, in the same run: the same histories folded into their tickets' rows alone, without clocks.
"""

import os
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import args_row

from app.db import Database
from app.imports.demo import load
from app.imports.demo.promises import promise
from app.queues.house import house_of
from app.sla.clocks import replayed
from app.tickets.decider import blank, evolve
from bench.database import durable_database
from core import clock
from core.ledger import ENVELOPE, Envelope
from core.settings import Settings
from core.upcasters import read_event

TICKETS = int(os.environ.get("BENCH_TICKETS", "2000"))


def run() -> dict[str, Any]:
    """Tickets a second in one process."""
    with durable_database() as database_url, tempfile.TemporaryDirectory(prefix="clearqueue-bench-") as folder:
        load(Settings(data_dir=Path(folder), database_url=database_url), tickets=TICKETS)
        with closing(Database(database_url, most_connections=2)) as database:
            with database.transaction() as session:
                promise(session)
            with database.reading() as session:
                rules = house_of(session).sla
        histories = _histories(database_url)
    events = sum(map(len, histories))
    began = time.perf_counter()
    for history in histories:
        row = blank(history[0].ticket_id)  # type: ignore[arg-type]
        for one in history:
            evolve(read_event(one.kind, one.schema_version, one.payload), row, one.occurred_at, one.actor_id)
    control = time.perf_counter() - began
    began = time.perf_counter()
    told = sum(len(replayed(history, rules, clock.now())) for history in histories)
    took = time.perf_counter() - began
    return {
        "value": round(len(histories) / took),
        "unit": "tickets/s",
        "control": round(len(histories) / control),
        "ratio": round(control / took, 2),
        "events_a_second": round(events / took),
        "tickets": len(histories),
        "events": events,
        "told": told,
    }


def _histories(database_url: str) -> list[list[Envelope]]:
    found: dict[Any, list[Envelope]] = {}
    query = f"select {', '.join(ENVELOPE)} from event where ticket_id is not null order by position"
    with psycopg.connect(database_url) as connection, connection.cursor(row_factory=args_row(Envelope)) as cursor:
        for one in cursor.execute(query):
            found.setdefault(one.ticket_id, []).append(one)
    return list(found.values())
