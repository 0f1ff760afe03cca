"""Schedule: write a reply now that the customer reads later."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import StrictBool

from app.rest.fields import Instant
from app.tickets.command import Confirmable, Now, WithBody, decide, effect, sha256
from app.tickets.commands.reply import Channel, Reply
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.errors import Invalid, NotAllowed
from core.events import Event, ReplyScheduled, ReplyUnscheduled

LONGEST = timedelta(days=366)


class Schedule(WithBody, Confirmable):
    """Have a reply go out later. (app/outgoing keeps its words and sends it; nobody asks for this directly.)"""

    right: ClassVar[str] = "reply"

    reply_id: UUID
    send_at: Instant
    channel: Channel | None = None
    state_id: UUID | None = None
    canned_reply_id: UUID | None = None
    unless_customer_writes: StrictBool = True

    def needs(self, ticket: Ticket, now: Now) -> list[tuple[str, UUID]]:
        """Those of the reply."""
        return self.reply().needs(ticket, now)

    def reply(self) -> Reply:
        """What it will be."""
        return Reply(
            body=self.body, channel=self.channel, state_id=self.state_id, attachments=self.attachments,
            canned_reply_id=self.canned_reply_id, confirm=self.confirm,
        )  # fmt: skip


@decide.register
def schedule(do: Schedule, ticket: Ticket, now: Now) -> list[Event]:
    """What would be refused if it went out now is refused now; when it does go out the rules are asked again."""
    if now.actor.kind is ActorKind.END_USER:
        raise NotAllowed("Only colleagues send replies later.")
    if not now.instant < do.send_at <= now.instant + LONGEST:
        raise Invalid("A reply goes out at a time in the future, a year away at most.")
    decide(do.reply(), ticket, now)
    told = ReplyScheduled(
        reply_id=do.reply_id, send_at=do.send_at, chars=len(do.body), body_hash=sha256(do.body),
        state_id=do.state_id, unless_customer_writes=do.unless_customer_writes,
    )  # fmt: skip
    return [told]


@effect.register
def reply_scheduled(event: ReplyScheduled, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the row: nobody has answered yet."""


@effect.register
def reply_unscheduled(event: ReplyUnscheduled, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the row: if it was sent, its message says so."""
