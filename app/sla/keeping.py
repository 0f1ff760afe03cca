"""Clocks inside a command's transaction: read with the ticket's lock held, written in the statement that writes it.

A house without policies pays nothing. A new ticket reads nothing: its clocks begin with it. Any other command on a
ticket under a policy reads its clocks once (one indexed look-up).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from app.db import driver_of
from app.sla.book import Book
from app.sla.clock import FIELDS, Clock
from app.sla.facts import Facts, facts_of
from app.sla.follow import follow_update
from app.sla.moments import next_moment
from app.sla.past import Told
from app.sla.row import COLUMNS
from app.sla.rules import Rules
from app.sla.step import Step
from app.tickets.ticket import Ticket
from app.timers.timer import timer_write
from app.writes import Write
from core.events import Event
from core.ledger import Envelope, history
from core.upcasters import read_event

KIND = "sla"
NEWEST = f"""
    select distinct on (target) {", ".join(FIELDS)}
    from sla_clock
    where ticket_id = %s
    order by target, cycle desc
"""


def key(ticket_id: UUID) -> str:
    """A ticket has one timer for all its clocks."""
    return f"sla:{ticket_id}"


def newest_clocks(session: Session, ticket_id: UUID) -> dict[str, Clock]:
    """The newest clock of each target."""
    with driver_of(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(NEWEST, (ticket_id,)).fetchall()
    return {row["target"]: Clock(**row) for row in rows}


def due_times(session: Session, ticket_id: UUID) -> dict[str, tuple[datetime | None, bool]]:
    """When the clocks that have not ended are due, by target, and whether somebody set that by hand."""
    live = (one for one in newest_clocks(session, ticket_id).values() if one.is_live)
    return {one.target: (one.due_at, one.is_due_by_hand) for one in live}


@dataclass(slots=True)
class Follower:
    """Watches what a command does to a ticket, and tells what that does to its clocks."""

    session: Session
    ticket: Ticket
    book: Book
    instant: datetime
    is_new: bool
    next_before: datetime | None = None
    steps: list[Step] = field(default_factory=list)
    _taken: int = 0

    def before(self) -> Facts | None:
        """How the ticket stands before an event."""
        return facts_of(self.ticket) if self.ticket.version else None

    def happened(self, event: Event, before: Facts | None) -> None:
        """An event was applied to the ticket."""
        self.steps.append(Step(event, before, facts_of(self.ticket)))

    def overdue(self) -> Sequence[Told]:
        """What fell due before the command, which is told first."""
        self.book.breach_until(self.instant)
        return self._news()

    def follow(self) -> Sequence[Told]:
        """What the clocks do in answer to it."""
        if not self._concerns():
            return ()
        follow_update(self.book, self.steps, self.instant)
        return self._news()

    def timer(self) -> Write | None:
        """The ticket's timer, if it has to ring earlier than it would. One that rings too early sets itself anew."""
        upcoming = next_moment(self.book, self.instant)
        if upcoming is None or (self.next_before is not None and self.next_before <= upcoming):
            return None
        return timer_write(key=key(self.ticket.id), kind=KIND, due_at=upcoming, ticket_id=self.ticket.id)

    def _concerns(self) -> bool:
        """A ticket under no policy has no clocks, unless one begins to be for it."""
        if self.book.policy is not None or not self.steps:
            return bool(self.steps)
        if not any(step.is_matching or step.is_reopened or step.is_restored for step in self.steps):
            return False
        if self.book.rules.match(self.steps[-1].after, self.instant) is None:
            return False
        if not self.is_new:
            self.book.clocks = newest_clocks(self.session, self.ticket.id)
        return True

    def _news(self) -> Sequence[Told]:
        news = self.book.tellings[self._taken :]
        self._taken = len(self.book.tellings)
        return [one.told for one in news]


def follower_of(session: Session, ticket: Ticket, rules: Rules, instant: datetime) -> Follower | None:
    """Who watches over a ticket's clocks; nobody, in a house without policies."""
    policy_id = ticket.sla_policy_id
    if not rules and policy_id is None:
        return None
    book = Book(ticket.id, rules, rules.policy(policy_id, ticket.sla_policy_version))
    is_new = ticket.version == 0
    follower = Follower(session, ticket, book, instant, is_new)
    if policy_id is not None:
        book.clocks = newest_clocks(session, ticket.id)
        follower.next_before = next_moment(book, instant)
    if not is_new:
        book.past = lambda: _past(session, follower)
    return follower


def _past(session: Session, follower: Follower) -> Sequence[Told]:
    """The ticket's whole history, up to the command that is just happening."""
    kept = [
        (one.occurred_at, read_event(one.kind, one.schema_version, one.payload))
        for one in history(session, follower.ticket.id)
    ]
    now = [(follower.instant, step.event) for step in follower.steps]
    return sorted([*kept, *now, *follower.book.told], key=lambda one: one[0])


def clock_rows(envelopes: Sequence[Envelope]) -> Write | None:
    """The statement that keeps the clocks of these events: the newest event of a clock is its row."""
    rows: dict[str, list[object]] = {}
    for envelope in envelopes:
        if envelope.kind.startswith("sla.clock."):
            payload = envelope.payload
            rows[payload["clock_id"]] = [envelope.ticket_id, *(payload[name] for name in FIELDS)]
    if not rows:
        return None
    places = ", ".join([f"({', '.join(f'%s::{TYPES[name]}' for name in COLUMNS)})"] * len(rows))
    return UPSERT.format(places), [value for row in rows.values() for value in row]


TYPES = {
    "ticket_id": "uuid", "clock_id": "uuid", "target": "varchar", "metric": "varchar", "cycle": "int",
    "state": "varchar", "policy_id": "uuid", "policy_version": "int", "basis": "varchar", "calendar_id": "uuid",
    "calendar_version": "int", "target_seconds": "int", "started_at": "timestamptz", "counted_at": "timestamptz",
    "elapsed_business_us": "bigint", "elapsed_calendar_us": "bigint", "due_at": "timestamptz",
    "breached_at": "timestamptz", "is_born_breached": "boolean", "stopped_at": "timestamptz", "reason": "varchar",
    "warned": "int", "escalated": "int", "is_due_by_hand": "boolean", "derived_due_at": "timestamptz",
}  # fmt: skip
"""What payloads hold is JSON: Postgres reads ids and times from their text."""

UPSERT = f"insert into sla_clock ({', '.join(COLUMNS)}) values {{}} on conflict (clock_id) do update set " + ", ".join(
    f"{name} = excluded.{name}" for name in FIELDS if name != "clock_id"
)
