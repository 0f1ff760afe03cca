"""The house as it is set up now: states, queues, rights and custom fields, as one frozen value that rules can read."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.fields.definition import Definitions
from app.fields.row import read_definitions
from app.queues.queue import Queue, QueueRight, TicketState
from app.queues.transitions import Transition, transitions_from
from app.sla.reading import read_rules
from app.sla.rules import NO_RULES, Rules
from core.errors import Conflict, NotFound
from core.events import Category, FollowUp
from core.relation import Relation

STALE_AFTER_SECONDS = 2.0
"""How long another process may work with what was changed here; see identity/doorkeeper.py for the sum."""


@dataclass(frozen=True, slots=True)
class State:
    """A ticket state as rules see it."""

    id: UUID
    name: str
    category: Category
    is_default: bool
    is_active: bool
    sla_pause: tuple[str, ...] = ()
    auto_next_state_id: UUID | None = None
    auto_after_seconds: int | None = None
    reopen_to_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A queue as rules see it."""

    id: UUID
    name: str
    parent_id: UUID | None
    is_active: bool
    follow_up: FollowUp = "reopen"
    reopen_days: int | None = None
    transitions: tuple[Transition, ...] = ()
    calendar_id: UUID | None = None


@dataclass(frozen=True)
class House:
    """States, queues and who holds which rights where. `rights` maps (holder_kind, holder, queue) to right keys."""

    states: Mapping[UUID, State]
    queues: Mapping[UUID, Place]
    rights: Mapping[tuple[str, str, UUID], frozenset[str]]
    fields: Definitions = field(default_factory=dict)
    sla: Rules = NO_RULES
    """SLA policies and calendars; what states pause is in there, too."""

    def state(self, state_id: UUID) -> State:
        """A state that may be given to tickets."""
        state = self.states.get(state_id)
        if state is None or not state.is_active:
            raise NotFound("There is no such state; GET /api/v1/states lists those that there are.")
        return state

    def state_for(self, category: Category) -> State:
        """The state that a category falls back to."""
        return self._defaults[category]

    def state_after(self, state_id: UUID) -> State:
        """Where a timer takes a ticket that was long enough in a state."""
        state = self.states[state_id]
        usual = self.state_for(Category.CLOSED if state.category.is_done else Category.OPEN)
        return self._active(state.auto_next_state_id) or usual

    def reopened_from(self, state_id: UUID) -> State:
        """Where a ticket goes that is opened again."""
        return self._active(self.states[state_id].reopen_to_id) or self.state_for(Category.OPEN)

    def queue(self, queue_id: UUID) -> Place:
        """A queue that takes tickets."""
        queue = self.queues.get(queue_id)
        if queue is None:
            raise NotFound("There is no such queue, or you may not see it.")
        if not queue.is_active:
            raise QueueIsRetired(f"The queue {queue.name} takes no more tickets; choose another.")
        return queue

    def line(self, queue_id: UUID) -> Iterator[UUID]:
        """A queue, its parent, its parent's parent …: where a right held anywhere holds here too."""
        seen: set[UUID] = set()
        here: UUID | None = queue_id
        while here is not None and here not in seen:
            seen.add(here)
            yield here
            here = self.queues[here].parent_id if here in self.queues else None

    def _active(self, state_id: UUID | None) -> State | None:
        state = self.states.get(state_id) if state_id else None
        return state if state and state.is_active else None

    @cached_property
    def read_filters(self) -> dict[tuple[int, str], tuple[Any, Any]]:
        """Filters that were read in this house (app/filters/names.py); they go with it, within seconds."""
        return {}

    @cached_property
    def related(self) -> Mapping[UUID, Mapping[Relation, frozenset[str]]]:
        """In each queue the rights that come with a relation to a ticket, here and above; any implies `read`."""
        found = {
            queue_id: {
                relation: held | {"read"}
                for relation in Relation
                if (held := frozenset[str]().union(*self._along("relation", relation, queue_id)))
            }
            for queue_id in self.queues
        }
        return {queue_id: held for queue_id, held in found.items() if held}

    def _along(self, kind: str, holder: str, queue_id: UUID) -> Iterator[frozenset[str]]:
        for above in self.line(queue_id):
            yield self.rights.get((kind, holder, above), frozenset())

    @cached_property
    def _defaults(self) -> Mapping[Category, State]:
        active = [state for state in self.states.values() if state.is_active]
        chosen = {state.category: state for state in reversed(active)}
        return chosen | {state.category: state for state in active if state.is_default}


class QueueIsRetired(Conflict):
    """The queue was switched off."""

    code = "queue_is_retired"


def read_house(session: Session) -> House:
    """The house from its rows: a few small queries."""
    states = session.execute(
        sa.select(*(getattr(TicketState, one.name) for one in fields(State))).order_by(
            col(TicketState.sort), col(TicketState.name)
        )
    )
    queues = session.execute(sa.select(*(getattr(Queue, one.name) for one in fields(Place))).order_by(col(Queue.name)))
    rights = session.execute(
        sa.select(col(QueueRight.holder_kind), col(QueueRight.holder), col(QueueRight.queue_id), col(QueueRight.rights))
    )
    known = MappingProxyType({row.id: _state(row) for row in states})
    return House(
        states=known,
        queues=MappingProxyType({row.id: _place(row) for row in queues}),
        rights=MappingProxyType({(kind, holder, queue): frozenset(keys) for kind, holder, queue, keys in rights}),
        fields=read_definitions(session),
        sla=read_rules(session, {state.id: state.sla_pause for state in known.values()}),
    )


def _state(row: Any) -> State:
    known = {**row._mapping, "category": Category(row.category), "sla_pause": tuple(row.sla_pause)}
    return State(**known)


def _place(row: Any) -> Place:
    return Place(**{**row._mapping, "transitions": transitions_from(row.transitions)})


class HouseCache:
    """The house, read again when it is a few seconds old or was changed in this process."""

    def __init__(self) -> None:
        self._house: House | None = None
        self._read_at = 0.0

    def get(self, session: Session) -> House:
        """The house, at most `STALE_AFTER_SECONDS` old."""
        if self._house is None or time.monotonic() - self._read_at > STALE_AFTER_SECONDS:
            self._read_at = time.monotonic()
            self._house = read_house(session)
        return self._house

    def forget(self) -> None:
        """Read it anew next time."""
        self._house = None


def house_of(session: Session) -> House:
    """The house as this transaction must see it: its own changes included, and never shared before they are final."""
    cache: HouseCache | None = session.info.get("house")
    if cache is not None and not session.info.get("house_changed"):
        return cache.get(session)
    own: House | None = session.info.get("own_house")
    if own is None:
        own = session.info["own_house"] = read_house(session)
    return own


def house_changed(session: Session) -> None:
    """Say that this transaction changes queues, states or rights."""
    session.flush()
    session.info["house_changed"] = True
    session.info.pop("own_house", None)
