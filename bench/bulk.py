"""A bulk edit of 10,000 tickets: priority and a tag, each through the ordinary commands with their events.

The control, in the same run: the same two changes as one SQL update, which asks nobody and notes nothing.
"""

import os
import time
from contextlib import closing
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlmodel import col

from app.bulk.asking import start_bulk
from app.bulk.job import BulkJob
from app.bulk.runner import run_turns
from app.db import Database
from app.identity.asking import actor_of
from app.macros.actions import read_actions
from app.people.person import Person
from app.tickets.ticket import Ticket
from bench.database import durable_database
from bench.many_tickets import fill, founded

EDITED = int(os.environ.get("BENCH_EDITED", "10000"))
TICKETS = 20 * EDITED
"""One in twenty is open, and closed ones are not edited."""


def run() -> dict[str, Any]:
    """Tickets a second."""
    with durable_database() as database_url:
        founded(database_url)
        fill(database_url, TICKETS)
        control = _control(database_url)
        with closing(Database(database_url, most_connections=2, statement_seconds=60)) as database:
            asked, seconds, report = _edited(database)
    return {
        "tickets": TICKETS,
        "edited": EDITED,
        "value": round(EDITED / seconds),
        "unit": "tickets/s",
        "control": round(control),
        "ratio": round(EDITED / seconds / control, 4),
        "asking_ms": round(asked * 1000),
        **report,
    }


def _control(database_url: str) -> float:
    began = time.perf_counter()
    with psycopg.connect(database_url, autocommit=True) as connection:
        chosen = f"select id from ticket order by number limit {EDITED}"
        connection.execute(f"update ticket set priority = 3, tags = tags || '{{sql}}' where id in ({chosen})")
    return EDITED / (time.perf_counter() - began)


def _edited(database: Database) -> tuple[float, float, dict[str, Any]]:
    actions = read_actions([{"do": "prioritise", "priority": 4}, {"do": "tag", "add": ["bulk"]}])
    began = time.perf_counter()
    with database.transaction() as session:
        ana = session.execute(sa.select(Person).where(col(Person.name) == "Ana")).scalar_one()
        chosen = session.execute(sa.select(col(Ticket.id)).where(col(Ticket.category) == "OPEN")).scalars().all()
        job_id = start_bulk(session, actor_of(session, ana), actions, ticket_ids=chosen).id
    asked = time.perf_counter() - began
    while run_turns(database):
        pass
    with database.reading() as session:
        job = session.get_one(BulkJob, job_id)
        report = {"done": job.done, "unchanged": job.unchanged, "refused": job.refused}
    return asked, time.perf_counter() - began - asked, report
