"""Finding tickets and reading them. Every question carries the asker: what they may not see is not there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.fields.masks import told_payload
from app.filters.names import called, tree_of
from app.filters.sql import clause_of, is_unsolved
from app.filters.tree import Tree
from app.rest.fields import STORABLE, Instant, Storable
from app.rest.page import behind, instant, maybe_instant, read_cursor
from app.tickets import by_due
from app.tickets.answers import Fields
from app.tickets.shown import readable, shown_in
from app.tickets.ticket import Message, Ticket
from core import ledger
from core.actor import Actor, Scope
from core.errors import Invalid, NotAllowed, NotFound
from core.events import Category, Mentioned, MessageAdded
from search.filter_text import LONGEST_FILTER

Order = Literal[
    "created", "-created", "updated", "-updated", "priority", "-priority", "number", "-number", "due", "-due",
]  # fmt: skip
MANY = 50


class TicketFilter(BaseModel):
    """Which tickets, and in which order. Conditions of different names must all hold; of one name any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(
        "",
        max_length=LONGEST_FILTER,
        description="A filter in the language of views and search (docs/filters.md).",
        examples=["is:open queue:billing -tag:spam priority>=high"],
    )
    fields: Fields = ""
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
    mentioned: UUID | Literal["me"] | None = Field(
        None, description="Where a note that you may read calls this colleague, or you (colleagues only)."
    )
    number: int | None = Field(None, ge=1, le=2**63 - 1)
    created_since: Instant | None = None
    created_until: Instant | None = Field(None, description="This instant is no longer part of it.")
    updated_since: Instant | None = None
    sort: Order = Field(
        "-created",
        description="A minus: the newest first. `due` (colleagues only): by the next due time, those without one last.",
    )
    limit: int = Field(25, ge=1, le=100, description="How many items a page holds.")
    after: str | None = Field(None, max_length=200, description="`next` of the page before.")


def find_tickets(session: Session, actor: Actor, wanted: TicketFilter) -> list[Ticket]:
    """A page of the tickets that match, and one more if there are more."""
    order = _order(wanted.sort)
    query = sa.select(Ticket).where(policy.scope_filter(policy.visible(actor)), *_clauses(actor, wanted))
    if wanted.q:
        query = query.where(clause_of(tree_of(session, actor, wanted.q)))
    place = read_cursor(wanted.after, *order.readers) if wanted.after else None
    if order.names == by_due.NAMES:
        return _by_due(session, actor, query, place, wanted)
    keys, descending = order.columns, order.is_descending
    if place:
        query = query.where(behind(keys, place, descending=descending))
    ordered = query.order_by(*[key.desc() if descending else key.asc() for key in keys]).limit(wanted.limit + 1)
    return list(session.execute(ordered).scalars())


def _by_due(session: Session, actor: Actor, query: sa.Select[Ticket], place: Any, wanted: TicketFilter) -> list[Ticket]:
    if not policy.visible(actor).internal:
        raise Invalid("Due times are for colleagues; choose another order.")

    def ask(stage: by_due.Stage, limit: int) -> Sequence[Ticket]:
        return session.execute(query.where(stage.clause).order_by(*stage.order).limit(limit)).scalars().all()

    return by_due.page(ask, place, wanted.limit + 1, falls=wanted.sort.startswith("-"))


def sort_key(ticket: Ticket, order: Order) -> tuple[Any, ...]:
    """Where a ticket stands in an order."""
    return tuple(getattr(ticket, name) for name in _order(order).names)


@dataclass(frozen=True, slots=True)
class _Sorting:
    """An order as columns that make it total, and how a cursor of it is read."""

    names: tuple[str, ...]
    readers: tuple[Callable[[str], Any], ...]
    is_descending: bool

    @property
    def columns(self) -> list[Any]:
        return [col(getattr(Ticket, name)) for name in self.names]


def _whole(text: str) -> int:
    """A number from a cursor that Postgres can compare with."""
    value = int(text)
    if not 0 <= value < 2**63:
        raise ValueError(text)
    return value


SORTINGS: dict[str, tuple[tuple[str, ...], tuple[Callable[[str], Any], ...]]] = {
    "created": (("created_at", "id"), (instant, UUID)),
    "updated": (("updated_at", "id"), (instant, UUID)),
    "priority": (("priority", "created_at", "id"), (_whole, instant, UUID)),
    "number": (("number",), (_whole,)),
    "due": (by_due.NAMES, (maybe_instant, UUID)),
}


def _order(sort: Order) -> _Sorting:
    names, readers = SORTINGS[sort.lstrip("-")]
    return _Sorting(names, readers, sort.startswith("-"))


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
    """What a ticket shows, oldest first, as far as the actor may read it; and one more if there is more."""
    keys = [col(Message.created_at), col(Message.id)]
    scope = policy.visible(actor)
    query = sa.select(Message).where(shown_in(session, ticket.id, scope).clause, readable(scope, ticket))
    if after:
        query = query.where(behind(keys, read_cursor(after, instant, UUID), descending=False))
    return list(session.execute(query.order_by(*keys).limit(limit + 1)).scalars())


def history_of(session: Session, actor: Actor, ticket: Ticket) -> Sequence[ledger.Envelope]:
    """All that happened to a ticket. It tells of notes and hands, so it is for colleagues."""
    if not policy.visible(actor).internal:
        raise NotAllowed("Only colleagues see the history of a ticket.")
    scope = policy.visible(actor)
    return [
        replace(told, payload=payload)
        for told in ledger.history(session, ticket.id)
        if may_hear(scope, told, ticket)
        and (payload := told_payload(scope, ticket.queue_id, told.kind, told.payload)) is not None
    ]


def may_hear(scope: Scope, told: ledger.Envelope, ticket: Ticket) -> bool:
    """Whether an event may be told: those of a restricted message (length, hash) only to those who may read it."""
    if told.kind not in (MessageAdded.kind, Mentioned.kind):
        return True
    return scope.reads(told.payload["visibility"], told.actor_id, ticket)


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
        _calls(actor, wanted.mentioned) if wanted.mentioned else None,
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


def _calls(actor: Actor, whom: UUID | Literal["me"]) -> sa.ColumnElement[bool]:
    person_id = actor.person_id if whom == "me" else whom
    if person_id is None or not policy.visible(actor).internal:
        return sa.false()
    return clause_of(Tree((called(actor, [str(person_id)]),), is_moving=True))


def _open(is_open: bool) -> sa.ColumnElement[bool]:
    return is_unsolved() if is_open else sa.not_(is_unsolved())
