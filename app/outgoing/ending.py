"""How a reply that waits ends: sent, taken back, cancelled, or held for its author."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.outgoing.row import ScheduledReply
from app.outgoing.schedule import key
from app.queues.house import house_of
from app.tickets import store
from app.tickets.command import Now
from app.tickets.decider import told
from app.tickets.ticket import Ticket
from app.timers import cancel_timer
from app.wall import lift
from core import clock
from core.actor import Actor
from core.errors import Refusal
from core.events import Outcome, ReplyUnscheduled


def end(
    session: Session, actor: Actor, reply: ScheduledReply, outcome: Outcome, *, message_id: UUID | None = None,
    refusal: Refusal | None = None, source: str = "api",
) -> Ticket:  # fmt: skip
    """Tell of it and keep or drop the row. The caller has asked whether the actor may; returns the reply's ticket.

    It is the ticket on which the reply was written, also when that was merged meanwhile.
    """
    lift(session)  # also of an author who no longer sees the ticket
    ticket = session.get_one(Ticket, reply.ticket_id, with_for_update=True, populate_existing=True)
    cancel_timer(session, key(reply.id))
    now = Now(clock.now(), actor, house_of(session))
    if outcome == "held" and refusal:
        reply.held_at, reply.held_code, reply.held_words = now.instant, refusal.code, refusal.sentence[:1000]
    else:
        session.delete(reply)
    session.flush()
    event = ReplyUnscheduled(
        reply_id=reply.id, outcome=outcome, reason=refusal.code if refusal else "", message_id=message_id
    )
    return store.keep(session, ticket, (), told(session, actor, ticket, [event], now, source=source))
