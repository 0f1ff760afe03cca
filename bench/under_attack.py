"""What others notice while somebody sends requests that are meant to hurt (RELIABILITY.md S-30).

Thirty of them, each once, evenly over the time in which Ana reads tickets. Goal: her p99 at most doubles. The control,
in the same run: as many harmless requests.
"""

import json
import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from itertools import cycle
from typing import Any

import psycopg

from app.identity.session import COOKIE
from bench.many_tickets import company_with
from bench.server import running

PORT = int(os.environ.get("BENCH_PORT", "8653"))
TICKETS = int(os.environ.get("BENCH_TICKETS", "10000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
PER_SECOND = 40


def run() -> dict[str, Any]:
    """Ana reads in peace, beside harmless company, and under attack."""
    with ExitStack() as stack:
        database_url, secret = stack.enter_context(company_with(TICKETS))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clearqueue-bench-"))
        cookie = f"{COOKIE}={secret}"
        with psycopg.connect(database_url) as connection:
            ids = [row[0] for row in connection.execute("select id::text from ticket order by random() limit 200")]
        stack.enter_context(running("real", PORT, database_url, CLEARQUEUE_DATA_DIR=folder))
        paths = [f"/api/v1/tickets/{ticket_id}" for ticket_id in ids]
        harmless = [_get(path, {"Cookie": cookie}) for path in paths[:30]]
        _measured(paths, cookie, [])  # warm
        peace, company = _measured(paths, cookie, []), _measured(paths, cookie, harmless)
        attack = _measured(paths, cookie, hostile(cookie))
    return {
        "value": round(_p99(attack) / _p99(company), 2),
        "unit": "times the p99 beside as many harmless requests",
        "goal": 2,
        "p99_ms": {"peace": _p99(peace), "company": _p99(company), "attack": _p99(attack)},
        "p50_ms": {name: _p50(times) for name, times in (("peace", peace), ("company", company), ("attack", attack))},
        "hostile_kinds": len(hostile(cookie)),
    }


def hostile(cookie: str) -> Sequence[bytes]:
    """Thirty requests; most need no one to be signed in, the others come as Ana."""
    ana = {"Cookie": cookie}
    write = {**ana, "Origin": f"http://127.0.0.1:{PORT}", "Content-Type": "application/json"}
    form = {**write, "Content-Type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\nv\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nv\r\n'
    some = "/api/v1/files/00000000-0000-0000-0000-000000000000"
    return [
        _get(some, {**ana, "Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(6_000))}),
        _get(some, {**ana, "Range": "bytes=" + "0-," * 15_000}),
        _get(some, {**ana, "If-None-Match": "x" + " " * 50_000 + "x"}),
        _get("/", {"X-Large": "y" * 1_000_000}),
        _get("/", {f"X-{n}": "y" for n in range(5_000)}),
        _get("/", {"Cookie": "; ".join(f"c{n}=v" for n in range(8_000))}),
        _get("/" + "a/" * 20_000, {}),
        _get("/?" + "&".join(f"a{n}=b" for n in range(8_000)), {}),
        _get("/api/v1/tickets?" + "&".join("queue_id=x" for _ in range(3_000)), ana),
        _get("/api/v1/tickets?q=" + "%28" * 1_000, ana),
        _get("/api/v1/tickets?q=" + "not%20" * 250, ana),
        _get("/api/v1/tickets?q=" + "%20or%20".join(["-tag%3Aa"] * 30), ana),
        _get("/api/v1/tickets?q=tag%3A" + "%2C".join("a" * 50), ana),
        _get("/api/v1/search?q=" + "%22" * 1_000, ana),
        _get("/api/v1/search?q=" + "%20".join("w" * n for n in range(1, 44)), ana),
        _get("/api/v1/search?q=" + "%F0%9F%98%80" * 300, ana),
        _get("/api/v1/tickets?after=" + "A" * 200, ana),
        _post("/api/v1/tickets", write, b"[" * 1_000_000),
        _post("/api/v1/tickets", write, b'{"title":' + b"9" * 1_000_000 + b"}"),
        _post("/api/v1/tickets", write, json.dumps({f"k{n}": n for n in range(50_000)}).encode()),
        _post("/api/v1/tickets", write, b'{"title":"' + b"\\u0000" * 150_000 + b'"}'),
        _post("/api/v1/files", form, part * 10_000 + b"--x--\r\n"),
        _post("/api/v1/files", form, file * 10_000 + b"--x--\r\n"),
        _post("/api/v1/files", form, b"--x\r\nX-Header: " + b"y" * 1_000_000 + b"\r\n\r\nv\r\n--x--\r\n"),
        _post("/api/v1/files", form, b"-" * 1_000_000),
        _post("/api/v1/files", {**write, "Content-Type": "multipart/form-data; boundary=" + "b" * 50_000}, b"x"),
        _post("/api/v1/session", {"Content-Type": "application/json"}, b'{"email":"' + b"a" * 500_000 + b'"}'),
        _get("/", {}).replace(b"GET / ", b"POST / ").replace(b"\r\n\r\n", b"\r\nContent-Length: 99999999999\r\n\r\nx"),
        _post("/api/v1/tickets", {**write, "Transfer-Encoding": "chunked"}, b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n"),
        b"\x16\x03\x01" * 20_000,
    ]


def _measured(paths: Sequence[str], cookie: str, beside: Sequence[bytes]) -> list[float]:
    """How long Ana's reads take, in milliseconds from when each was due, while others send what stands `beside`."""
    stop = threading.Event()
    other = threading.Thread(target=_send, args=(beside, stop))
    other.start()
    times, began = [], time.monotonic()
    connection = HTTPConnection("127.0.0.1", PORT)
    for n, path in enumerate(cycle(paths)):
        due = began + n / PER_SECOND
        if due > began + SECONDS:
            break
        time.sleep(max(0.0, due - time.monotonic()))
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append((time.monotonic() - due) * 1000)
    stop.set()
    other.join()
    return times


def _send(requests: Sequence[bytes], stop: threading.Event) -> None:
    """Each once, evenly, on a connection of its own; whatever the answer is, or none."""
    for request in requests:
        with suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=5) as link:
            link.sendall(request)
            link.recv(65_536)
        if stop.wait(SECONDS / len(requests) * 0.9):
            return


def _get(path: str, headers: dict[str, str]) -> bytes:
    return _request("GET", path, headers, b"")


def _post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    length = {} if "Transfer-Encoding" in headers else {"Content-Length": str(len(body))}
    return _request("POST", path, {**headers, **length}, body)


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{PORT}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _p99(times: list[float]) -> float:
    return round(statistics.quantiles(times, n=100)[98], 1)


def _p50(times: list[float]) -> float:
    return round(statistics.median(times), 1)
