"""`clearqueue sla replay`: the same question at a terminal, answered at once and kept nowhere."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.db import Database
from app.queues.house import house_of
from app.sla.comparing import Comparison, Side
from app.sla.drafts import Draft, drafted_rules
from app.sla.what_if import Question, compare, zone_of
from core import clock
from core.actor import SYSTEM
from core.settings import Settings
from etl.connection import connect

MOST_NAMED = 20
MANY = 2_000
"""Fewer tickets are replayed sooner than processes are begun."""


def replay_files(
    settings: Settings, paths: Sequence[Path], since: datetime, until: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Comparison, list[int]]:  # fmt: skip
    """Replay the tickets created in a period under the record's rules and under those of draft files.

    Returns what was met and missed, and the numbers of the first tickets that differ.
    """
    draft = Draft.of_files(paths)
    with closing(Database(settings.database_url, most_connections=1)) as database, database.reading() as session:
        record = house_of(session).sla
        asked = Question(
            record, drafted_rules(session, SYSTEM, record, draft), since, until, clock.now(), zone_of(record)
        )
    found, differing = Comparison(), list[UUID]()

    def told(done: int, total: int) -> bool:
        progress(done, total)
        return True

    with closing(connect(settings.database_url, "what-if")) as connection:
        (tickets,) = connection.execute("select count(*) from ticket").fetchone() or (0,)
        processes = (os.cpu_count() or 1) if tickets > MANY else 0
        for some, others in compare(settings.database_url, asked, processes=processes, is_wanted=told):
            found.add(some)
            differing += [ticket_id for ticket_id, _ in others]
        query = "select number from ticket where id = any(%s) order by number limit %s"
        return found, [row[0] for row in connection.execute(query, (differing, MOST_NAMED))]


def told(found: Comparison, named: Sequence[int]) -> Iterator[str]:
    """The answer in lines."""
    yield f"{found.tickets:,} tickets; {found.differing:,} would have fared otherwise."
    yield f"{'target':20} {'due':>15} {'met before':>11} {'met after':>11} {'breaches +':>11} {'breaches -':>11}"
    for target in found.targets:
        before, after = _share(found.before, target), _share(found.after, target)
        due = f"{found.before.due[target]:,} → {found.after.due[target]:,}"
        yield f"{target:20} {due:>15} {before:>11} {after:>11} {found.gained[target]:>11,} {found.lost[target]:>11,}"
    hours = [f"{hour}: {found.before.hours[hour]:,} → {found.after.hours[hour]:,}" for hour in map(str, range(24))
             if found.before.hours[hour] or found.after.hours[hour]]  # fmt: skip
    if hours:
        yield "Due by hour of the day: " + "; ".join(hours)
    if named:
        more = " …" if found.differing > len(named) else ""
        yield "Tickets that differ: " + ", ".join(f"#{number}" for number in named) + more


def _share(side: Side, target: str) -> str:
    share = side.attainment(target)
    return "–" if share is None else f"{share:.1%}"
