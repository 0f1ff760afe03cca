"""What a macro would do to a ticket, in words."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.macros.actions import AnyAction
from app.macros.apply import preview
from app.people.person import Person
from app.policy import scope_filter
from app.queues.house import house_of
from app.tickets.ticket import Message, Ticket
from app.web.sentences import PRIORITIES
from core.actor import Actor
from core.errors import Refusal

FIELD_WORDS = {"state_id": "State", "agent_id": "Assignee", "queue_id": "Queue", "priority": "Priority",
               "tags": "Tags", "custom": "Fields"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What would change, as (what, now, then), what would be said, and why it would be refused."""

    changes: list[tuple[str, str, str]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    wrong: str = ""


def seen_on(session: Session, actor: Actor, ticket: Ticket, actions: list[AnyAction]) -> Seen:
    """Try it on a ticket and undo it: nothing is kept."""
    try:
        found = preview(session, actor, ticket.id, actions)
    except Refusal as refusal:
        return Seen(wrong=refusal.sentence)
    changes = [
        (FIELD_WORDS[name], _words(session, name, before), _words(session, name, after))
        for name, (before, after) in found.changes.items()
    ]
    return Seen(changes, found.messages)


def ticket_to_try(session: Session, actor: Actor, number: str) -> Ticket | None:
    """The ticket of that number, if the actor reads it; without a number the one that changed last."""
    query = sa.select(Ticket).where(scope_filter(actor.scope))
    if number.strip():
        wanted = number.strip().removeprefix("#")
        if not wanted.isdecimal() or len(wanted) > 18:
            return None
        return session.execute(query.where(col(Ticket.number) == int(wanted))).scalar_one_or_none()
    return session.execute(query.order_by(col(Ticket.updated_at).desc(), col(Ticket.id)).limit(1)).scalar()


def _words(session: Session, name: str, value: Any) -> str:
    house = house_of(session)
    match name:
        case "state_id":
            return house.states[value].name
        case "queue_id":
            return house.queues[value].name
        case "priority":
            return PRIORITIES[value]
        case "agent_id":
            person = session.get(Person, value) if value else None
            return person.name if person else "nobody"
        case "tags":
            return ", ".join(value) or "none"
        case _:
            known = house.fields
            told = [(known[key].label, known[key].words(one)) if key in known else (key, one)
                    for key, one in sorted(value.items())]  # fmt: skip
            return ", ".join(f"{label}: {one}" for label, one in told) or "none"
