"""Late replies: to a ticket that was merged, and customers' to one that is closed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args
from uuid import UUID

from sqlalchemy.orm import Session

from app.tickets.command import Now
from app.tickets.commands import Open, Reply
from app.tickets.commands.reply import Channel
from app.tickets.refusals import FollowUpIsRefused, TicketIsGone
from app.tickets.ticket import Ticket
from core.actor import ActorKind
from core.events import Category, Event, MessageAdded


def destination(session: Session, merged: Ticket) -> Ticket:
    """Where a merged ticket's thread is now, at the end of the chain, locked.

    It is locked after its source, whatever their ids; whoever undoes that very merge at the same time may have to
    try again (Postgres finds the deadlock).
    """
    seen: set[UUID] = {merged.id}
    here = merged
    while here.category == Category.MERGED and here.merged_into_id and here.merged_into_id not in seen:
        seen.add(here.merged_into_id)
        here = session.get_one(Ticket, here.merged_into_id, with_for_update=True, populate_existing=True)
    if here.category == Category.MERGED:
        raise TicketIsGone(merged.number, merged.category)
    return here


def overheard(events: Sequence[Event]) -> list[Event]:
    """What somebody says on a ticket that they may not see (theirs was merged into it) is for colleagues to read."""
    return [
        event.model_copy(update={"visibility": "internal"}) if isinstance(event, MessageAdded) else event
        for event in events
    ]


def begins_anew(do: Reply, ticket: Ticket, now: Now) -> bool:
    """Whether a customer's reply to this closed ticket begins a new one; refused where the queue takes none."""
    is_theirs = now.actor.kind is ActorKind.END_USER and not do.is_auto
    place = now.house.queues.get(ticket.queue_id)
    if ticket.category != Category.CLOSED or not is_theirs or place is None:
        return False
    if place.follow_up == "reject":
        raise FollowUpIsRefused(ticket.number)
    if place.follow_up == "new":
        return True
    days = place.reopen_days
    return days is not None and ticket.closed_at is not None and now.instant >= ticket.closed_at + timedelta(days=days)


def as_new(do: Reply, ticket: Ticket) -> Open:
    """The wish for a new ticket that stands for a reply."""
    channel = do.channel or (ticket.channel if ticket.channel in get_args(Channel) else "web")
    return Open(title=ticket.title, body=do.body, queue_id=ticket.queue_id, channel=channel, attachments=do.attachments)
