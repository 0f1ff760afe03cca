"""What people do with replies that wait: look, send at once, take back, drop; colleagues may hold one back."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.drafts.keep import add_to_draft
from app.outgoing.ending import end
from app.outgoing.row import ScheduledReply
from app.outgoing.sending import send
from app.tickets.shown import family
from app.tickets.ticket import Ticket
from core.actor import Actor
from core.errors import Conflict, NotAllowed, NotFound

MOST = 200


class HeldByColleague(Conflict):
    """A colleague thought that it should not go out as it is."""

    code = "held_by_colleague"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} held it back; talk to them, then send it or change it.")


def of_ticket(session: Session, actor: Actor, ticket: Ticket) -> Sequence[ScheduledReply]:
    """What is to go out on a ticket that the actor sees, merged ones with it. Customers are told nothing."""
    if not policy.visible(actor).internal:
        return []
    query = sa.select(ScheduledReply).where(col(ScheduledReply.ticket_id).in_(family(ticket.id)))
    return session.execute(query.order_by(col(ScheduledReply.send_at), col(ScheduledReply.id))).scalars().all()


def of_author(session: Session, actor: Actor) -> Sequence[ScheduledReply]:
    """One's own, those that are held first."""
    query = (
        sa.select(ScheduledReply)
        .where(col(ScheduledReply.author_id) == actor.person_id)
        .order_by(col(ScheduledReply.held_at).is_(None), col(ScheduledReply.send_at), col(ScheduledReply.id))
    )
    return session.execute(query.limit(MOST)).scalars().all()


def send_now(session: Session, actor: Actor, reply_id: UUID, *, source: str = "api") -> Ticket:
    """Send it at once. A refusal leaves it as it is."""
    return send(session, actor, _own(session, actor, reply_id), source=source)


def take_back(session: Session, actor: Actor, reply_id: UUID, *, source: str = "api") -> Ticket:
    """Make it a draft again, behind what the draft holds already."""
    reply = _own(session, actor, reply_id)
    add_to_draft(session, actor, reply.ticket_id, reply.body, reply.attachment_ids, reply.canned_reply_id)
    return end(session, actor, reply, "taken_back", source=source)


def cancel(session: Session, actor: Actor, reply_id: UUID, *, source: str = "api") -> Ticket:
    """Drop it."""
    return end(session, actor, _own(session, actor, reply_id), "cancelled", source=source)


def hold(session: Session, actor: Actor, reply_id: UUID, *, source: str = "api") -> Ticket:
    """Keep it from going out until its author decides again: for whoever may answer the ticket."""
    reply = _seen(session, actor, reply_id)
    ticket = session.get_one(Ticket, reply.ticket_id)
    policy.demand_full_agent(actor, is_for_light_agents=False)
    policy.demand(actor, [("reply", ticket.queue_id)], ticket)
    if reply.held_at:
        return ticket
    return end(session, actor, reply, "held", refusal=HeldByColleague(actor.name), source=source)


def _own(session: Session, actor: Actor, reply_id: UUID) -> ScheduledReply:
    reply = _seen(session, actor, reply_id)
    if reply.author_id != actor.person_id:
        raise NotAllowed("Only its author sends a waiting reply or takes it back; you may hold it.")
    return reply


def _seen(session: Session, actor: Actor, reply_id: UUID) -> ScheduledReply:
    """The reply, if its author asks or who sees the ticket. Both are locked, the ticket first, as timers do."""
    found = session.get(ScheduledReply, reply_id)
    ticket = session.get(Ticket, found.ticket_id, with_for_update=True, populate_existing=True) if found else None
    if found:
        found = session.get(ScheduledReply, reply_id, with_for_update=True, populate_existing=True)
    is_theirs = found is not None and found.author_id == actor.person_id
    is_seen = ticket is not None and actor.scope.internal and policy.may_see(actor, ticket)
    if found is None or not (is_theirs or is_seen):
        raise NotFound("No such reply waits, or you may not see it.")
    return found
