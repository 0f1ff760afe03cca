"""Reading under 150 requests a second: list page, ticket page, and both over the API, at 100,000 tickets.

BENCH_TICKETS=1000000 for a million. The control, in the same run: what PostgreSQL takes for the rows of one list page.
With the times stands whose CPU it was: of the web server, of PostgreSQL, of the client, and of others on the machine.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import chain
from typing import Any

import psycopg

from app.db import Database
from app.identity.session import COOKIE
from app.views.follower import catch_up
from bench.many_tickets import company_with
from bench.server import running
from bench.spending import postgres_of, watched
from bench.timetable import Job, Result, drive

PORT = int(os.environ.get("BENCH_PORT", "8652"))
TICKETS = int(os.environ.get("BENCH_TICKETS", "100000"))
PER_SECOND = float(os.environ.get("BENCH_PER_SECOND", "150"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
CONTROL_ROUNDS = 200
READ = 500
"""So many tickets are read in turn."""

LIST = """
    select * from ticket where category in ('NEW', 'OPEN', 'PENDING', 'HOLD') order by created_at desc, id desc limit 50
"""


def run() -> dict[str, Any]:
    """A timetable of reads that does not wait for late answers."""
    with ExitStack() as stack:
        database_url, secret = stack.enter_context(company_with(TICKETS))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clearqueue-bench-"))
        headers = {"Cookie": f"{COOKIE}={secret}", "Accept": "text/html, application/json"}
        plan = _plan(database_url)
        control = _control(database_url)
        web = stack.enter_context(running("real", PORT, database_url, CLEARQUEUE_DATA_DIR=folder))
        _keep_counts(database_url, headers)
        drive(Job(PORT, headers, plan, PER_SECOND / 2, 8))  # warm
        with watched({"web": web, "postgres": [postgres_of(database_url)]}) as spent:
            result = drive(Job(PORT, headers, plan, PER_SECOND, SECONDS))
    every = list(chain.from_iterable(result.times.values()))
    return {
        "tickets": TICKETS,
        "value": _p(every, 95),
        "unit": "ms (p95)",
        "goal_ms": 50,
        "p50_ms": _p(every, 50),
        "p95_ms": _p(every, 95),
        "p99_ms": _p(every, 99),
        "control": _p(control, 95),
        "ratio": round(_p(every, 95) / _p(control, 95), 1),
        "requests_per_second": round(result.per_second),
        "failures": result.failures,
        "web_processes": len(web),
        **_costs(spent, result),
        **{name: {"p50_ms": _p(of_kind, 50), "p95_ms": _p(of_kind, 95)} for name, of_kind in result.times.items()},
    }


def _costs(spent: Mapping[str, float], result: Result) -> dict[str, Any]:
    """Milliseconds of CPU a request, and how many cores others had meanwhile."""
    requests = PER_SECOND * SECONDS
    ours = {name: spent[name] * 1000 / requests for name in ("web", "postgres")} | {"client": result.cpu_ms}
    others = spent["everything"] - sum(ours.values()) * requests / 1000
    return {
        "cpu_ms_a_request": {name: round(each, 2) for name, each in ours.items()},
        "cores_of_others": round(max(0.0, others) / spent["clock"], 2),
    }


def _keep_counts(database_url: str, headers: dict[str, str]) -> None:
    """The worker keeps the numbers of the list's views once a page has asked for them."""
    connection = HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", "/tickets", headers=headers)
    assert connection.getresponse().status == HTTPStatus.OK
    with closing(Database(database_url, most_connections=2, statement_seconds=120)) as database:
        while catch_up(database):
            pass


def _plan(database_url: str) -> list[tuple[str, str]]:
    """The four kinds in turn, each time another ticket."""
    with psycopg.connect(database_url) as connection:
        found = f"select number, id::text from ticket order by random() limit {READ}"
        return [
            one
            for number, ticket_id in connection.execute(found)
            for one in (
                ("list_page", "/tickets"),
                ("list_api", "/api/v1/tickets?is_open=true&limit=50"),
                ("ticket_page", f"/tickets/{number}"),
                ("ticket_api", f"/api/v1/tickets/{ticket_id}"),
            )
        ]


def _control(database_url: str) -> list[float]:
    found = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(CONTROL_ROUNDS):
            began = time.perf_counter()
            connection.execute(LIST).fetchall()
            found.append((time.perf_counter() - began) * 1000)
    return found


def _p(times: list[float], percent: int) -> float:
    return round(statistics.quantiles(times, n=100)[percent - 1], 1)
