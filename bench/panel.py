"""Each metric's usual panel on a million tickets (BENCH_TICKETS=10000000 for ten), beside SQL on PostgreSQL.

The usual panel is the last 90 days by day and the metric's first dimension, in a zone whose clocks change; beside it
stand everything by month and agent, and the total by queue. Every round asks for a time of its own: an answer that the
lake still knows is no measurement. Metrics that find no rows are named and left out.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from analytics import catalogue
from analytics.lake import Lake, open_reader
from analytics.measure_answer import ask
from bench.big_lake import big_lake
from bench.panel_control import QUESTIONS, control
from core import clock
from core.settings import Settings

TICKETS = int(os.environ.get("BENCH_TICKETS", "1000000"))
CONTROL_TICKETS = min(TICKETS, int(os.environ.get("BENCH_CONTROL_TICKETS", "1000000")))
"""PostgreSQL is asked at this size at most: its tables and indexes take several times the lake's room."""

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
CONTROL_ROUNDS = 3
MEMORY = os.environ.get("BENCH_MEMORY", "1GB")
GOALS = {1_000_000: 150, 10_000_000: 400}
"""Milliseconds that 95 in 100 usual panels are to take, by tickets."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
USUAL = "quarter_by_day"


def run() -> dict[str, Any]:
    """The panels of every metric, in milliseconds; `value` is the p95 of all usual panels."""
    with big_lake(TICKETS, MEMORY) as settings:
        told = _apart(settings)
    filled = {name: panels for name, panels in told["metrics"].items() if panels[USUAL]["rows"]}
    usual = [sample for panels in filled.values() for sample in panels[USUAL]["samples"]]
    goal = next((goal for tickets, goal in GOALS.items() if tickets >= TICKETS), None)
    metrics = {name: {panel: _summary(of) for panel, of in panels.items()} for name, panels in filled.items()}
    every = [sample for panels in filled.values() for of in panels.values() for sample in of["samples"]]
    return {
        "value": _p(usual, 95),
        "unit": "ms (p95 of the usual panels)",
        "goal": goal,
        "p50_ms": _p(usual, 50),
        "p95_ms": _p(usual, 95),
        **_beside_postgres(),
        "tickets": TICKETS,
        "events": told["events"],
        "memory_bytes": told["memory_bytes"],
        "every_panel_p50_ms": _p(every, 50),
        "every_panel_p95_ms": _p(every, 95),
        "slower_than_goal": [name for name, panels in metrics.items() if goal and panels[USUAL]["p50_ms"] > goal],
        "without_rows": [name for name in told["metrics"] if name not in filled],
        "metrics": metrics,
    }


def _apart(settings: Settings) -> dict[str, Any]:
    """The panels in a process of their own, so that its memory is theirs."""
    job = settings.model_dump_json()
    done = subprocess.run(
        [sys.executable, "-m", "bench.panel"], input=job, stdout=subprocess.PIPE, check=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _all_panels() -> None:
    settings = Settings.model_validate_json(sys.stdin.read())
    with open_reader(settings) as lake, clock.at(NOW):
        names = [name for name, metric in catalogue.METRICS.items() if metric.is_of_tickets]
        metrics = {name: {panel: _asked(lake, name, panel) for panel in _panels(name)} for name in names}
        events = lake.position()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"metrics": metrics, "events": events, "memory_bytes": memory}))


def _panels(name: str) -> dict[str, dict[str, Any]]:
    dimensions = catalogue.METRICS[name].dimensions
    return {
        USUAL: {"by": dimensions[0], "grain": "day", "since": SINCE, "until": NOW},
        "years_by_month_and_agent": {"by": "agent", "grain": "month", "until": NOW},
        "total_by_queue": {"by": "queue", "until": NOW},
    }


def _asked(lake: Lake, name: str, panel: str) -> dict[str, Any]:
    """The times of all rounds, and how many rows an answer was made of."""
    rows = 0

    def once(number: int) -> None:
        nonlocal rows
        asked = _panels(name)[panel]
        asked["until"] -= timedelta(milliseconds=number)
        rows = ask(name, lake=lake, **asked, timezone="Europe/Berlin").rows_read

    samples = _times(once, ROUNDS if panel == USUAL else CONTROL_ROUNDS)
    return {"rows": rows, "samples": samples}


def _beside_postgres() -> dict[str, Any]:
    """The usual panels for which there is SQL, asked of both at a size that PostgreSQL can bear."""
    values = {"since": SINCE.replace(tzinfo=None), "until": NOW.replace(tzinfo=None)}
    ours, theirs = [], []
    with big_lake(CONTROL_TICKETS, MEMORY) as settings:
        with open_reader(settings) as lake, clock.at(NOW):
            ours = [float(np.median(_asked(lake, name, USUAL)["samples"])) for name in QUESTIONS]
        with control(settings) as connection:
            for sql in QUESTIONS.values():
                samples = _times(lambda _, sql=sql: connection.execute(sql, values).fetchall(), CONTROL_ROUNDS)
                theirs.append(float(np.median(samples)))
    return {
        "control": round(float(np.mean(theirs)), 1),
        "ratio": round(float(np.mean(theirs) / np.mean(ours)), 2),
        "control_tickets": CONTROL_TICKETS,
        "control_ms": {name: round(value, 1) for name, value in zip(QUESTIONS, theirs, strict=True)},
    }


def _times(work: Callable[[int], object], rounds: int) -> list[float]:
    """How long each round takes, in milliseconds; the first does not count. `work` is told the number of its round."""
    work(0)
    found = []
    for number in range(1, rounds + 1):
        began = time.perf_counter()
        work(number)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _summary(of: dict[str, Any]) -> dict[str, Any]:
    return {"p50_ms": _p(of["samples"], 50), "p95_ms": _p(of["samples"], 95), "rows": of["rows"]}


def _p(samples: list[float], percent: int) -> float:
    return round(float(np.percentile(samples, percent)), 1)


if __name__ == "__main__":
    _all_panels()
