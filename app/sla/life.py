"""A ticket's life as its clocks see it: what each command did, from its events. Pure; made once, however many rules
are asked about it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.sla.facts import Facts, facts_of
from app.sla.past import Told
from app.sla.step import Step, Update
from app.tickets import commands  # noqa: F401 — registers what events do to a ticket
from app.tickets.command import effect
from app.tickets.store import blank
from core.events import Event, TicketCreated
from core.ledger import Envelope
from core.upcasters import read_event

HEEDED = frozenset({
    "ticket.created", "ticket.status_changed", "ticket.assigned", "ticket.queue_changed", "ticket.priority_changed",
    "ticket.tags_changed", "ticket.field_changed", "ticket.thread_changed", "ticket.due_set", "message.added",
    "sla.reviewed",
})  # fmt: skip
"""The events that change what clocks know of a ticket (app.sla.facts), or that targets may name. All others, what
clocks tell included, are left out of a life."""


class Deed(NamedTuple):
    """An event with as much around it as clocks want to know."""

    instant: datetime
    event: Event
    actor_id: UUID | None
    command_id: UUID | str | None


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to one ticket."""

    ticket_id: UUID
    updates: Sequence[Update]

    def until(self, count: int) -> Sequence[Told]:
        """What had happened after so many updates."""
        return [(update.instant, step.event) for update in self.updates[:count] for step in update.steps]


def life_of(history: Iterable[Envelope]) -> Life | None:
    """From the ticket's envelopes, in their order."""
    heeded = [one for one in history if one.kind in HEEDED]
    if not heeded:
        return None
    assert heeded[0].ticket_id is not None
    return lived(heeded[0].ticket_id, [deed_of(one) for one in heeded])


def deed_of(one: Envelope) -> Deed:
    """An envelope, read."""
    event = read_event(one.kind, one.schema_version, one.payload)
    return Deed(one.occurred_at, event, one.actor_id, one.command_id or one.event_id)


def lived(ticket_id: UUID, deeds: Iterable[Deed]) -> Life:
    """From the ticket's deeds. Those of one command at one instant are one update."""
    return Life(ticket_id, list(_updates(ticket_id, deeds)))


def _updates(ticket_id: UUID, deeds: Iterable[Deed]) -> Iterator[Update]:
    ticket, steps = blank(ticket_id), list[Step]()
    facts: Facts | None = None
    since: datetime | None = None
    command_id: UUID | str | None = None
    for deed in deeds:
        if deed.command_id != command_id or deed.instant != since:
            if since is not None and steps:
                yield Update(since, steps)
            steps, since, command_id = [], deed.instant, deed.command_id
        if isinstance(deed.event, TicketCreated):
            ticket.creator_id = deed.actor_id
        effect(deed.event, ticket, deed.instant)
        before, facts = facts, facts_of(ticket)
        steps.append(Step(deed.event, before, facts))
    if since is not None and steps:
        yield Update(since, steps)
