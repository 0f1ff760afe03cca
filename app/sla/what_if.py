"""What if: history under other policies, beside the record and never over it (`clearqueue sla replay`).

A draft is a TOML file with `[[policies]]`, each as `POST /api/v1/sla/policies` takes it, in order; it stands in for
all policies that there were. Both sides are replayed by the same fold, so that nothing but the rules differs.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tomllib import TOMLDecodeError, load
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import args_row
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.db import Database
from app.queues.house import house_of
from app.sla.clock import Clock
from app.sla.clocks import clocks
from app.sla.policy import Shape
from app.sla.reading import BEGINNING, policy_of
from app.sla.rules import Policy, Rules
from app.sla.setup import draft
from core import clock as time
from core.actor import SYSTEM
from core.errors import Invalid
from core.ids import id_from
from core.ledger import ENVELOPE, Envelope
from core.settings import Settings
from etl.connection import connect

PAGE = 500
CHOSEN = f"""
    select id, number from ticket where created_at >= %s and created_at < %s and id > %s order by id limit {PAGE}
"""
HISTORIES = f"select {', '.join(ENVELOPE)} from event where ticket_id = any(%s) order by ticket_id, ticket_version"
MOST_NAMED = 20

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Side:
    """One set of rules: of each target, how many clocks fell due and how many of those were met in time."""

    due: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def count(self, found: Sequence[Clock], now: datetime) -> set[tuple[str, int]]:
        """Count a ticket's clocks (METRICS.md 48: by their due time); returns those that were missed."""
        missed = set()
        for one in found:
            is_due = one.due_at is not None and one.due_at <= now
            if not is_due or (one.state == "cancelled" and one.breached_at is None):
                continue
            self.due[one.target] += 1
            if one.breached_at is None:
                self.met[one.target] += 1
            else:
                missed.add((one.target, one.cycle))
        return missed


@dataclass(slots=True)
class WhatIf:
    """Both sides, and where they differ."""

    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    tickets: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    differing: int = 0
    named: list[int] = field(default_factory=list)

    @property
    def targets(self) -> list[str]:
        """All targets of either side."""
        return sorted({*self.before.due, *self.after.due})

    def add(self, number: int, before: Sequence[Clock], after: Sequence[Clock], now: datetime) -> None:
        """One ticket, lived twice."""
        self.tickets += 1
        missed, would_miss = self.before.count(before, now), self.after.count(after, now)
        self.gained.update(target for target, _ in would_miss - missed)
        self.lost.update(target for target, _ in missed - would_miss)
        if missed != would_miss:
            self.differing += 1
            self.named += [number] if len(self.named) < MOST_NAMED else []


def what_if(
    settings: Settings, path: Path, since: datetime, until: datetime, progress: Progress = lambda done, total: None
) -> WhatIf:
    """Replay the tickets created in a period under the record's policies and under those of a draft."""
    with closing(Database(settings.database_url, most_connections=1)) as database, database.reading() as session:
        record = house_of(session).sla
        drafted = drafted_rules(session, record, path)
    found, now = WhatIf(), time.now()
    with closing(connect(settings.database_url, "clearqueue what-if", statement_seconds=0)) as connection:
        counted = connection.execute(
            "select count(*) from ticket where created_at >= %s and created_at < %s", (since, until)
        ).fetchone()
        for number, history in _lives(connection, since, until):
            found.add(number, clocks(history, record, now), clocks(history, drafted, now), now)
            progress(found.tickets, counted[0] if counted else 0)
    return found


def drafted_rules(session: Session, record: Rules, path: Path) -> Rules:
    """The rules of a draft: its policies from the beginning of time, the calendars as they are."""
    try:
        with path.open("rb") as file:
            given: list[dict[str, Any]] = load(file).get("policies", [])
        shapes = [Shape.model_validate(one) for one in given]
    except (TOMLDecodeError, ValidationError) as error:
        raise Invalid(f"{path.name} cannot be read as policies: {error}") from error
    if not shapes:
        raise Invalid(f"{path.name} has no [[policies]].")
    policies: dict[UUID, tuple[Policy, ...]] = {}
    for place, shape in enumerate(shapes, start=1):
        row = draft(session, SYSTEM, shape, new_policy_id=id_from("sla.draft", str(place), shape.name))
        row.sort, row.effective_from = place, BEGINNING
        policies[row.policy_id] = (policy_of(row),)
    return replace(record, policies=policies)


def _lives(connection: Connection[Any], since: datetime, until: datetime) -> Iterator[tuple[int, list[Envelope]]]:
    last = UUID(int=0)
    while rows := connection.execute(CHOSEN, (since, until, last)).fetchall():
        numbers = dict(rows)
        lives: dict[UUID, list[Envelope]] = {ticket_id: [] for ticket_id in numbers}
        with connection.cursor(row_factory=args_row(Envelope), binary=True) as cursor:
            for one in cursor.execute(HISTORIES, (list(numbers),)):
                lives[one.ticket_id].append(one)  # type: ignore[index]
        yield from ((numbers[ticket_id], life) for ticket_id, life in lives.items() if life)
        last = rows[-1][0]


def told(found: WhatIf) -> Iterator[str]:
    """The answer in lines."""
    yield f"{found.tickets:,} tickets; {found.differing:,} would have fared otherwise."
    yield f"{'target':20} {'due':>15} {'met before':>11} {'met after':>11} {'breaches +':>11} {'breaches -':>11}"
    for target in found.targets:
        before, after = _share(found.before, target), _share(found.after, target)
        due = f"{found.before.due[target]:,} → {found.after.due[target]:,}"
        yield f"{target:20} {due:>15} {before:>11} {after:>11} {found.gained[target]:>11,} {found.lost[target]:>11,}"
    if found.named:
        yield (
            "Tickets that differ: "
            + ", ".join(f"#{number}" for number in found.named)
            + (" …" if found.differing > len(found.named) else "")
        )


def _share(side: Side, target: str) -> str:
    return f"{side.met[target] / side.due[target]:.1%}" if side.due[target] else "–"
