"""Reading under 150 requests a second: the list page, a ticket's page and a ticket over the API, at 100,000 tickets.

BENCH_TICKETS=1000000 for a million. The control, in the same run: what PostgreSQL takes for the rows of one list page.
"""

import os
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import ExitStack
from http.client import HTTPConnection
from itertools import cycle
from typing import Any

import psycopg
import sqlalchemy as sa

from app.db import Database
from app.first_company import OF_AGENTS, found_company
from app.identity.session import COOKIE, begin_session
from app.people.setup import define_person
from app.queues.setup import define_queue, set_rights
from app.tickets.ticket import Ticket
from bench.database import durable_database
from bench.server import running
from core.actor import SYSTEM, Role

PORT = int(os.environ.get("BENCH_PORT", "8652"))
TICKETS = int(os.environ.get("BENCH_TICKETS", "100000"))
PER_SECOND = 150
SECONDS = 20
READERS = 12
CONTROL_ROUNDS = 200

GIVEN = {
    "id": "gen_random_uuid()",
    "number": "1000 + n",
    "title": "'Order ' || n || ' has not arrived'",
    "queue_id": "queues.ids[1 + n % 8]",
    "state_id": "state.id",
    "category": "state.category",
    "priority": "1 + n % 4",
    "channel": "'email'",
    "tags": "array['delivery']",
    "custom": "'{}'",
    "version": "2",
    "history_complete": "true",
    "created_at": "now() - n * interval '1 minute'",
    "updated_at": "now() - n * interval '1 minute'",
    "message_count": "1",
}
"""What a ticket's columns hold; any other column that must hold something is an empty list."""

FILL = """
    insert into ticket ({columns})
    select {values}
    from generate_series(1, {tickets}) as n
    join ticket_state as state on state.name = case when n % 20 = 0 then 'open' else 'closed' end,
         (select array_agg(id) as ids from queue where name like 'Queue %') as queues
"""
SAY = """
    insert into message (
        id, ticket_id, direction, visibility, author_kind, channel, is_first, is_auto, body, created_at
    )
    select gen_random_uuid(), id, 'in', 'public', 'end_user', 'email', true, false, 'Where is it?', created_at
    from ticket
"""
LIST = """
    select * from ticket where category in ('NEW', 'OPEN', 'PENDING', 'HOLD') order by created_at desc, id desc limit 50
"""


def run() -> dict[str, Any]:
    """A timetable of reads that does not wait for late answers."""
    with ExitStack() as stack:
        database_url = stack.enter_context(durable_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clearqueue-bench-"))
        cookie = _prepare(database_url)
        numbers, ids = _fill(database_url)
        control = _control(database_url)
        stack.enter_context(running("real", PORT, database_url, CLEARQUEUE_DATA_DIR=folder))
        paths = {
            "list_page": ["/tickets"],
            "list_api": ["/api/v1/tickets?is_open=true&limit=50"],
            "ticket_page": [f"/tickets/{number}" for number in numbers],
            "ticket_api": [f"/api/v1/tickets/{ticket_id}" for ticket_id in ids],
        }
        times, failures, achieved = _read(paths, cookie)
    every = [one for of_kind in times.values() for one in of_kind]
    return {
        "tickets": TICKETS,
        "value": _p(every, 95),
        "unit": "ms (p95)",
        "goal_ms": 50,
        "p50_ms": _p(every, 50),
        "p95_ms": _p(every, 95),
        "control": _p(control, 95),
        "ratio": round(_p(every, 95) / _p(control, 95), 1),
        "requests_per_second": round(achieved),
        "failures": failures,
        **{name: {"p50_ms": _p(of_kind, 50), "p95_ms": _p(of_kind, 95)} for name, of_kind in times.items()},
    }


def _prepare(database_url: str) -> str:
    database = Database(database_url, most_connections=1)
    with database.transaction() as session:
        found_company(session)
        for n in range(8):
            queue = define_queue(session, SYSTEM, name=f"Queue {n}")
            set_rights(session, SYSTEM, queue_id=queue.id, holder_kind="role", holder="agent", rights=OF_AGENTS)
        agent = define_person(session, SYSTEM, name="Ana", email="ana@example.com", role=Role.AGENT)
        secret = begin_session(session, agent, 12)
    database.close()
    return f"{COOKIE}={secret}"


def _fill(database_url: str) -> tuple[list[int], list[str]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        empty = {one.name: "'{}'" for one in sa.inspect(Ticket).columns if not one.nullable and one.name not in GIVEN}
        columns, values = ", ".join([*GIVEN, *empty]), ", ".join([*GIVEN.values(), *empty.values()])
        connection.execute(FILL.format(columns=columns, values=values, tickets=TICKETS))
        connection.execute(SAY)
        connection.execute("vacuum analyze")
        rows = connection.execute("select number, id::text from ticket order by random() limit 500").fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]


def _control(database_url: str) -> list[float]:
    found = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(CONTROL_ROUNDS):
            began = time.perf_counter()
            connection.execute(LIST).fetchall()
            found.append((time.perf_counter() - began) * 1000)
    return found


def _read(paths: dict[str, list[str]], cookie: str) -> tuple[dict[str, list[float]], int, float]:
    times: dict[str, list[float]] = defaultdict(list)
    failures, lock = [0], threading.Lock()
    plan = cycle([(name, path) for group in zip(*_as_long(paths), strict=True) for name, path in group])
    began = time.monotonic() + 0.5

    def reader(n: int) -> None:
        connection = HTTPConnection("127.0.0.1", PORT)
        due = began + n / PER_SECOND
        while due < began + SECONDS:
            time.sleep(max(0.0, due - time.monotonic()))
            with lock:
                name, path = next(plan)
            connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html, application/json"})
            answer = connection.getresponse()
            answer.read()
            with lock:
                failures[0] += answer.status != 200
                if due > began + 2:  # the first seconds warm up
                    times[name].append((time.monotonic() - due) * 1000)
            due += READERS / PER_SECOND

    readers = [threading.Thread(target=reader, args=(n,)) for n in range(READERS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    return times, failures[0], SECONDS * PER_SECOND / (time.monotonic() - began)


def _as_long(paths: dict[str, list[str]]) -> list[list[tuple[str, str]]]:
    longest = max(map(len, paths.values()))
    return [[(name, group[n % len(group)]) for n in range(longest)] for name, group in paths.items()]


def _p(times: list[float], percent: int) -> float:
    return round(statistics.quantiles(times, n=100)[percent - 1], 1)
