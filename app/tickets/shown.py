"""Which messages a ticket shows. They stay where they were written; merging and splitting change the view only.

A ticket shows what belongs to it and to every ticket merged into it, and into those; a message belongs to the ticket
it was written on, unless it was told to belong to another; a split shows some in a second ticket as well.
"""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.db import Ready
from app.tickets.ticket import Message, Ticket
from core.actor import Scope

FAMILY = Ready("""
    with recursive family as (
        select cast(%(id)s as uuid) as id
        union
        select source.id from ticket as source join family on source.merged_into_id = family.id
    )
    select id as member_id, null::uuid as message_id, null::uuid as ticket_id, null::uuid as home_id, false as is_shared
    from family
    union all
    select null, place.message_id, place.ticket_id, message.ticket_id, place.is_shared
    from message_place as place
    left join message on message.id = place.message_id
    where place.ticket_id = any(array(select id from family))
    union all
    select null, place.message_id, place.ticket_id, message.ticket_id, place.is_shared
    from message
    join message_place as place on place.message_id = message.id
    where message.ticket_id = any(array(select id from family))
""")
"""The ticket and all that were merged into it; and every message that is shown elsewhere than where it was written, if
either end is among them.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one ticket shows: all of `family` without those `away`, and those `brought`."""

    family: tuple[UUID, ...]
    away: tuple[UUID, ...] = ()
    brought: tuple[UUID, ...] = ()

    @property
    def clause(self) -> sa.ColumnElement[bool]:
        """As a clause on `Message`."""
        one = len(self.family) == 1
        written = col(Message.ticket_id) == self.family[0] if one else col(Message.ticket_id).in_(self.family)
        if self.away:
            written = sa.and_(written, col(Message.id).not_in(self.away))
        return sa.or_(written, col(Message.id).in_(self.brought)) if self.brought else written


def shown_in(session: Session, ticket_id: UUID, scope: Scope) -> Shown:
    """What a ticket shows to somebody. Colleagues who see a ticket see what was merged into it.

    Customers see of it what they could see anyway: two tickets that were merged may have different requesters.
    """
    rows = FAMILY.rows(session, id=ticket_id)
    family = tuple(row.member_id for row in rows if row.member_id)
    if len(family) > 1 and not scope.internal:
        theirs = sa.select(col(Ticket.id)).where(col(Ticket.id).in_(family), policy.scope_filter(scope))
        family = tuple(session.execute(theirs).scalars())
    away: set[UUID] = set()
    brought: set[UUID] = set()
    for place in rows:
        if place.ticket_id in family:
            brought.add(place.message_id)
        elif place.home_id in family and not place.is_shared:
            away.add(place.message_id)
    return Shown(family, tuple(sorted(away - brought)), tuple(sorted(brought)))


def family(ticket_id: UUID) -> sa.Select[tuple[UUID]]:
    """A ticket and all that were merged into it, as a part of a query."""
    start = sa.select(sa.literal(ticket_id, sa.Uuid).label("id")).cte("family", recursive=True)
    merged = sa.select(col(Ticket.id)).join(start, col(Ticket.merged_into_id) == start.c.id)
    return sa.select(start.union(merged).c.id)


def readable(scope: Scope, ticket: Ticket) -> sa.ColumnElement[bool]:
    """Which of the messages that a ticket shows somebody may read. Elsewhere only its author reads a restricted one."""
    usual = policy.message_filter(scope, ticket)
    if scope.everything:
        return usual
    at_home = col(Message.ticket_id) == ticket.id
    return usual & (at_home | (col(Message.visibility) != "restricted") | (col(Message.author_id) == scope.person_id))


SHOWING = sa.text("""
    with recursive showing as (
        select place.id
        from (
            select ticket_id as id from message where id = cast(:message_id as uuid)
            union
            select ticket_id from message_place where message_id = cast(:message_id as uuid)
        ) as place
        union
        select ticket.merged_into_id from ticket join showing on ticket.id = showing.id
        where ticket.merged_into_id is not null
    )
    select id from showing
""")


def may_read(session: Session, scope: Scope, message_id: UUID) -> bool:
    """Whether any ticket that somebody sees shows them this message, wherever it was written."""
    showing = list(session.execute(SHOWING, {"message_id": message_id}).scalars())
    seen = sa.select(Ticket).where(col(Ticket.id).in_(showing), policy.scope_filter(scope))
    return any(_shows(session, scope, ticket, message_id) for ticket in session.execute(seen).scalars())


def _shows(session: Session, scope: Scope, ticket: Ticket, message_id: UUID) -> bool:
    shown = shown_in(session, ticket.id, scope).clause
    query = sa.select(col(Message.id)).where(col(Message.id) == message_id, shown, readable(scope, ticket))
    return session.execute(query).first() is not None
