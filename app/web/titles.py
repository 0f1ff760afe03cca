"""Titles of tickets for other faces, which know no database: only of tickets that the asker may see."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.db import Database
from app.policy import scope_filter
from app.tickets.ticket import Ticket
from core.actor import Actor

AT_ONCE = 5_000


def titles_from(database: Database) -> Callable[[Actor, Sequence[UUID]], Mapping[UUID, str]]:
    """A function from (actor, ticket ids) to titles."""

    def titles(actor: Actor, ticket_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        found: dict[UUID, str] = {}
        with database.reading() as session:
            for start in range(0, len(ticket_ids), AT_ONCE):
                rows = session.execute(
                    sa.select(col(Ticket.id), col(Ticket.title)).where(
                        col(Ticket.id).in_(ticket_ids[start : start + AT_ONCE]), scope_filter(actor.scope)
                    )
                )
                found |= {row.id: row.title for row in rows}
        return found

    return titles
