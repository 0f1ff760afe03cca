"""What is to go out on a ticket, as its page shows it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.outgoing import mine
from app.outgoing.row import ScheduledReply
from app.people.person import Person
from app.tickets.ticket import Ticket
from core.actor import Actor


def waiting(session: Session, actor: Actor, ticket: Ticket) -> list[tuple[ScheduledReply, str]]:
    """What is to go out on a ticket, each with its author's name."""
    rows = mine.of_ticket(session, actor, ticket)
    if not rows:
        return []
    people = sa.select(col(Person.id), col(Person.name)).where(col(Person.id).in_({row.author_id for row in rows}))
    names = {row.id: row.name for row in session.execute(people)}
    return [(row, names.get(row.author_id, "somebody")) for row in rows]
