"""`async` beside `def` on the create path: the same statement behind the same web server (docs/decisions/0010)."""

import json
import statistics
import tempfile
from typing import Any

from bench.create import BODY, PORT, ROUNDS, prepare, wanted
from bench.database import durable_database
from bench.load import drive
from bench.server import running


def run() -> dict[str, Any]:
    """Rounds of both in turn; the ratio is taken inside each round. The value is `async`, the control `def`."""
    with durable_database() as database_url, tempfile.TemporaryDirectory() as folder:
        queue_id, state_id, _ = prepare(database_url)
        body = json.dumps({"title": "The scanner sends empty pages", "body": BODY, "queue_id": queue_id})
        more = {"CLEARQUEUE_DATA_DIR": folder, "CONTROL_STATE": state_id}
        with (
            running("control_async", PORT, database_url, **more),
            running("control", PORT + 1, database_url, **more),
        ):
            jobs = [wanted(port, body, {"X-Unused": "%KEY%"}) for port in (PORT, PORT + 1)]
            for job in jobs:
                drive(job)
            rounds = [(drive(jobs[0]), drive(jobs[1])) for _ in range(ROUNDS)]
    return {
        "value": round(statistics.median(one.per_second for one, _ in rounds)),
        "unit": "requests/s",
        "control": round(statistics.median(one.per_second for _, one in rounds)),
        "ratio": round(statistics.median(a.per_second / b.per_second for a, b in rounds), 3),
        "p50_ms": round(statistics.median(one.p50_ms for one, _ in rounds), 2),
        "p95_ms": round(statistics.median(one.p95_ms for one, _ in rounds), 2),
        "failures": sum(a.failures + b.failures for a, b in rounds),
    }
