"""Tickets a second when a ServiceNow audit log of ten thousand cases comes in: read, told, folded, written, chained.

The log is made here, shaped as real ones are: six updates a case, sorted by case, columns of words that repeat.
The control, in the same run: PostgreSQL copies the same tickets, messages and events into tables with the same indexes.
"""

import csv
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from app.imports.log import import_log
from bench.database import durable_database
from core.settings import Settings

CASES = int(os.environ.get("BENCH_CASES", "10000"))
FROM = datetime(2025, 1, 6, 8, tzinfo=UTC)
COURSES = {
    ("New", "Active", "Active", "Active", "Resolved", "Closed"): 8,
    ("New", "Active", "Active", "Awaiting User Info", "Active", "Active", "Active", "Resolved", "Closed"): 3,
    ("New", "Active", "Active", "Active", "Awaiting Vendor", "Active", "Resolved", "Active", "Resolved", "Closed"): 1,
    ("New", "Resolved", "Closed"): 4,
}
"""The states that a case's updates show, and how many of sixteen cases go so."""

CHANGES_HANDS, IS_ASSIGNED = 0.03, 0.5
COLUMNS = (
    "number", "incident_state", "sys_mod_count", "reopen_count", "caller_id", "opened_by", "opened_at",
    "sys_updated_by", "sys_updated_at", "contact_type", "location", "category", "subcategory", "u_symptom", "impact",
    "urgency", "priority", "assignment_group", "assigned_to", "problem_id", "rfc", "vendor", "closed_code",
    "resolved_at", "closed_at",
)  # fmt: skip


def run() -> dict[str, Any]:
    """`value` is the rate of the whole command, from opening the file to its reconciliation."""
    with tempfile.TemporaryDirectory() as folder, durable_database() as database_url:
        log = Path(folder) / "log.csv"
        rows = _write(log)
        settings = Settings(data_dir=Path(folder), database_url=database_url, secret_key="k" * 32)
        began, began_cpu = time.perf_counter(), time.process_time()
        found = import_log(settings, log, "servicenow")
        seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
        control = _control(database_url)
    return {
        "tickets": found.tally.tickets,
        "rows": rows,
        "events": found.tally.events,
        "value": round(found.tally.tickets / seconds),
        "unit": "tickets/s",
        "goal": 2_000,
        "control": round(found.tally.tickets / control),
        "ratio": round(control / seconds, 3),
        "cpu_us_a_ticket": round(cpu / found.tally.tickets * 1e6),
    }


def _write(log: Path) -> int:
    rows = 0
    with log.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(CASES):
            case = list(_case(n, random.Random(n)))
            writer.writerows(case)
            rows += len(case)
    return rows


def _case(n: int, dice: random.Random) -> Iterator[list[str]]:
    [course] = dice.choices(list(COURSES), list(COURSES.values()))
    opened = FROM + timedelta(minutes=25 * n)
    times = [opened]
    for _ in course[1:]:
        times.append(times[-1] + timedelta(minutes=dice.randint(1, 1_500)))
    solved = times[len(course) - 1 - course[::-1].index("Resolved")]
    group, agent = dice.randrange(40), dice.randrange(200)
    same = [f"Location {dice.randrange(200)}", f"Category {dice.randrange(50)}", f"Subcategory {dice.randrange(250)}",
            f"Symptom {dice.randrange(400)}", "2 - Medium", "2 - Medium", "3 - Moderate"]  # fmt: skip
    caller, opener, channel = f"Caller {dice.randrange(3000)}", f"Opened by {dice.randrange(150)}", "Phone"
    reopened, is_assigned = 0, dice.random() < IS_ASSIGNED
    for update, state in enumerate(course):
        reopened += update > 0 and course[update - 1] == "Resolved" and state == "Active"
        if dice.random() < CHANGES_HANDS:
            group, agent = dice.randrange(40), dice.randrange(200)
        resolver = f"Resolver {agent}" if is_assigned else "?"
        yield [
            f"INC{n:07d}", state, str(update), str(reopened), caller, opener, _said(opened), f"Updated by {agent}",
            _said(times[update]), channel, *same, f"Group {group}", resolver if update else "?",
            "?", "?", "?", "code 6" if state in ("Resolved", "Closed") else "?", _said(solved), _said(times[-1]),
        ]  # fmt: skip


def _said(instant: datetime) -> str:
    return f"{instant:%d/%m/%Y %H:%M}"


def _control(database_url: str) -> float:
    with psycopg.connect(database_url, autocommit=True) as connection:
        tables = ("ticket", "message", "event")
        for table in tables:
            connection.execute(f"create table control_{table} (like {table} including all)")
        began = time.perf_counter()
        for table in tables:
            connection.execute(f"insert into control_{table} select * from {table}")
        return time.perf_counter() - began
