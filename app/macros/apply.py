"""Applying actions to one ticket: all of them or none, under one command id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.macros.actions import AnyAction
from app.tickets.command import Prepared
from app.tickets.decider import handle, locked
from app.tickets.refusals import TicketIsGone
from app.tickets.ticket import Message, Ticket
from core.actor import Actor
from core.events import Category
from core.ids import new_id

SHOWN = ("state_id", "agent_id", "queue_id", "priority", "tags", "custom")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change, by field, and what would be said."""

    changes: dict[str, tuple[Any, Any]]
    messages: list[Message]


def apply_actions(
    session: Session,
    actor: Actor,
    ticket_id: UUID,
    actions: Sequence[AnyAction],
    *,
    expected_version: int | None = None,
    source: str = "api",
    cause_id: UUID | None = None,
    correlation_id: UUID | None = None,
    macro_id: UUID | None = None,
) -> Ticket:
    """Do them one after the other in the caller's transaction. A refusal of one is a refusal of all: undo the rest.

    What they say was written before: it counts as made from `macro_id`, or from a macro without a name.
    """
    command_id = new_id()
    ticket = locked(session, actor, ticket_id)
    if ticket.category == Category.MERGED:
        raise TicketIsGone(ticket.number, ticket.category)  # a reply would wait for the other while this one is held
    for n, action in enumerate(actions):
        ticket = handle(
            session, actor, action.command(session, actor, ticket),
            ticket_id=ticket_id, expected_version=expected_version if n == 0 else None, source=source,
            command_id=command_id, cause_id=cause_id, correlation_id=correlation_id,
            prepared=Prepared("macro", macro_id),
        )  # fmt: skip
    return ticket


def preview(session: Session, actor: Actor, ticket_id: UUID, actions: Sequence[AnyAction]) -> Preview:
    """Do it all in a savepoint, look, and undo it: the preview cannot say anything but what would happen."""
    ticket = locked(session, actor, ticket_id)
    before = {name: getattr(ticket, name) for name in SHOWN}
    of_ticket = col(Message.ticket_id) == ticket_id
    said = set(session.execute(sa.select(col(Message.id)).where(of_ticket)).scalars())
    attempt = session.begin_nested()
    try:
        after = apply_actions(session, actor, ticket_id, actions)
        session.flush()
        changes = {
            name: (value, getattr(after, name)) for name, value in before.items() if value != getattr(after, name)
        }
        rows = session.execute(sa.select(Message).where(of_ticket)).scalars()
        messages = [row for row in rows if row.id not in said]
        for message in messages:
            session.expunge(message)
    finally:
        attempt.rollback()
    return Preview(changes, sorted(messages, key=lambda message: message.id))
