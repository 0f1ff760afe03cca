"""Locking tickets: one of them, or several in the one order that everybody keeps, which is that of their ids.

A merged ticket hangs together with those above it, so who locks one for a deed locks them all. Which those are can
change until they are locked; then the locks are let go and taken anew: nobody ever waits out of order.
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.tickets.ticket import Ticket
from core.actor import Actor
from core.errors import NotFound, Unavailable

TRIES = 5
ABOVE = sa.text("""
    with recursive above as (
        select id, merged_into_id from ticket where id = any(:ids)
        union
        select ticket.id, ticket.merged_into_id from ticket join above on ticket.id = above.merged_into_id
    )
    select id from above
""")


class Overtaken(Unavailable):
    """Tickets were merged or taken apart while this waited for them. Whoever asks again meets them as they are."""


def locked(session: Session, actor: Actor, ticket_id: UUID | None) -> Ticket:
    """The ticket, its row locked until the transaction ends. What the actor may not see is not there."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True) if ticket_id else None
    return seen(actor, ticket)


def locked_together(session: Session, look: Callable[[], Collection[UUID]]) -> dict[UUID, Ticket]:
    """All the tickets that `look` names, locked. It is asked again once they are: it may not name others by then."""
    for _ in range(TRIES):
        wanted = look()
        attempt = session.begin_nested()
        rows = {ticket.id: ticket for ticket in session.execute(_in_order(wanted)).scalars()}
        if set(look()) <= rows.keys():
            attempt.commit()
            return rows
        attempt.rollback()
    raise Overtaken("These tickets are being merged or taken apart; try again.", retry_after_seconds=1)


def with_those_above(session: Session, ticket_ids: Iterable[UUID]) -> set[UUID]:
    """These tickets and those that they are merged into, to the end."""
    return set(session.execute(ABOVE, {"ids": list(ticket_ids)}).scalars())


def seen(actor: Actor, ticket: Ticket | None) -> Ticket:
    """The ticket, if the actor may see it; otherwise it is not there."""
    if ticket is None or not policy.may_see(actor, ticket):
        raise NotFound("There is no such ticket, or you may not see it.")
    return ticket


def _in_order(ticket_ids: Collection[UUID]) -> sa.Select[Ticket]:
    return (
        sa.select(Ticket)
        .where(col(Ticket.id).in_(ticket_ids))
        .order_by(col(Ticket.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
