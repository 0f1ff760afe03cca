"""Who is writing: told to colleagues through the live stream when somebody begins and while they go on.

A notification is sent at most so often (NOTIFY makes writers queue at commit), and the news has a lifetime: who closed
the window without a word is forgotten. A page that opens later reads it off the drafts themselves.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.db import driver_of
from app.drafts.row import Draft
from app.people.person import Person
from app.tickets.shown import family
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor
from etl.sinks.live import WRITING, WRITING_SECONDS

TELL_EVERY = timedelta(seconds=WRITING_SECONDS / 3)
LIFETIME = timedelta(seconds=WRITING_SECONDS)
TELL = "select pg_notify(%s, %s)"


def tell_writing(
    session: Session, actor: Actor, ticket: Ticket, kind: str, told_at: datetime | None
) -> datetime | None:
    """Tell colleagues, unless that was done a moment ago. Returns when they were told. Customers write unseen."""
    now = clock.now()
    if not actor.role.is_staff or (told_at and now - told_at < TELL_EVERY):
        return told_at
    _tell(session, ticket.id, actor.person_id, kind, is_over=False)
    return now


def tell_over(session: Session, actor: Actor, draft: Draft) -> None:
    """Tell that somebody writes no longer, if anybody can still think so."""
    if draft.told_at and clock.now() - draft.told_at < LIFETIME:
        _tell(session, draft.ticket_id, actor.person_id, draft.kind, is_over=True)


def writing_now(session: Session, actor: Actor, ticket: Ticket) -> Sequence[tuple[UUID, str, str]]:
    """The colleagues who are writing on a ticket at this moment (id, name, kind), but for the asker."""
    if not policy.visible(actor).internal:
        return []
    query = (
        sa.select(col(Person.id), col(Person.name), col(Draft.kind))
        .join(Person, col(Person.id) == col(Draft.person_id))
        .where(
            col(Draft.ticket_id).in_(family(ticket.id)),
            col(Draft.person_id) != actor.person_id,
            col(Draft.told_at).is_not(None),
            col(Draft.updated_at) > clock.now() - LIFETIME,
        )
        .order_by(col(Person.name), col(Draft.kind))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def _tell(session: Session, ticket_id: UUID, person_id: UUID | None, kind: str, *, is_over: bool) -> None:
    told = {"ticket_id": ticket_id, "person_id": person_id, "kind": kind, "is_over": is_over}
    driver_of(session).execute(TELL, (WRITING, orjson.dumps(told).decode()))
