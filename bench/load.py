"""A closed loop of HTTP clients in a process of its own: each sends its next request when it has its answer.

`python -m bench.load` reads one JSON job from standard input and prints one JSON result. The clients do as little as
possible: requests are made beforehand, and of the answers only status and length are looked at.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import uvloop

KEY = b"%KEY%"


@dataclass(frozen=True, slots=True)
class Job:
    """What to send, how many at once and for how long. `%KEY%` in `headers` becomes a fresh key each time."""

    port: int
    path: str
    headers: dict[str, str]
    body: str
    connections: int = 32
    seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class Result:
    """Answers a second, and how long each took."""

    per_second: float
    p50_ms: float
    p95_ms: float
    requests: int
    failures: int


class Client(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, head: bytes, tail: bytes, name: str, until: float) -> None:
        self.head, self.tail, self.name, self.until = head, tail, name, until
        self.milliseconds: list[float] = []
        self.failures = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """One answer after the other."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        start = self.buffer.lower().find(b"content-length:", 0, end)
        length = int(self.buffer[start + 15 : self.buffer.find(b"\r\n", start)])
        if len(self.buffer) < end + 4 + length:
            return
        now = time.perf_counter()
        self.milliseconds.append((now - self.sent_at) * 1000)
        self.failures += not self.buffer.startswith(b"HTTP/1.1 20")
        self.buffer = b""
        if now < self.until:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """The end."""
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        key = f"{self.name}-{len(self.milliseconds)}".encode()
        self.sent_at = time.perf_counter()
        self.transport.write(self.head + key + self.tail)  # type: ignore[attr-defined]


async def _drive(job: Job) -> Result:
    body = job.body.encode()
    lines = [f"POST {job.path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in job.headers.items()]
    head, _, tail = ("\r\n".join(lines).encode() + b"\r\n\r\n" + body).partition(KEY)
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    until = began + job.seconds
    clients = []
    for n in range(job.connections):
        name = f"{time.time_ns()}-{n}"
        _, client = await loop.create_connection(
            lambda name=name: Client(head, tail, name, until), "127.0.0.1", job.port
        )
        clients.append(client)
    await asyncio.gather(*[client.done for client in clients])
    seconds = time.perf_counter() - began
    times = sorted(one for client in clients for one in client.milliseconds)
    return Result(
        per_second=len(times) / seconds,
        p50_ms=times[len(times) // 2],
        p95_ms=times[len(times) * 95 // 100],
        requests=len(times),
        failures=sum(client.failures for client in clients),
    )


def drive(job: Job) -> Result:
    """Run a job in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=json.dumps(asdict(job)), capture_output=True, text=True, check=True
    )
    return Result(**json.loads(done.stdout))


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_drive(Job(**json.load(sys.stdin)))))))
