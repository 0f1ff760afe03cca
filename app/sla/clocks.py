"""The fold: a ticket's events, under the rules of their day, give its clocks. Pure; desk and replay share it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from app.sla.book import Book
from app.sla.clock import Clock, clock_of
from app.sla.facts import facts_of
from app.sla.follow import Step, follow_update
from app.sla.past import Told
from app.sla.rules import Rules
from app.tickets.decider import blank, evolve
from core.events import ClockTold
from core.ledger import Envelope
from core.upcasters import read_event


def clocks(history: Iterable[Envelope], rules: Rules, until: datetime | None = None) -> list[Clock]:
    """All clocks of one ticket, cycles that are over included, in the order in which they began."""
    found: dict[UUID, Clock] = {}
    for _, event in replayed(history, rules, until):
        if isinstance(event, ClockTold):
            found[event.clock_id] = clock_of(event)
    return list(found.values())


def replayed(history: Iterable[Envelope], rules: Rules, until: datetime | None = None) -> list[Told]:
    """What the clocks of one ticket told, from its events (in their order) until an instant."""
    replay: Replay | None = None
    for update in updates(history):
        if replay is None:
            assert update[0].ticket_id is not None
            replay = Replay(update[0].ticket_id, rules)
        replay.update(update)
    if replay is None:
        return []
    if until is not None:
        replay.book.breach_until(until)
    return replay.book.told


class Replay:
    """A ticket that lives again, update by update."""

    def __init__(self, ticket_id: UUID, rules: Rules) -> None:
        self.ticket = blank(ticket_id)
        self.book = Book(ticket_id, rules)
        self.book.past = self._past
        self._own: list[Told] = []

    def update(self, envelopes: Sequence[Envelope]) -> None:
        """What one command did."""
        steps = []
        for envelope in envelopes:
            event = read_event(envelope.kind, envelope.schema_version, envelope.payload)
            before = facts_of(self.ticket) if self.ticket.version else None
            evolve(event, self.ticket, envelope.occurred_at, envelope.actor_id)
            steps.append(Step(event, before, facts_of(self.ticket)))
            self._own.append((envelope.occurred_at, event))
        follow_update(self.book, steps, envelopes[0].occurred_at)

    def _past(self) -> Sequence[Told]:
        return sorted([*self._own, *self.book.told], key=lambda one: one[0])


def updates(history: Iterable[Envelope]) -> Iterator[Sequence[Envelope]]:
    """A ticket's own events, those of one command at one instant together. What clocks told is left out."""
    own = (one for one in history if not one.kind.startswith("sla.") or one.kind == "sla.reviewed")
    for _, together in groupby(own, key=lambda one: (one.command_id or one.event_id, one.occurred_at)):
        yield list(together)
