"""Replies that go out later, over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.drafts.keep import draft_of
from app.drafts.routes import DraftAnswer
from app.outgoing import mine
from app.outgoing.row import ScheduledReply
from app.outgoing.schedule import Wish, schedule
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.page import Page
from app.rest.problem import responses
from app.tickets.answers import TicketAnswer
from app.tickets.queries import seen_ticket
from app.tickets.routes import CHANGED, IfMatch, shown, version_in
from app.tickets.store import keep_later
from app.tickets.ticket import Ticket
from core.errors import NotAllowed

ANY = responses(401, 403, 404, 422, 503)
of_tickets = APIRouter(prefix=f"{PREFIX}/tickets", tags=["scheduled replies"], route_class=Route, responses=ANY)
router = APIRouter(prefix=f"{PREFIX}/scheduled-replies", tags=["scheduled replies"], route_class=Route, responses=ANY)


class ScheduledReplyAnswer(BaseModel):
    """A reply that waits for its time or, held back, for its author."""

    id: UUID
    ticket_id: UUID
    author_id: UUID
    body: str
    attachments: list[UUID] = Field(description="Files that go with it; until then only the author opens them.")
    channel: str | None
    state_id: UUID | None
    unless_customer_writes: bool
    asked_at: datetime
    send_at: datetime
    held_at: datetime | None = Field(description="Since when it is held back; null: it goes out at its time.")
    held_code: str = Field(description="Why, for programs.", examples=["customer_wrote"])
    held_words: str = Field(description="Why, for its author.")

    @classmethod
    def of(cls, row: ScheduledReply) -> Self:
        """What colleagues are told of it."""
        return cls(**row.model_dump(exclude={"attachment_ids", "confirm"}), attachments=row.attachment_ids)


@of_tickets.post("/{ticket_id}/scheduled-replies", status_code=201, responses=CHANGED)
def schedule_reply(ask: Writing, ticket_id: UUID, body: Wish, if_match: IfMatch = "*") -> ScheduledReplyAnswer:
    """Have a reply go out later; what could not go out now is refused now. At its time the rules are asked again."""
    ticket, row = schedule(
        ask.session, ask.actor, ticket_id, body,
        expected_version=version_in(if_match), keep=partial(keep_later, ask.batch),
    )  # fmt: skip
    ask.headers["ETag"] = f'"{ticket.version}"'
    return ScheduledReplyAnswer.of(row)


@of_tickets.get("/{ticket_id}/scheduled-replies")
def list_scheduled_replies(ask: Reading, ticket_id: UUID) -> Page[ScheduledReplyAnswer]:
    """What is to go out on a ticket, and what is held back. For colleagues only."""
    ticket = seen_ticket(ask.session, ask.actor, ticket_id)
    if not ask.actor.scope.internal:
        raise NotAllowed("Only colleagues see what is yet to be sent.")
    return _page(mine.of_ticket(ask.session, ask.actor, ticket))


@router.get("")
def list_my_scheduled_replies(ask: Reading) -> Page[ScheduledReplyAnswer]:
    """Your own, on all tickets: those held back first."""
    return _page(mine.of_author(ask.session, ask.actor))


@router.post("/{reply_id}/send", responses=CHANGED)
def send_scheduled_reply(ask: Writing, reply_id: UUID) -> TicketAnswer:
    """Send it now. The answer is the ticket on which it stands."""
    return _ticket(ask, mine.send_now(ask.session, ask.actor, reply_id))


@router.post("/{reply_id}/take-back", responses=CHANGED)
def take_back_scheduled_reply(ask: Writing, reply_id: UUID) -> DraftAnswer:
    """Make it your draft again."""
    ticket = mine.take_back(ask.session, ask.actor, reply_id)
    return DraftAnswer.of(draft_of(ask.session, ask.actor, ticket, "reply"))


@router.post("/{reply_id}/hold", responses=CHANGED)
def hold_scheduled_reply(ask: Writing, reply_id: UUID) -> ScheduledReplyAnswer:
    """Keep a colleague's reply, or your own, from going out until its author decides again."""
    mine.hold(ask.session, ask.actor, reply_id)
    return ScheduledReplyAnswer.of(ask.session.get_one(ScheduledReply, reply_id))


@router.delete("/{reply_id}", status_code=204, responses=CHANGED)
def cancel_scheduled_reply(ask: Writing, reply_id: UUID) -> None:
    """Drop your own; its text is gone."""
    mine.cancel(ask.session, ask.actor, reply_id)


def _page(rows: Sequence[ScheduledReply]) -> Page[ScheduledReplyAnswer]:
    return Page(items=[ScheduledReplyAnswer.of(row) for row in rows], next=None)


def _ticket(ask: Ask, ticket: Ticket) -> TicketAnswer:
    ask.headers["ETag"] = f'"{ticket.version}"'
    return shown(ask, ticket)
