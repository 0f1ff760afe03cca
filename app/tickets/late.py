"""Late replies: to a ticket that was merged, and customers' to one that is closed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.tickets.command import Now
from app.tickets.commands import Open, Reply
from app.tickets.commands.reply import Channel
from app.tickets.locking import TRIES, Overtaken, seen
from app.tickets.refusals import FollowUpIsRefused, TicketIsGone
from app.tickets.ticket import Ticket
from app.wall import lift
from core.actor import Actor, ActorKind
from core.events import Category, Event, MessageAdded

END = sa.text("""
    with recursive chain as (
        select id, merged_into_id from ticket where id = :id
        union
        select ticket.id, ticket.merged_into_id from ticket join chain on ticket.id = chain.merged_into_id
    )
    select id from chain where merged_into_id is null
""")


def addressed(session: Session, actor: Actor, ticket_id: UUID) -> tuple[Ticket, Ticket]:
    """The ticket that somebody replies to, and the one at the end of its chain, where the thread is now: locked.

    Usually both are one, found and locked by one statement that leaves a merged ticket alone. Of a merged one only the
    end is locked: to undo the merge takes that lock, too. So a reply waits for one row and is part of no deadlock.
    """
    ticket = session.execute(_unmerged(ticket_id)).scalar_one_or_none()
    if ticket is None:
        return _at_the_end(session, actor, ticket_id)
    if ticket.merged_into_id is not None:
        raise Overtaken("This ticket has just been merged into another; try again.", retry_after_seconds=1)
    return seen(actor, ticket), ticket


def _unmerged(ticket_id: UUID) -> sa.Select[Ticket]:
    """Locks it if it is not merged. If it becomes so while we wait, it comes all the same, and shows it."""
    whole = sa.select(col(Ticket.id)).where(col(Ticket.id) == ticket_id, col(Ticket.merged_into_id).is_(None))
    found = whole.cte("unmerged").prefix_with("materialized", dialect="postgresql")
    return (
        sa.select(Ticket)
        .join(found, found.c.id == col(Ticket.id))
        .with_for_update(of=Ticket)
        .execution_options(populate_existing=True)
    )


def _at_the_end(session: Session, actor: Actor, ticket_id: UUID) -> tuple[Ticket, Ticket]:
    for _ in range(TRIES):
        attempt = session.begin_nested()
        asked = seen(actor, session.get(Ticket, ticket_id, populate_existing=True))
        lift(session)  # their words go where the thread is, whether they see that or not
        end_id = _end(session, ticket_id)
        if end_id is None:
            raise TicketIsGone(asked.number, asked.category)
        end = session.execute(_unmerged(end_id)).scalar_one_or_none()
        if end is not None and end.merged_into_id is None and _end(session, ticket_id) == end_id:
            session.refresh(asked)
            attempt.commit()
            return asked, end
        attempt.rollback()
    raise Overtaken("These tickets are being merged or taken apart; try again.", retry_after_seconds=1)


def _end(session: Session, ticket_id: UUID) -> UUID | None:
    """Where a ticket's thread is now: the end of its chain."""
    return session.execute(END, {"id": ticket_id}).scalar_one_or_none()


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
