"""Deeds that change two tickets at once: merge, unmerge, split, link. All rows that change are locked (locking.py).

Whoever replies beside a merge comes before it, and is merged along, or after it, and is led to the target.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import policy
from app.queues.house import house_of
from app.tickets import store
from app.tickets.command import Now
from app.tickets.decider import must_be_at, told
from app.tickets.locking import locked_together, seen, with_those_above
from app.tickets.refusals import TicketIsGone
from app.tickets.ticket import Ticket
from app.wall import lift
from core import clock
from core.actor import Actor
from core.errors import Conflict
from core.events import Event
from core.ids import new_id

__all__ = ["Deed", "must_be_at", "must_be_here"]


@dataclass(slots=True)
class Deed:
    """One deed of one person on some tickets: the same instant and the same command id on all of them."""

    session: Session
    actor: Actor
    source: str = "api"
    is_confirmed: bool = False
    instant: datetime = field(default_factory=clock.now)
    command_id: UUID = field(default_factory=new_id)

    @property
    def now(self) -> Now:
        """The circumstances of its decisions."""
        return Now(self.instant, self.actor, house_of(self.session), is_confirmed=self.is_confirmed)

    def both(self, one_id: UUID, other_id: UUID) -> tuple[Ticket, Ticket]:
        """Two tickets that the actor may see, locked, and with them those that they are merged into."""
        if one_id == other_id:
            raise Conflict("This takes two different tickets; choose another.")
        rows = self.lock((one_id, other_id))
        return seen(self.actor, rows.get(one_id)), seen(self.actor, rows.get(other_id))

    def lock(
        self, ticket_ids: Collection[UUID], also: Callable[[], Collection[UUID]] = frozenset
    ) -> dict[UUID, Ticket]:
        """Tickets with those above them, and what else `also` finds, locked; whether they may be seen is not asked:
        what hangs together may reach out of the actor's sight, so the second wall is down from here on.
        """
        lift(self.session)
        return locked_together(self.session, lambda: with_those_above(self.session, {*ticket_ids, *also()}))

    def demand(self, right: str, *tickets: Ticket) -> None:
        """Refuse unless the actor holds a right on all of them."""
        policy.demand_full_agent(self.actor, is_for_light_agents=False)
        for ticket in tickets:
            policy.demand(self.actor, [(right, ticket.queue_id)], ticket)

    def write(self, ticket: Ticket, events: Sequence[Event]) -> Ticket:
        """Let the events happen to a ticket."""
        envelopes = told(
            self.session, self.actor, ticket, events, self.now, source=self.source, command_id=self.command_id
        )
        return store.keep(self.session, ticket, (), envelopes)


def must_be_here(*tickets: Ticket, gone: Sequence[str]) -> None:
    """Refuse tickets of some categories."""
    for ticket in tickets:
        if ticket.category in gone:
            raise TicketIsGone(ticket.number, ticket.category)
