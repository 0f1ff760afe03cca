"""Mentions over HTTP: one's own, and who can be called on a ticket."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.audience import demand_staff
from app.mentions.mine import Called, mark_seen, mentions_of
from app.mentions.naming import mentionable
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.fields import STORABLE, Storable
from app.rest.page import After, Limit, Page, page_of
from app.rest.problem import responses
from app.tickets.queries import seen_ticket

ANY = responses(401, 403, 404, 422, 503)
of_tickets = APIRouter(prefix=f"{PREFIX}/tickets", tags=["mentions"], route_class=Route, responses=ANY)
router = APIRouter(prefix=f"{PREFIX}/mentions", tags=["mentions"], route_class=Route, responses=ANY)


class MentionAnswer(BaseModel):
    """A note in which you were called."""

    message_id: UUID
    ticket_id: UUID
    number: int
    title: str
    by_id: UUID | None
    mentioned_at: datetime
    seen_at: datetime | None

    @classmethod
    def of(cls, called: Called) -> Self:
        """What the person who was called is told."""
        told = called.mention.model_dump(exclude={"person_id"})
        return cls(**told, number=called.ticket.number, title=called.ticket.title)


class SeenWish(BaseModel):
    """What you have seen."""

    model_config = ConfigDict(extra="forbid")

    message_ids: list[UUID] | None = Field(None, max_length=500, description="In these messages; null: everywhere.")


class NameAnswer(BaseModel):
    """Somebody who can be called."""

    id: UUID
    name: str


@router.get("")
def list_mentions(ask: Reading, unseen: bool = False, limit: Limit = 50, after: After = None) -> Page[MentionAnswer]:
    """Where you were called, the newest first, on tickets that you see; `unseen`: what you have not seen yet."""
    demand_staff(ask.actor)
    found = mentions_of(ask.session, ask.actor, unseen=unseen, limit=limit, after=after)
    items, more = page_of(
        found, limit, MentionAnswer.of, lambda one: (one.mention.mentioned_at, one.mention.message_id)
    )
    return Page(items=items, next=more)


@router.post("/seen", status_code=204)
def see_mentions(ask: Writing, body: SeenWish) -> None:
    """Say that you have seen them."""
    demand_staff(ask.actor)
    mark_seen(ask.session, ask.actor, body.message_ids)


@of_tickets.get("/{ticket_id}/mentionable")
def list_mentionable(
    ask: Reading,
    ticket_id: UUID,
    q: Annotated[
        str, Query(max_length=100, description="How a name begins.", json_schema_extra=STORABLE), Storable
    ] = "",
) -> Page[NameAnswer]:
    """Colleagues who may read this ticket, by the beginning of a name; ten at most, and nobody else. For colleagues."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    found = mentionable(ask.session, ask.actor, ticket, q)
    return Page(items=[NameAnswer(id=person_id, name=name) for person_id, name in found], next=None)
