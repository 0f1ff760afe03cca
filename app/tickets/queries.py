"""Finding tickets and reading them. Every question carries the asker: what they may not see is not there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.rest.fields import STORABLE, Instant, Storable
from app.rest.page import behind, instant, read_cursor
from app.tickets.ticket import Message, Ticket
from core import ledger
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.events import UNSOLVED, Category

Order = Literal["created", "-created", "updated", "-updated"]
MANY = 50


class TicketFilter(BaseModel):
    """Which tickets, and in which order. Conditions of different names must all hold; of one name any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queue_id: list[UUID] = Field(default=[], max_length=MANY, description="In one of these queues.")
    state_id: list[UUID] = Field(default=[], max_length=MANY, description="In one of these states.")
    category: list[Category] = Field(default=[], max_length=9, description="In a state that means one of these.")
    is_open: bool | None = Field(None, description="Whether it still asks something of somebody.")
    priority: list[Annotated[int, Field(ge=1, le=4)]] = Field(default=[], max_length=4)
    agent_id: UUID | Literal["me", "none"] | None = Field(None, description="Whose it is: an id, `me` or `none`.")
    requester_id: UUID | None = None
    organisation_id: UUID | None = None
    tag: Annotated[str, Field(max_length=50, json_schema_extra=STORABLE), Storable] | None = Field(
        None, description="Carries this tag (colleagues only)."
    )
    number: int | None = Field(None, ge=1, le=2**63 - 1)
    created_since: Instant | None = None
    created_until: Instant | None = Field(None, description="This instant is no longer part of it.")
    updated_since: Instant | None = None
    sort: Order = Field("-created", description="A minus: the newest first.")
    limit: int = Field(25, ge=1, le=100, description="How many items a page holds.")
    after: str | None = Field(None, max_length=200, description="`next` of the page before.")


def find_tickets(session: Session, actor: Actor, wanted: TicketFilter) -> list[Ticket]:
    """A page of the tickets that match, and one more if there are more."""
    column = col(Ticket.created_at if wanted.sort.endswith("created") else Ticket.updated_at)
    descending = wanted.sort.startswith("-")
    keys = [column, col(Ticket.id)]
    query = sa.select(Ticket).where(policy.scope_filter(policy.visible(actor)), *_clauses(actor, wanted))
    if wanted.after:
        query = query.where(behind(keys, read_cursor(wanted.after, instant, UUID), descending=descending))
    ordered = query.order_by(*[key.desc() if descending else key.asc() for key in keys]).limit(wanted.limit + 1)
    return list(session.execute(ordered).scalars())


def sort_key(ticket: Ticket, order: Order) -> tuple[datetime, UUID]:
    """Where a ticket stands in an order."""
    return (ticket.created_at if order.endswith("created") else ticket.updated_at), ticket.id


def seen_ticket(session: Session, actor: Actor, ticket_id: UUID) -> Ticket:
    """The ticket, if the actor may see it; otherwise it is not there."""
    ticket = session.execute(
        sa.select(Ticket).where(col(Ticket.id) == ticket_id, policy.scope_filter(policy.visible(actor)))
    ).scalar_one_or_none()
    if ticket is None:
        raise NotFound("There is no such ticket, or you may not see it.")
    return ticket


def messages_of(
    session: Session, actor: Actor, ticket: Ticket, *, limit: int, after: str | None = None
) -> list[Message]:
    """What was written on a ticket, oldest first, as far as the actor may read it; and one more if there is more."""
    keys = [col(Message.created_at), col(Message.id)]
    query = sa.select(Message).where(col(Message.ticket_id) == ticket.id, policy.message_filter(policy.visible(actor)))
    if after:
        query = query.where(behind(keys, read_cursor(after, instant, UUID), descending=False))
    return list(session.execute(query.order_by(*keys).limit(limit + 1)).scalars())


def history_of(session: Session, actor: Actor, ticket: Ticket) -> Sequence[ledger.Envelope]:
    """All that happened to a ticket. It tells of notes and hands, so it is for colleagues."""
    if not policy.visible(actor).internal:
        raise NotAllowed("Only colleagues see the history of a ticket.")
    return ledger.history(session, ticket.id)


def _clauses(actor: Actor, wanted: TicketFilter) -> list[sa.ColumnElement[bool]]:
    clauses: list[sa.ColumnElement[bool] | None] = [
        _any_of(Ticket.queue_id, wanted.queue_id),
        _any_of(Ticket.state_id, wanted.state_id),
        _any_of(Ticket.category, wanted.category),
        _any_of(Ticket.priority, wanted.priority),
        _equals(Ticket.requester_id, wanted.requester_id),
        _equals(Ticket.organisation_id, wanted.organisation_id),
        _equals(Ticket.number, wanted.number),
        _owned(actor, wanted),
        col(Ticket.created_at) >= wanted.created_since if wanted.created_since else None,
        col(Ticket.created_at) < wanted.created_until if wanted.created_until else None,
        col(Ticket.updated_at) >= wanted.updated_since if wanted.updated_since else None,
        _tagged(actor, wanted.tag) if wanted.tag is not None else None,
        _open(wanted.is_open) if wanted.is_open is not None else None,
    ]
    return [clause for clause in clauses if clause is not None]


def _any_of(column: object, values: Sequence[object]) -> sa.ColumnElement[bool] | None:
    return col(column).in_(values) if values else None


def _equals(column: object, value: object) -> sa.ColumnElement[bool] | None:
    return None if value is None else col(column) == value


def _owned(actor: Actor, wanted: TicketFilter) -> sa.ColumnElement[bool] | None:
    if wanted.agent_id == "none":
        return col(Ticket.agent_id).is_(None)
    return _equals(Ticket.agent_id, actor.person_id if wanted.agent_id == "me" else wanted.agent_id)


def _tagged(actor: Actor, tag: str) -> sa.ColumnElement[bool]:
    return col(Ticket.tags).contains([tag]) if policy.visible(actor).internal else sa.false()


def _open(is_open: bool) -> sa.ColumnElement[bool]:
    """The categories stand in the SQL itself, as in the partial indexes, so that Postgres sees that they fit."""
    unsolved: sa.BindParameter[list[str]] = sa.bindparam(
        "unsolved", [category.value for category in UNSOLVED], expanding=True, literal_execute=True
    )
    clause = col(Ticket.category).in_(unsolved)
    return clause if is_open else sa.not_(clause)
