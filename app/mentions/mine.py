"""One's own mentions: where one was called, and what one has seen of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.mentions.row import Mention
from app.people.person import Person
from app.rest.page import behind, instant, read_cursor
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Called:
    """A mention with its ticket and the name of who called."""

    mention: Mention
    ticket: Ticket
    by: str


def mentions_of(
    session: Session, actor: Actor, *, unseen: bool = False, limit: int = 50, after: str | None = None
) -> list[Called]:
    """The newest first, on tickets that one (still) sees; and one more if there are more."""
    keys = [col(Mention.mentioned_at), col(Mention.message_id)]
    query = (
        sa.select(Mention, Ticket, col(Person.name))
        .join(Ticket, col(Ticket.id) == col(Mention.ticket_id))
        .outerjoin(Person, col(Person.id) == col(Mention.by_id))
        .where(col(Mention.person_id) == actor.person_id, policy.scope_filter(policy.visible(actor)))
    )
    if unseen:
        query = query.where(col(Mention.seen_at).is_(None))
    if after:
        query = query.where(behind(keys, read_cursor(after, instant, UUID), descending=True))
    rows = session.execute(query.order_by(*[key.desc() for key in keys]).limit(limit + 1))
    return [Called(mention, ticket, name or "somebody") for mention, ticket, name in rows]


def unseen_count(session: Session, actor: Actor) -> int:
    """How many one has not seen."""
    query = sa.select(sa.func.count()).where(col(Mention.person_id) == actor.person_id, col(Mention.seen_at).is_(None))
    return session.execute(query).scalar_one()


def mark_seen(session: Session, actor: Actor, message_ids: Collection[UUID] | None) -> None:
    """These, or all. What is not one's own stays as it is."""
    query = sa.update(Mention).where(col(Mention.person_id) == actor.person_id, col(Mention.seen_at).is_(None))
    if message_ids is not None:
        query = query.where(col(Mention.message_id).in_(message_ids))
    session.execute(query.values(seen_at=clock.now()))


def called_in(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str, datetime | None]]]:
    """Who is called in messages that the asker reads: id, name, when they saw it."""
    called: dict[UUID, list[tuple[UUID, str, datetime | None]]] = {}
    if not message_ids:
        return called
    rows = session.execute(
        sa.select(col(Mention.message_id), col(Person.id), col(Person.name), col(Mention.seen_at))
        .join(Person, col(Person.id) == col(Mention.person_id))
        .where(col(Mention.message_id).in_(message_ids))
        .order_by(col(Person.name))
    )
    for row in rows:
        called.setdefault(row.message_id, []).append((row.id, row.name, row.seen_at))
    return called
