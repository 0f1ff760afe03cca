"""Replaying clocks over history: tickets and events a second in one process, of a demo company with its two policies.

`value` counts from the ledger to the clocks; `fold_events_a_second` the fold alone, of lives that were read before. The
control, in the same run: the same histories folded into their tickets' rows alone, without clocks.
"""

import os
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import args_row

from app.db import Database
from app.imports.demo import load
from app.imports.demo.promises import promise
from app.imports.run import bulk
from app.queues.house import house_of
from app.sla.clocks import replay
from app.sla.histories import lives
from app.sla.rules import Rules
from app.tickets.decider import blank, evolve
from bench.database import durable_database
from core import clock
from core.ledger import ENVELOPE, Envelope
from core.settings import Settings
from core.upcasters import read_event

CHUNK = 250
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
        with closing(psycopg.connect(database_url)) as connection:
            control = _control(connection)
            return {**_measured(connection, rules, control), "tickets": TICKETS}


def _control(connection: Connection[Any]) -> float:
    histories = _histories(connection)
    began = time.perf_counter()
    for history in histories:
        row = blank(history[0].ticket_id)  # type: ignore[arg-type]
        for one in history:
            evolve(read_event(one.kind, one.schema_version, one.payload), row, one.occurred_at, one.actor_id)
    return time.perf_counter() - began


def _measured(connection: Connection[Any], rules: Rules, control: float) -> dict[str, Any]:
    ticket_ids = [row[0] for row in connection.execute("select id from ticket order by id")]
    now, told, events, reading, folding = clock.now(), 0, 0, 0.0, 0.0
    spent = time.process_time()
    with bulk():
        for first in range(0, len(ticket_ids), CHUNK):
            began = time.perf_counter()
            found = list(lives(connection, ticket_ids[first : first + CHUNK]))
            read = time.perf_counter()
            told += sum(len(replay(life, rules, now).tellings) for life in found)
            reading, folding = reading + read - began, folding + time.perf_counter() - read
            events += sum(len(update.steps) for life in found for update in life.updates)
    return {
        "value": round(len(ticket_ids) / (reading + folding)),
        "unit": "tickets/s",
        "control": round(len(ticket_ids) / control),
        "ratio": round(control / (reading + folding), 2),
        "fold_events_a_second": round(events / folding),
        "cpu_us_a_ticket": round((time.process_time() - spent) / len(ticket_ids) * 1_000_000),
        "events": events,
        "told": told,
    }


def _histories(connection: Connection[Any]) -> list[list[Envelope]]:
    found: dict[Any, list[Envelope]] = {}
    query = f"select {', '.join(ENVELOPE)} from event where ticket_id is not null order by position"
    with connection.cursor(row_factory=args_row(Envelope)) as cursor:
        for one in cursor.execute(query):
            found.setdefault(one.ticket_id, []).append(one)
    return list(found.values())
