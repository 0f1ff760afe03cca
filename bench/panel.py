"""Each metric's usual panels on a million tickets, beside the same question asked of PostgreSQL in SQL.

The usual panels are the last 90 days by day and queue, everything by month and agent, and the total by queue, in a zone
whose clocks change. The control answers the first of them.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from analytics import catalogue
from analytics.lake import Lake, open_reader
from analytics.measure_answer import measure
from bench.big_lake import big_lake
from bench.panel_control import QUESTIONS, control
from core import clock

TICKETS = int(os.environ.get("BENCH_TICKETS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
CONTROL_ROUNDS = 3
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
PANELS: dict[str, dict[str, Any]] = {
    "quarter_by_day_and_queue": {"by": "queue", "grain": "day", "since": SINCE, "until": NOW},
    "years_by_month_and_agent": {"by": "agent", "grain": "month"},
    "total_by_queue": {"by": "queue"},
}


def run() -> dict[str, Any]:
    """The panels of every metric beside the control, in milliseconds; `value` is the p95 over all panels."""
    with big_lake(TICKETS) as settings:
        with open_reader(settings) as lake, clock.at(NOW):
            panels = {name: _panels(lake, name) for name in catalogue.METRICS}
        values = {"since": SINCE.replace(tzinfo=None), "until": NOW.replace(tzinfo=None)}
        with control(settings) as connection:
            asked = {
                name: _times(lambda sql=sql: connection.execute(sql, values).fetchall(), CONTROL_ROUNDS)
                for name, sql in QUESTIONS.items()
            }
    every = [sample for of_one in panels.values() for samples in of_one.values() for sample in samples]
    usual = [float(np.median(of_one["quarter_by_day_and_queue"])) for of_one in panels.values()]
    beside = [float(np.median(samples)) for samples in asked.values()]
    return {
        "tickets": TICKETS,
        "value": _p(every, 95),
        "unit": "ms (p95)",
        "p50_ms": _p(every, 50),
        "p95_ms": _p(every, 95),
        "control": round(float(np.mean(beside)), 1),
        "ratio": round(float(np.mean(beside) / np.mean(usual)), 2),
        "metrics": {name: _summary(of_one, asked[name]) for name, of_one in panels.items()},
    }


def _panels(lake: Lake, name: str) -> dict[str, list[float]]:
    return {
        panel: _times(lambda asked=asked: measure(name, **asked, timezone="Europe/Berlin", lake=lake), ROUNDS)
        for panel, asked in PANELS.items()
    }


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    """How long each round takes, in milliseconds; the first does not count."""
    work()
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _summary(panels: dict[str, list[float]], control_times: list[float]) -> dict[str, Any]:
    told = {panel: {"p50_ms": _p(samples, 50), "p95_ms": _p(samples, 95)} for panel, samples in panels.items()}
    return {**told, "control_p50_ms": _p(control_times, 50)}


def _p(samples: list[float], percent: int) -> float:
    return round(float(np.percentile(samples, percent)), 1)
