"""An open loop of HTTP clients in a process of its own: requests leave by a timetable, whatever becomes of answers.

`python -m bench.timetable` reads one JSON job from standard input and prints one JSON result. A request that finds
every connection busy opens another, as browsers would; each answer's time counts from when the request was due, so
that a client that comes late itself hides nothing.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import uvloop

WARM_SECONDS = 2.0
"""The first answers are not counted."""
LAST_ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Job:
    """`plan` holds (kind, path) and is gone through again and again."""

    port: int
    headers: dict[str, str]
    plan: list[tuple[str, str]]
    per_second: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """`times` are milliseconds by kind, `cpu_ms` what this client itself took for a request."""

    times: dict[str, list[float]]
    failures: int
    per_second: float
    connections: int
    cpu_ms: float


class Link(asyncio.Protocol):
    """One keep-alive connection; it goes back to `idle` when its answer is whole."""

    def __init__(self, idle: list["Link"], told: "Told") -> None:
        self.idle, self.told, self.missing, self.is_answered = idle, told, 0, True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        self.transport = transport

    def send(self, kind: str, request: bytes, due: float) -> None:
        """Ask."""
        self.kind, self.due, self.is_answered = kind, due, False
        self.transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Only the status, and whether all is there."""
        if not self.missing:
            end = data.find(b"\r\n\r\n")
            start = data.lower().find(b"content-length:", 0, end)
            self.missing = end + 4 + int(data[start + 15 : data.find(b"\r\n", start)])
            self.told.failures += not data.startswith(b"HTTP/1.1 200")
        self.missing -= len(data)
        if not self.missing:
            self.is_answered = True
            self.told.note(self.kind, self.due)
            self.idle.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        """An answer that never comes is a failure."""
        if not self.is_answered:
            self.told.failures += 1
            self.told.answers += 1
        if self in self.idle:
            self.idle.remove(self)


class Told:
    """What came of it."""

    def __init__(self, counted_from: float) -> None:
        self.times: dict[str, list[float]] = {}
        self.failures, self.answers, self.counted_from = 0, 0, counted_from

    def note(self, kind: str, due: float) -> None:
        """One answer."""
        self.answers += 1
        if due >= self.counted_from:
            self.times.setdefault(kind, []).append((time.perf_counter() - due) * 1000)


async def _drive(job: Job) -> Result:
    loop, idle = asyncio.get_running_loop(), list[Link]()
    began = time.perf_counter() + 0.2
    told, connections = Told(began + WARM_SECONDS), 0
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **job.headers}.items())
    plan = [(kind, f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()) for kind, path in job.plan]
    requests = int(job.per_second * job.seconds)
    spent = time.process_time()

    async def send_anew(kind: str, request: bytes, due: float) -> None:
        nonlocal connections
        connections += 1
        _, link = await loop.create_connection(lambda: Link(idle, told), "127.0.0.1", job.port)
        link.send(kind, request, due)

    tasks = set()
    for n in range(requests):
        due = began + n / job.per_second
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        kind, request = plan[n % len(plan)]
        if idle:
            idle.pop().send(kind, request, due)
        else:
            tasks.add(asyncio.create_task(send_anew(kind, request, due)))
    until = time.perf_counter() + LAST_ANSWER_SECONDS
    while told.answers < requests and time.perf_counter() < until:
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - began
    return Result(
        times=told.times,
        failures=told.failures + requests - told.answers,
        per_second=told.answers / seconds,
        connections=connections,
        cpu_ms=(time.process_time() - spent) * 1000 / requests,
    )


def drive(job: Job) -> Result:
    """Run a job in a process of its own."""
    command = [sys.executable, "-m", "bench.timetable"]
    done = subprocess.run(command, input=json.dumps(asdict(job)), capture_output=True, text=True, check=True)
    return Result(**json.loads(done.stdout))


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_drive(Job(**json.load(sys.stdin)))))))
