"""Rows beside tickets: links between them, and messages that are shown elsewhere than where they were written."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import Field, SQLModel, col

from app import policy
from app.columns import instant
from app.tickets.ticket import Ticket
from app.wall import lift
from core.actor import Actor
from core.events import UNSOLVED, LinkKind


class TicketLink(SQLModel, table=True):
    """`from` relates to `to`, duplicates it, is its parent, or follows it up (core.events.LinkKind)."""

    __tablename__ = "ticket_link"
    __table_args__ = (sa.Index("ticket_link_to", "to_id"),)

    from_id: UUID = Field(foreign_key="ticket.id", primary_key=True)
    to_id: UUID = Field(foreign_key="ticket.id", primary_key=True)
    kind: str = Field(max_length=10, primary_key=True)
    created_at: datetime = instant()


class MessagePlace(SQLModel, table=True):
    """A message that a ticket shows though it was written on another."""

    __tablename__ = "message_place"
    __table_args__ = (sa.Index("message_place_in", "ticket_id"),)

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    ticket_id: UUID = Field(foreign_key="ticket.id", primary_key=True)
    is_shared: bool
    """Both show it (a split); false: it was told to belong here, and here only."""


def ends(kind: LinkKind, from_id: UUID, to_id: UUID) -> tuple[UUID, UUID]:
    """Both ends as they are kept: to relate goes both ways, so it is kept in one order."""
    return (min(from_id, to_id), max(from_id, to_id)) if kind == "relates" else (from_id, to_id)


def open_children(session: Session, actor: Actor, ticket_id: UUID) -> list[int | None]:
    """The numbers of a parent's children that are not solved; None for one that the actor may not see."""
    child = aliased(Ticket)
    is_seen = policy.scope_filter(policy.visible(actor), child)
    query = (
        sa.select(col(child.number), col(child.category), is_seen.label("is_seen"))
        .select_from(TicketLink)
        .outerjoin(child, col(TicketLink.to_id) == col(child.id))
        .where(col(TicketLink.from_id) == ticket_id, col(TicketLink.kind) == "parent")
        .order_by(col(child.number))
    )
    children = session.execute(query).all()
    if any(row.category is None for row in children):  # behind the second wall
        lift(session)
        children = session.execute(query).all()
    return [row.number if row.is_seen else None for row in children if row.category in UNSOLVED]


def links_of(session: Session, actor: Actor, ticket_id: UUID) -> Sequence[tuple[TicketLink, Ticket]]:
    """A ticket's links with the ticket at the other end, as far as the actor may see that."""
    mine = sa.or_(
        sa.and_(col(TicketLink.from_id) == ticket_id, col(Ticket.id) == col(TicketLink.to_id)),
        sa.and_(col(TicketLink.to_id) == ticket_id, col(Ticket.id) == col(TicketLink.from_id)),
    )
    query = (
        sa.select(TicketLink, Ticket)
        .join(Ticket, mine)
        .where(policy.scope_filter(policy.visible(actor)))
        .order_by(col(TicketLink.kind), col(Ticket.number))
    )
    return [(link, ticket) for link, ticket in session.execute(query)]


def is_above(session: Session, upper_id: UUID, lower_id: UUID) -> bool:
    """Whether one ticket is a parent, a parent's parent … of another."""
    above = (
        sa.select(col(TicketLink.from_id).label("id"))
        .where(col(TicketLink.to_id) == lower_id, col(TicketLink.kind) == "parent")
        .cte("above", recursive=True)
    )
    higher = sa.select(col(TicketLink.from_id)).join(above, col(TicketLink.to_id) == above.c.id)
    above = above.union(higher.where(col(TicketLink.kind) == "parent"))
    return session.execute(sa.select(sa.exists().where(above.c.id == upper_id))).scalar_one()
