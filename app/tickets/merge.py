"""Merge and unmerge: whose thread a thread is. Nothing moves, so nothing is lost by going back."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.tickets.command import Confirmable
from app.tickets.link import MessagePlace
from app.tickets.locking import seen
from app.tickets.refusals import MustBeConfirmed
from app.tickets.shown import readable, shown_in
from app.tickets.states import GONE, go_to
from app.tickets.threads import holding, recount
from app.tickets.ticket import Message, Ticket
from app.tickets.together import Deed, must_be_at, must_be_here
from core import ledger
from core.errors import Conflict, NotFound
from core.events import Category, MessagesPlaced, TicketMerged, TicketUnmerged


class Merge(Confirmable):
    """Merge a ticket into another (right `merge` in both queues). Its thread is shown there; it can be undone.

    Tickets of different requesters take `confirm`: colleagues then read both in one place, customers only their own.
    """

    right = "merge"

    into_id: UUID = Field(description="The ticket that takes the thread.")


class PlaceMessages(BaseModel):
    """Messages that came in while two tickets were merged belong to the one that was taken out again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticket_id: UUID = Field(description="The ticket to which they belong; it was merged into this one before.")
    message_ids: list[UUID] = Field(min_length=1, max_length=500)


def merge(deed: Deed, source_id: UUID, into_id: UUID, expected_version: int | None = None) -> Ticket:
    """Merge a ticket into another. Returns the target."""
    source, target = deed.both(source_id, into_id)
    must_be_at(source, expected_version)
    deed.demand("merge", source, target)
    must_be_here(source, target, gone=GONE)
    if source.requester_id != target.requester_id and not deed.is_confirmed:
        raise MustBeConfirmed(f"Tickets {source.number} and {target.number} have different requesters.")
    event = TicketMerged(source_id=source.id, target_id=target.id, from_state_id=source.state_id)
    now = deed.now
    deed.write(source, [event, *go_to(now.house.state_for(Category.MERGED), source, now, "merge")])
    deed.write(target, [event])
    recount(deed, [target], "merged")
    return target


def unmerge(deed: Deed, source_id: UUID, expected_version: int | None = None) -> tuple[Ticket, Ticket, list[Message]]:
    """Give a ticket its thread back, in the state that it had. Returns both, and the messages that came in between."""
    merged = deed.session.execute(
        sa.select(Ticket).where(col(Ticket.id) == source_id, policy.scope_filter(policy.visible(deed.actor)))
    ).scalar_one_or_none()
    if merged is None:
        raise NotFound("There is no such ticket, or you may not see it.")
    deed.demand("merge", merged)
    target_id = merged.merged_into_id
    if target_id is None:
        raise Conflict("This ticket is not merged into another; there is nothing to undo.")
    rows = deed.lock((source_id, target_id))
    source, target = seen(deed.actor, rows.get(source_id)), seen(deed.actor, rows.get(target_id))
    must_be_at(source, expected_version)
    if source.merged_into_id != target.id:
        raise Conflict("Somebody has just undone this merge; read the ticket again.")
    deed.demand("merge", source, target)
    now = deed.now
    before = now.house.states[source.merged_from_state_id or source.state_id]
    event = TicketUnmerged(source_id=source.id, target_id=target.id)
    deed.write(source, [event, *go_to(before, source, now, "merge")])
    deed.write(target, [event])
    recount(deed, rows.values(), "unmerged")
    return source, target, since_merge(deed, source, target)


def place(deed: Deed, from_id: UUID, wish: PlaceMessages) -> Ticket:
    """Tell messages of a ticket to belong to one that was merged into it before. Returns the ticket that shows them."""
    if from_id == wish.ticket_id:
        raise Conflict("This takes two different tickets; choose another.")
    rows = deed.lock((from_id, wish.ticket_id), lambda: holding(deed.session, wish.message_ids))
    target, source = seen(deed.actor, rows.get(from_id)), seen(deed.actor, rows.get(wish.ticket_id))
    deed.demand("merge", target, source)
    if _unmerged(deed.session, source.id, target.id) is None:
        raise Conflict(f"Ticket {source.number} was never merged into ticket {target.number}; split it off instead.")
    shown = shown_in(deed.session, target.id, policy.visible(deed.actor))
    may_read = readable(policy.visible(deed.actor), target)
    query = sa.select(Message).where(col(Message.id).in_(wish.message_ids), shown.clause, may_read)
    found = {row.id: row for row in deed.session.execute(query).scalars()}
    if set(wish.message_ids) - found.keys():
        raise NotFound(f"Ticket {target.number} does not show all of these messages; read it again.")
    ids = sorted(found)
    deed.session.execute(
        sa.delete(MessagePlace).where(
            col(MessagePlace.message_id).in_(ids),
            sa.or_(~col(MessagePlace.is_shared), col(MessagePlace.ticket_id) == source.id),
        )
    )
    deed.session.add_all(
        MessagePlace(message_id=row.id, ticket_id=source.id, is_shared=False)
        for row in found.values()
        if row.ticket_id != source.id
    )
    event = MessagesPlaced(said_ids=ids, source_id=target.id, target_id=source.id)
    deed.write(target, [event])
    deed.write(source, [event])
    recount(deed, rows.values(), "placed")
    return source


def since_merge(deed: Deed, source: Ticket, target: Ticket) -> list[Message]:
    """The messages that came in on the target between the last merge and its undoing."""
    span = _unmerged(deed.session, source.id, target.id)
    if span is None:
        return []
    query = (
        sa.select(Message)
        .where(
            col(Message.ticket_id) == target.id,
            col(Message.created_at).between(span[0], span[1]),
            readable(policy.visible(deed.actor), target),
        )
        .order_by(col(Message.created_at), col(Message.id))
    )
    return list(deed.session.execute(query).scalars())


def _unmerged(session: Session, source_id: UUID, target_id: UUID) -> tuple[datetime, datetime] | None:
    """From when to when the source was merged into the target the last time; None: never, or it still is."""
    told = [
        one
        for one in ledger.history(session, target_id)
        if one.kind in (TicketMerged.kind, TicketUnmerged.kind) and one.payload["source_id"] == str(source_id)
    ]
    if len(told) < 2 or told[-1].kind != TicketUnmerged.kind:
        return None
    return told[-2].occurred_at, told[-1].occurred_at
