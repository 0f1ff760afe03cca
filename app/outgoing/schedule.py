"""Scheduling a reply: its event, its row and its timer, all or nothing."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlalchemy.orm import Session

from app.outgoing.row import ScheduledReply
from app.rest.fields import Instant, Whole
from app.tickets import store
from app.tickets.command import MOST_ATTACHMENTS, Body
from app.tickets.commands import Schedule
from app.tickets.commands.reply import Channel
from app.tickets.decider import Keep, handle
from app.tickets.ticket import Ticket
from app.timers import set_timer
from core import clock
from core.actor import Actor
from core.ids import new_id

KIND = "reply.send"
LONGEST_DELAY_SECONDS = 600


class Wish(BaseModel):
    """A reply that is to go out later: at `send_at`, or `delay_seconds` from now so that it can be taken back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: Body = Field(description="What is said, as plain text.", examples=["We have corrected the address."])
    send_at: Instant | None = Field(
        None, description="When, a year away at most; null: after `delay_seconds`.", examples=["2031-01-31T09:00:00Z"]
    )
    delay_seconds: Annotated[int, Field(ge=1, le=LONGEST_DELAY_SECONDS), Whole] = Field(
        10, description="So long from now, without `send_at`."
    )
    channel: Channel | None = Field(None, description="The way it goes; null: as the ticket came.")
    state_id: UUID | None = Field(None, description="The state that the ticket gets with it.")
    canned_reply_id: UUID | None = Field(None, description="The canned reply that it was begun with.")
    attachments: list[UUID] = Field(default=[], max_length=MOST_ATTACHMENTS, description="Files of your own.")
    unless_customer_writes: StrictBool = Field(
        True, description="If the customer writes before, hold it back for you instead of sending it."
    )
    confirm: StrictBool = Field(False, description="Do it, though the queue asks for a confirmation.")


def schedule(
    session: Session,
    actor: Actor,
    ticket_id: UUID,
    wish: Wish,
    *,
    expected_version: int | None = None,
    source: str = "api",
    keep: Keep = store.keep,
) -> tuple[Ticket, ScheduledReply]:
    """Have a reply go out later. What could not go out now is refused at once, as the reply itself would be."""
    now = clock.now()
    send_at = wish.send_at or now + timedelta(seconds=wish.delay_seconds)
    reply_id = new_id(now)
    do = Schedule(reply_id=reply_id, send_at=send_at, **wish.model_dump(exclude={"send_at", "delay_seconds"}))
    ticket = handle(
        session, actor, do, ticket_id=ticket_id, expected_version=expected_version, source=source, keep=keep
    )
    assert actor.person_id is not None
    row = ScheduledReply(
        id=reply_id, ticket_id=ticket_id, author_id=actor.person_id, body=do.body, attachment_ids=do.attachments,
        channel=do.channel, state_id=do.state_id, canned_reply_id=do.canned_reply_id, confirm=do.confirm,
        unless_customer_writes=do.unless_customer_writes, asked_at=now, send_at=send_at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    set_timer(
        session, key=key(reply_id), kind=KIND, due_at=send_at, ticket_id=ticket_id, payload={"reply_id": str(reply_id)}
    )
    return ticket, row


def key(reply_id: UUID) -> str:
    """The timer of a reply."""
    return f"reply:{reply_id}"
