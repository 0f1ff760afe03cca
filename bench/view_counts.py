"""Counts of twenty views at 1,000,000 tickets: what a page waits for them, and how fast changes move them.

The control, in the same run: one of those counts asked of the tickets themselves.
"""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlmodel import col

from app.db import Database
from app.filters.names import tree_of
from app.identity.asking import actor_of
from app.people.person import Person
from app.views.follower import catch_up, full_count
from app.views.tally import Question, ask_for, kept_numbers
from bench.many_tickets import company_with

TICKETS = int(os.environ.get("BENCH_TICKETS", "1000000"))
ROUNDS = 50
CHANGES = 1_000
FILTERS = [f"{state} priority:{priority}" for state in ("is:open", "is:unassigned", "state:closed", "tag:delivery", "")
           for priority in ("low", "normal", "high", "urgent")]  # fmt: skip


def run() -> dict[str, Any]:
    """`value`: milliseconds that a page waits for all counts (p95)."""
    with company_with(TICKETS) as (database_url, _):
        _forget_counts(database_url)
        with closing(Database(database_url, most_connections=2, statement_seconds=120)) as database:
            with database.reading() as session:
                ana = session.execute(sa.select(Person).where(col(Person.name) == "Ana")).scalar_one()
                actor = actor_of(session, ana)
                questions = [Question(tree_of(session, actor, text), actor.scope, text) for text in FILTERS]
                control = _times(lambda: full_count(session, questions[0].tree, actor.scope), 5)
            ask_for(database.alone, questions)
            first = _seconds(lambda: _settle(database))
            page = _times(lambda: _page(database, questions), ROUNDS)
            _change(database_url)
            moved = _seconds(lambda: _settle(database))
    return {
        "tickets": TICKETS,
        "views": len(FILTERS),
        "value": round(statistics.quantiles(page, n=20)[18], 1),
        "unit": "ms for all counts of a page (p95)",
        "control": round(statistics.median(control), 1),
        "ratio": round(statistics.median(page) / statistics.median(control), 4),
        "p50_ms": round(statistics.median(page), 1),
        "first_count_s": round(first, 1),
        "changes_per_second": round(CHANGES / moved),
    }


def _forget_counts(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("truncate tally, ticket_touch")


def _page(database: Database, questions: list[Question]) -> None:
    with database.reading() as session:
        numbers, _ = kept_numbers(session, questions)
    assert len(numbers) == len({question.key for question in questions})


def _settle(database: Database) -> None:
    while catch_up(database):
        pass


def _change(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for number in range(1001, 1001 + CHANGES):
            connection.execute("update ticket set priority = 1 + priority %% 4 where number = %s", (number,))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    return [_seconds(work) * 1000 for _ in range(rounds)]
