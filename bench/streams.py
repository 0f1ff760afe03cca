"""A thousand open streams of GET /api/v1/events at 20 events a second: how late each hears, and whether all do.

Every listener breaks off once and comes back with its last position. `value` is the p95 from the event's own time to
its arrival. The control, in the same run: the same with ten listeners.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import datetime
from functools import lru_cache
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import psycopg

from app.db import Database
from app.first_company import OF_AGENTS, found_company
from app.identity.token import issue_token
from app.people.setup import define_person
from app.queues.setup import define_queue, set_rights
from bench.database import durable_database
from bench.freshness import carrying
from bench.server import running
from core.actor import SYSTEM, Role
from core.settings import Settings

PORT = int(os.environ.get("BENCH_PORT", "8651"))
LISTENERS = int(os.environ.get("BENCH_STREAMS", "1000"))
CONTROL_LISTENERS = 10
SECONDS = 20
EVENTS_PER_SECOND = 20
SETTLING_SECONDS = 10
OCCURRED = b'"occurred_at":"'


def run() -> dict[str, Any]:
    """Few listeners, then many."""
    with ExitStack() as stack:
        database_url = stack.enter_context(durable_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clearqueue-bench-"))
        settings = Settings(data_dir=folder, database_url=database_url)  # type: ignore[arg-type]
        tokens, queue_id = _prepare(database_url)
        stack.enter_context(running("real", PORT, database_url, CLEARQUEUE_DATA_DIR=folder))
        stack.enter_context(carrying(settings))
        control = _heard(database_url, tokens, queue_id, CONTROL_LISTENERS)
        many = _heard(database_url, tokens, queue_id, LISTENERS)
    return {
        "value": many["p95_ms"],
        "unit": "ms from the event to its arrival (p95)",
        "goal_ms": 1000,
        "control": control["p95_ms"],
        "ratio": round(many["p95_ms"] / control["p95_ms"], 1),
        **many,
    }


def _prepare(database_url: str) -> tuple[list[str], str]:
    """A queue, and twenty agents who may read it."""
    database = Database(database_url, most_connections=1)
    with database.transaction() as session:
        found_company(session)
        queue = define_queue(session, SYSTEM, name="Streams")
        set_rights(session, SYSTEM, queue_id=queue.id, holder_kind="role", holder="agent", rights=OF_AGENTS)
        tokens = []
        for n in range(20):
            agent = define_person(session, SYSTEM, name=f"Agent {n}", email=f"a{n}@example.com", role=Role.AGENT)
            tokens.append(issue_token(session, SYSTEM, person_id=agent.id, name="bench", scopes=["write"])[1])
    database.close()
    return tokens, str(queue.id)


def _heard(database_url: str, tokens: list[str], queue_id: str, listeners: int) -> dict[str, Any]:
    with psycopg.connect(database_url) as connection:
        (since,) = connection.execute("select coalesce(max(position), 0) from event").fetchone() or (0,)
    job = {"tokens": tokens, "listeners": listeners, "since": since, "seconds": SECONDS + SETTLING_SECONDS}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.streams", json.dumps(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.readline()  # all are connected
    writer = threading.Thread(target=_write, args=(tokens[0], queue_id))
    writer.start()
    writer.join()
    with psycopg.connect(database_url) as connection:
        while connection.execute("select exists (select from event_pending)").fetchone() == (True,):
            time.sleep(0.1)
        (last,) = connection.execute("select max(position) from event").fetchone() or (0,)
    output, _ = process.communicate(f"{last}\n")
    told: dict[str, Any] = json.loads(output)
    return {**told, "events": last - since, "lost": (last - since) * listeners - told["heard"]}


def _write(token: str, queue_id: str) -> None:
    """Tickets by a timetable: each is two events."""
    connection, began = HTTPConnection("127.0.0.1", PORT), time.monotonic()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    for n in range(SECONDS * EVENTS_PER_SECOND // 2):
        time.sleep(max(0.0, began + n * 2 / EVENTS_PER_SECOND - time.monotonic()))
        body = json.dumps({"title": f"News {n}", "body": "Who hears it?", "queue_id": queue_id})
        connection.request("POST", "/api/v1/tickets", body, {**headers, "Idempotency-Key": uuid4().hex})
        connection.getresponse().read()


class Listener:
    """One stream that breaks once and comes back."""

    def __init__(self, token: str, since: int, chance: random.Random, seconds: float) -> None:
        self.token, self.position = token, since
        self.breaks_after = chance.uniform(0.2, 0.8) * (seconds - SETTLING_SECONDS)
        self.heard = 0
        self.late_ms: list[float] = []

    async def listen(self, connected: asyncio.Semaphore, last: "asyncio.Future[int]") -> None:
        """Hear until the last position."""
        began, has_broken = time.monotonic(), False
        while not (last.done() and self.position >= last.result()):
            async with connected:
                reader, writer = await asyncio.open_connection("127.0.0.1", PORT, limit=2**20)
                request = f"GET /api/v1/events?since={self.position} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
                writer.write(f"{request}{self.token}\r\nAccept: text/event-stream\r\n\r\n".encode())
                await reader.readuntil(b"retry: 2000")
            rest = b""
            while not (last.done() and self.position >= last.result()):
                if not has_broken and time.monotonic() - began > self.breaks_after:
                    has_broken = True
                    break
                try:
                    async with asyncio.timeout(1):
                        *whole, rest = (rest + await reader.read(2**16)).split(b"\n\n")
                except TimeoutError:
                    continue
                now = time.time()
                for told in whole:
                    self._take(told, now)
            writer.close()

    def _take(self, told: bytes, now: float) -> None:
        """One event. A thousand listeners that parsed JSON would measure themselves."""
        begins = told.find(b"id: ")
        if begins < 0:
            return
        position = int(told[begins + 4 : told.index(b"\n", begins)])
        if position <= self.position:
            return
        self.position = position
        self.heard += 1
        self.late_ms.append((now - _instant(told)) * 1000)


def _instant(told: bytes) -> float:
    begins = told.index(OCCURRED) + len(OCCURRED)
    return _seconds(told[begins : told.index(b'"', begins)])


@lru_cache(maxsize=4096)
def _seconds(instant: bytes) -> float:
    return datetime.fromisoformat(instant.decode()).timestamp()


async def _listen(tokens: list[str], listeners: int, since: int, seconds: float) -> None:
    chance, connected = random.Random(1), asyncio.Semaphore(50)
    last: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    crowd = [Listener(tokens[n % len(tokens)], since, chance, seconds) for n in range(listeners)]
    tasks = [asyncio.create_task(one.listen(connected, last)) for one in crowd]
    await asyncio.sleep(1 + listeners / 200)
    print("connected", flush=True)
    last.set_result(int(await asyncio.to_thread(sys.stdin.readline)))
    await asyncio.wait(tasks, timeout=60)
    late = [milliseconds for one in crowd for milliseconds in one.late_ms]
    cuts = statistics.quantiles(late, n=100)
    told = {"listeners": listeners, "heard": sum(one.heard for one in crowd)}
    print(
        json.dumps({**told, "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), "max_ms": round(max(late), 1)})
    )


if __name__ == "__main__":
    asyncio.run(_listen(**json.loads(sys.argv[1])))
