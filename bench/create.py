"""Tickets created per second over HTTP with the whole domain, beside one raw statement behind the same web server."""

import json
import os
import statistics
import tempfile
from typing import Any

import psutil

from app.db import Database
from app.first_company import found_company
from app.identity.token import issue_token
from app.people.setup import define_person
from app.queues.house import house_of
from bench.database import durable_database
from bench.load import Job, Result, drive
from bench.server import running
from core.actor import SYSTEM, Role
from core.events import Category

PORT = int(os.environ.get("BENCH_PORT", "8640"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = 3.0
BODY = "Since this morning the scanner in room 214 sends empty pages. " * 4


def run() -> dict[str, Any]:
    """Rounds of the real thing and the control in turn; the ratio is taken inside each round (PEERS.md)."""
    with durable_database() as database_url, tempfile.TemporaryDirectory() as folder:
        queue_id, state_id, token = prepare(database_url)
        body = json.dumps({"title": "The scanner sends empty pages", "body": BODY, "queue_id": queue_id})
        with (
            running("real", PORT, database_url, CLEARQUEUE_DATA_DIR=folder) as [real_pid],
            running("control", PORT + 1, database_url, CLEARQUEUE_DATA_DIR=folder, CONTROL_STATE=state_id) as [
                control_pid
            ],
        ):
            real = wanted(PORT, body, {"Authorization": f"Bearer {token}", "Idempotency-Key": "%KEY%"})
            control = wanted(PORT + 1, body, {"X-Unused": "%KEY%"})
            drive(real), drive(control)
            before = _cpu_seconds(real_pid), _cpu_seconds(control_pid)
            rounds = [(drive(real), drive(control)) for _ in range(ROUNDS)]
            spent = _cpu_seconds(real_pid) - before[0], _cpu_seconds(control_pid) - before[1]
    return _summary(rounds, *spent)


def wanted(port: int, body: str, headers: dict[str, str]) -> Job:
    """A few seconds of creates."""
    return Job(port, "/api/v1/tickets", {"Content-Type": "application/json", **headers}, body, seconds=SECONDS)


def prepare(database_url: str) -> tuple[str, str, str]:
    """A company with a customer; returns the ids of its queue and first state, and the customer's token."""
    database = Database(database_url, most_connections=1)
    with database.transaction() as session:
        found_company(session)
        customer = define_person(session, SYSTEM, name="Cleo", email="cleo@example.com", role=Role.CUSTOMER)
        _, secret = issue_token(session, SYSTEM, person_id=customer.id, name="bench")
        house = house_of(session)
        queue_id = str(next(iter(house.queues)))
        state_id = str(house.state_for(Category.NEW).id)
    database.close()
    return queue_id, state_id, secret


def _cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _summary(rounds: list[tuple[Result, Result]], real_cpu: float, control_cpu: float) -> dict[str, Any]:
    real, control = [one for one, _ in rounds], [one for _, one in rounds]
    return {
        "value": round(statistics.median(one.per_second for one in real)),
        "unit": "tickets/s",
        "control": round(statistics.median(one.per_second for one in control)),
        "ratio": round(statistics.median(a.per_second / b.per_second for a, b in rounds), 3),
        "goal_ratio": 0.5,
        "p50_ms": round(statistics.median(one.p50_ms for one in real), 2),
        "p95_ms": round(statistics.median(one.p95_ms for one in real), 2),
        "server_cpu_ms": round(real_cpu * 1000 / sum(one.requests for one in real), 3),
        "control_cpu_ms": round(control_cpu * 1000 / sum(one.requests for one in control), 3),
        "connections": 32,
        "rounds": len(rounds),
        "requests": sum(one.requests for one in real),
        "failures": sum(one.failures for one in [*real, *control]),
    }
