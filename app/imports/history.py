"""The one path by which history enters: what somebody else recorded of a case, as the events that we would have kept.

A fact that the ticket already shows is no event. The fold is the same `evolve` that live commands use, so an
imported row is the fold of its events like any other. No rule is asked: history is not refused for breaking our
rules of today.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from app.imports.facts import (
    Booked,
    CaseHistory,
    Fact,
    FieldIs,
    Opened,
    OwnerIs,
    PriorityIs,
    QueueIs,
    Rated,
    Record,
    Said,
    StateIs,
    TagsAre,
    TitleIs,
)
from app.imports.rows import blank_row, message_row
from app.queues.house import State
from app.tickets.command import sha256
from app.tickets.decider import evolve
from app.tickets.ticket import Message, Ticket
from core.actor import Actor, Role, Scope
from core.events import (
    Assigned,
    CsatRated,
    EffortRated,
    Event,
    FieldChanged,
    MessageAdded,
    PriorityChanged,
    QueueChanged,
    RecommendationRated,
    Retitled,
    StatusChanged,
    TagsChanged,
    TicketCreated,
    TimeLogged,
)
from core.ids import id_from
from core.ledger import Envelope

MOST_TITLE_CHARS = 500

BOOKING = (
    "id", "ticket_id", "person_id", "minutes", "is_billable", "activity_id", "note", "worked_at", "logged_at",
)  # fmt: skip
RATING = ("ticket_id", "person_id", "score", "comment", "effort", "recommendation", "rated_at")
ANSWERS: dict[str, tuple[type[CsatRated | EffortRated | RecommendationRated], str]] = {
    "csat": (CsatRated, "score"), "ces": (EffortRated, "effort"), "nps": (RecommendationRated, "recommendation"),
}  # fmt: skip
"""What an answer to a question becomes, and in which column of its ticket's rating it stands."""


HANDS = {role: (Actor(None, "", role, Scope()).kind.value, role.value) for role in Role}
"""What an envelope says of an actor, by role."""


@dataclass(slots=True)
class Folded:
    """What a history amounts to: rows and events, ready to be written. `lines` are those that made an event."""

    ticket: Ticket
    messages: list[Message] = field(default_factory=list)
    bookings: list[tuple[Any, ...]] = field(default_factory=list)
    """Rows of `time_entry`, as `BOOKING` names their columns."""
    rating: dict[str, Any] = field(default_factory=dict)
    """The row of `rating`, by column; empty: there is none. An answer beside it without a rating has no row."""
    envelopes: list[Envelope] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)


def fold(history: CaseHistory, number: int, recorded_at: datetime) -> Folded:
    """Turn a history into a ticket, its messages and its events. Pure, and the same every time.

    Facts of one line at one instant by one hand share a `command_id`, as the events of one command do.
    """
    ticket = blank_row(history.ticket_id)
    events = id_from("events", history.external_ref)
    folded = Folded(ticket)
    state: State | None = None
    together: tuple[object, ...] = ()
    command_id: UUID | None = None
    for record in history.records:
        fact = record.fact
        event = _event_of(record, ticket, history, number, state, folded)
        if isinstance(fact, (Opened, StateIs)):
            state = fact.state
        if event is None:
            continue
        evolve(event, ticket, record.occurred_at, record.actor.person_id)
        event_id = numbered(events, ticket.version)
        if together != (here := (record.line, record.occurred_at, record.actor.person_id)):
            together, command_id = here, event_id
        folded.envelopes.append(_envelope(event, event_id, command_id, ticket, record, recorded_at))
        folded.lines.add(record.line)
        if isinstance(fact, Said) and isinstance(event, MessageAdded):
            folded.messages.append(message_row(event, fact.body, ticket.id, fact.author_id, record.occurred_at))
        elif isinstance(event, TimeLogged):
            folded.bookings.append(
                (event.entry_id, ticket.id, event.person_id, event.minutes, event.is_billable, event.activity_id, "",
                 event.worked_at, record.occurred_at)
            )  # fmt: skip
        elif isinstance(fact, Rated):
            folded.rating |= {"ticket_id": ticket.id, "person_id": record.actor.person_id, "comment": "",
                              ANSWERS[fact.question][1]: fact.score, "rated_at": record.occurred_at}  # fmt: skip
    return folded


def numbered(family: UUID, number: int) -> UUID:
    """The n-th id of a family: its last 20 bits are the number. Hashing for each would take a tenth of an import."""
    return UUID(int=family.int & ~0xFFFFF | number)


def _event_of(  # noqa: PLR0917 — all that a fact may be news of
    record: Record, ticket: Ticket, history: CaseHistory, number: int, state: State | None, before: Folded
) -> Event | None:
    """The event that this fact is news of: none if the ticket already is so."""
    fact = record.fact
    if isinstance(fact, Opened):
        ticket.title = history.title[:MOST_TITLE_CHARS]
        return _created(fact, ticket.title, history, number)
    if isinstance(fact, Booked | Rated):
        return _told(fact, ticket, record, before)
    if isinstance(fact, StateIs):
        return _went(state, fact) if state and state.id != fact.state.id else None
    return change(fact, ticket)


def _created(fact: Opened, title: str, history: CaseHistory, number: int) -> Event:
    return TicketCreated(
        number=number,
        subject_hash=sha256(title),
        queue_id=fact.queue_id,
        state_id=fact.state.id,
        state=fact.state.name,
        category=fact.state.category,
        priority=fact.priority,
        channel=fact.channel,
        agent_id=fact.agent_id,
        requester_id=fact.requester_id,
        organisation_id=fact.organisation_id,
        tags=sorted(fact.tags),
        language=fact.language,
        external_ref=history.external_ref,
        history_complete=fact.history_complete,
        custom=fact.custom,
    )


def _told(fact: Booked | Rated, ticket: Ticket, record: Record, before: Folded) -> Event | None:
    """What somebody says beside the ticket's course; a rating that says what the last one said is no news."""
    if isinstance(fact, Rated):
        made, column = ANSWERS[fact.question]
        said = before.rating.get(column)
        return None if said == fact.score else made(score=fact.score, before=said)
    assert record.actor.person_id
    return TimeLogged(
        entry_id=id_from("time", str(ticket.id), str(len(before.bookings))), person_id=record.actor.person_id,
        minutes=fact.minutes, is_billable=fact.is_billable, worked_at=record.occurred_at, activity_id=fact.activity_id,
    )  # fmt: skip


def _went(before: State, fact: StateIs) -> Event:
    return StatusChanged(
        state_id=fact.state.id,
        state=fact.state.name,
        category=fact.state.category,
        before_state_id=before.id,
        before_state=before.name,
        before_category=before.category,
        reason=fact.reason,
    )


@singledispatch
def change(fact: Fact, ticket: Ticket) -> Event | None:
    """The event that this fact is news of, or None if the ticket already is so."""
    raise TypeError(f"nobody knows what {type(fact).__name__} changes")


@change.register
def _owner(fact: OwnerIs, ticket: Ticket) -> Event | None:
    if ticket.agent_id == fact.agent_id:
        return None
    return Assigned(agent_id=fact.agent_id, before=ticket.agent_id, method=fact.method)


@change.register
def _queue(fact: QueueIs, ticket: Ticket) -> Event | None:
    return None if ticket.queue_id == fact.queue_id else QueueChanged(queue_id=fact.queue_id, before=ticket.queue_id)


@change.register
def _priority(fact: PriorityIs, ticket: Ticket) -> Event | None:
    if ticket.priority == fact.priority:
        return None
    return PriorityChanged(priority=fact.priority, before=ticket.priority)


@change.register
def _title(fact: TitleIs, ticket: Ticket) -> Event | None:
    before, ticket.title = ticket.title, fact.title[:MOST_TITLE_CHARS]
    return None if before == ticket.title else Retitled(subject_hash=sha256(ticket.title), before=sha256(before))


@change.register
def _tags(fact: TagsAre, ticket: Ticket) -> Event | None:
    had = frozenset(ticket.tags)
    if had == fact.tags:
        return None
    return TagsChanged(added=sorted(fact.tags - had), removed=sorted(had - fact.tags))


@change.register
def _field(fact: FieldIs, ticket: Ticket) -> Event | None:
    before = ticket.custom.get(fact.name)
    return None if before == fact.value else FieldChanged(field=fact.name, value=fact.value, before=before)


@change.register
def _said(fact: Said, ticket: Ticket) -> Event | None:
    return MessageAdded(
        message_id=numbered(ticket.id, ticket.version + 1),
        direction="in" if fact.author_kind == "end_user" else "out",
        visibility=fact.visibility,
        author_kind=fact.author_kind,
        channel=fact.channel or ticket.channel,
        is_first=fact.is_first,
        is_auto=fact.is_auto,
        chars=len(fact.body),
        body_hash=sha256(fact.body),
        made_from=fact.made_from,
        made_from_id=fact.made_from_id,
        edited=fact.edited,
    )


def _envelope(  # noqa: PLR0917 — all of it is the envelope
    event: Event, event_id: UUID, command_id: UUID | None, ticket: Ticket, record: Record, recorded_at: datetime
) -> Envelope:
    actor_kind, actor_role = HANDS[record.actor.role]
    return Envelope(
        event_id=event_id,
        ticket_id=ticket.id,
        ticket_version=ticket.version,
        kind=event.kind,
        schema_version=event.schema_version,
        occurred_at=record.occurred_at,
        recorded_at=recorded_at,
        actor_id=record.actor.person_id,
        actor_kind=actor_kind,
        actor_role=actor_role,
        source="import",
        cause_id=None,
        correlation_id=None,
        command_id=command_id,
        payload=event.payload(),
    )
