"""Which canned reply somebody's words were begun with."""

from sqlalchemy.orm import Session

from app.audience import reaches
from app.macros.macro import CannedReply
from app.macros.placeholders import filled
from app.tickets import commands
from app.tickets.command import Command, Prepared
from app.tickets.ticket import Ticket
from core.actor import Actor


def begun_with(session: Session, actor: Actor, ticket: Ticket, do: Command) -> Prepared | None:
    """The canned reply as it stands for this ticket. One that is gone meanwhile, or not for the actor, is none."""
    if not isinstance(do, commands.Reply) or do.canned_reply_id is None or not actor.role.is_staff:
        return None
    found = session.get(CannedReply, do.canned_reply_id)
    if found is None or not reaches(actor, found):
        return None
    return Prepared("canned_reply", found.id, filled(session, actor, ticket, found.body))
