"""Somebody says something on a ticket: the one event behind open, reply and note."""

from datetime import datetime
from typing import Literal

from app.tickets.command import Now, WithBody, effect, sha256
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.events import Event, FileAttached, MessageAdded
from core.ids import new_id

Visibility = Literal["public", "internal", "restricted"]


def said(
    body: str,
    now: Now,
    *,
    visibility: Visibility = "public",
    channel: str,
    is_first: bool = False,
    is_auto: bool = False,
) -> MessageAdded:
    """The event of the actor's saying `body`."""
    kind = now.actor.kind
    return MessageAdded(
        message_id=new_id(now.instant),
        direction="in" if kind is ActorKind.END_USER else "out",
        visibility=visibility,
        author_kind=kind.value,
        channel=channel,
        is_first=is_first,
        is_auto=is_auto,
        chars=len(body),
        body_hash=sha256(body),
    )


def with_files(do: WithBody, message: MessageAdded, now: Now) -> list[Event]:
    """The message, then the files that came with it."""
    files = [
        FileAttached(
            attachment_id=attachment_id,
            message_id=message.message_id,
            sha256=now.uploads[attachment_id].sha256,
            size_bytes=now.uploads[attachment_id].size_bytes,
            media_type=now.uploads[attachment_id].media_type,
        )
        for attachment_id in dict.fromkeys(do.attachments)
    ]
    return [message, *files]


def is_agent_reply(event: MessageAdded) -> bool:
    """Whether an agent answered the customer: what stops a reply clock (METRICS.md 1.0)."""
    return event.author_kind == "agent" and event.visibility == "public" and not event.is_auto and not event.is_first


@effect.register
def message_added(event: MessageAdded, ticket: Ticket, occurred_at: datetime) -> None:
    """A customer's message waits for an answer, an agent's is one."""
    ticket.message_count += 1
    if event.visibility != "public":
        return
    if event.author_kind == "end_user":
        ticket.awaiting_reply_since = ticket.awaiting_reply_since or occurred_at
    elif is_agent_reply(event):
        ticket.awaiting_reply_since = None
        ticket.first_replied_at = ticket.first_replied_at or occurred_at


@effect.register
def file_attached(event: FileAttached, ticket: Ticket, occurred_at: datetime) -> None:
    """Nothing in the row: the attachment's row has it."""
