"""Reading under 150 requests a second: the list page, a ticket's page and a ticket over the API, at 100,000 tickets.

BENCH_TICKETS=1000000 for a million. The control, in the same run: what PostgreSQL takes for the rows of one list page.
"""

import os
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import ExitStack, closing
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import cycle
from typing import Any

import psycopg

from app.db import Database
from app.identity.session import COOKIE
from app.views.follower import catch_up
from bench.database import durable_database
from bench.many_tickets import fill, founded
from bench.server import running

PORT = int(os.environ.get("BENCH_PORT", "8652"))
TICKETS = int(os.environ.get("BENCH_TICKETS", "100000"))
PER_SECOND = 150
SECONDS = 20
READERS = 12
CONTROL_ROUNDS = 200

LIST = """
    select * from ticket where category in ('NEW', 'OPEN', 'PENDING', 'HOLD') order by created_at desc, id desc limit 50
"""


def run() -> dict[str, Any]:
    """A timetable of reads that does not wait for late answers."""
    with ExitStack() as stack:
        database_url = stack.enter_context(durable_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clearqueue-bench-"))
        cookie = f"{COOKIE}={founded(database_url)}"
        numbers, ids = _some(database_url)
        control = _control(database_url)
        stack.enter_context(running("real", PORT, database_url, CLEARQUEUE_DATA_DIR=folder))
        _keep_counts(database_url, cookie)
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


def _keep_counts(database_url: str, cookie: str) -> None:
    """The worker keeps the numbers of the list's views once a page has asked for them."""
    connection = HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", "/tickets", headers={"Cookie": cookie, "Accept": "text/html"})
    assert connection.getresponse().status == HTTPStatus.OK
    with closing(Database(database_url, most_connections=2, statement_seconds=120)) as database:
        while catch_up(database):
            pass


def _some(database_url: str) -> tuple[list[int], list[str]]:
    fill(database_url, TICKETS)
    with psycopg.connect(database_url) as connection:
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
