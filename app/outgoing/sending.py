"""Sending a reply whose time has come: the rules and rights of that moment, and once.

The timer, the row and the message change in one transaction, with the ticket locked: two workers, a crash and a
restart send it once. A refusal is no failure of the timer: the reply is held for its author.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.identity.asking import actor_of
from app.outgoing.ending import end
from app.outgoing.row import ScheduledReply
from app.outgoing.schedule import KIND
from app.people.person import Person
from app.tickets import late, store
from app.tickets.commands import Reply
from app.tickets.decider import handle
from app.tickets.locking import Overtaken
from app.tickets.shown import shown_in
from app.tickets.ticket import Message, Ticket
from app.timers import Timer, on_timer
from core.actor import ALL, SYSTEM, Actor
from core.errors import Conflict, NotAllowed, NotFound, Refusal
from core.ledger import Envelope


class CustomerWrote(Conflict):
    """There is something new to answer."""

    code = "customer_wrote"

    def __init__(self) -> None:
        super().__init__("The customer has written since; read it, then send your reply or change it.")


class AuthorIsGone(NotAllowed):
    """Whoever wrote it may not answer customers any more."""

    code = "author_may_not_reply"

    def __init__(self) -> None:
        super().__init__("Its author may no longer answer this ticket.")


@on_timer(KIND)
def send_when_due(session: Session, timer: Timer) -> None:
    """Send it, or hold it and say why."""
    reply = session.get(ScheduledReply, UUID(timer.payload["reply_id"]), with_for_update=True)
    if reply is None or reply.held_at:
        return
    try:
        with session.begin_nested():
            send(session, _author(session, reply), reply, source="timer", cause_id=timer.id, must_be_current=True)
    except Overtaken:
        raise  # somebody is merging: the timer tries again
    except Refusal as refusal:
        end(session, SYSTEM, reply, "held", refusal=refusal, source="timer")


def send(
    session: Session, author: Actor, reply: ScheduledReply, *, source: str, cause_id: UUID | None = None,
    must_be_current: bool = False,
) -> Ticket:  # fmt: skip
    """Say it now, in its author's name. Returns the ticket on which it stands; refused as any reply would be."""
    here = _where_it_goes(session, author, reply)
    if must_be_current and reply.unless_customer_writes and _customer_wrote(session, here.id, reply):
        raise CustomerWrote
    said: list[UUID] = []

    def keep(session: Session, ticket: Ticket, messages: Sequence[Message], envelopes: Sequence[Envelope]) -> Ticket:
        said.extend(message.id for message in messages)
        return store.keep(session, ticket, messages, envelopes)

    do = Reply.model_validate(
        {
            "body": reply.body, "channel": reply.channel, "state_id": reply.state_id,
            "attachments": reply.attachment_ids, "confirm": reply.confirm, "canned_reply_id": reply.canned_reply_id,
        }
    )  # fmt: skip
    ticket = handle(session, author, do, ticket_id=reply.ticket_id, source=source, cause_id=cause_id, keep=keep)
    end(session, author, reply, "sent", message_id=said[0], source=source)
    return ticket


def _author(session: Session, reply: ScheduledReply) -> Actor:
    """Who wrote it, with the rights of now."""
    person = session.get(Person, reply.author_id)
    if person is None or not person.is_active:
        raise AuthorIsGone
    author = actor_of(session, person)
    if not author.scope.internal:
        raise AuthorIsGone
    return author


def _where_it_goes(session: Session, author: Actor, reply: ScheduledReply) -> Ticket:
    """The ticket, or at the end of its merges the one that took its thread: the author must see that one, too."""
    try:
        _, end_of_chain = late.addressed(session, author, reply.ticket_id)
    except NotFound:
        raise AuthorIsGone from None
    if not policy.may_see(author, end_of_chain):
        raise AuthorIsGone
    return end_of_chain


def _customer_wrote(session: Session, ticket_id: UUID, reply: ScheduledReply) -> bool:
    """Whether a customer's message came in since it was written, wherever this thread shows it from."""
    newer = sa.select(col(Message.id)).where(
        shown_in(session, ticket_id, ALL).clause,
        col(Message.author_kind) == "end_user",
        col(Message.created_at) > reply.asked_at,
    )
    return session.execute(newer.limit(1)).first() is not None
