"""Loading the demo company: a year of work, made up by the seed, through the door by which all history enters."""

import random
from contextlib import closing
from datetime import UTC, datetime

from psycopg import connect

from app.imports.demo.attendance import told
from app.imports.demo.company import clientele
from app.imports.demo.demand import arrivals, chapter
from app.imports.demo.desk import Desk
from app.imports.demo.staff import Staff
from app.imports.demo.story import history_of
from app.imports.names import Names
from app.imports.reconciliation import Reconciliation
from app.imports.run import Progress, Run, Writer, bulk, silent
from core import clock
from core.events import DenominatorRecorded
from core.settings import Settings

TICKETS = 20_000
SEED = 2026
LOAD = 0.15
"""The share of their time that agents need for 20,000 tickets a year."""

RECORDS_A_BATCH = 8_000
MEANING = "1"


def load(
    settings: Settings, progress: Progress = silent, *, seed: int = SEED, tickets: int = TICKETS
) -> Reconciliation:
    """Load the demo company; the year ends now. Interrupted, the next call goes on where it stopped.

    The same seed gives the same company for the same instant: a resumed load ends its year when it was begun.
    """
    began = clock.now()
    with (
        bulk(),
        closing(connect(settings.database_url, autocommit=True, application_name="clearqueue demo")) as connection,
    ):
        run = Run(connection, "demo company", f"demo {MEANING} {seed} {tickets}")
        if run.is_finished:
            return Reconciliation(run.id, run.source, run.tally, 0.0, was_finished=True)
        done_before = run.tally.tickets
        dice = random.Random(seed)  # noqa: S311 — a story, no secret
        year = chapter(run.started_at)
        progress(0, tickets)
        people = clientele(dice)
        desk = Desk(year, arrivals(year, people, tickets, dice), LOAD * tickets / TICKETS, dice)
        cases = desk.run()
        names = Names(connection, "demo")
        staff = Staff(names, people, datetime.fromtimestamp(year.since, UTC))
        if not run.cases_done:
            names.pending.events += told(desk.floor.workers, [agent.id for agent in staff.agents], year.until)
            customers = DenominatorRecorded(name="active_customers", count=len(people.people))
            row = {"name": customers.name, "since": staff.founded_at, "count": customers.count}
            names.pending.add("denominator", row, customers, staff.founded_at)
        with Writer(connection, run, names) as writer:
            for case in cases[run.cases_done :]:
                writer.batch.add(history_of(case, staff, seed, year.until), 1, ())
                if writer.write_if_full(RECORDS_A_BATCH):
                    progress(run.cases_done, tickets)
            writer.write(is_last=True)
        progress(tickets, tickets)
    return Reconciliation(
        run.id, run.source, run.tally, (clock.now() - began).total_seconds(), resumed_after=done_before
    )
