"""What an escalation level does to its ticket, by the commands that people use. What the ticket refuses is left out."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.sla.policy import Level
from app.tickets.command import Command
from app.tickets.commands import Assign, Note, Prioritise
from app.tickets.decider import handle
from app.tickets.ticket import Ticket
from core import log
from core.actor import SYSTEM
from core.errors import Refusal

MOST_URGENT = 4

logger = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A level that was reached, of which target's clock."""

    target: str
    level: Level


def take(session: Session, ticket_id: UUID, taken: Taken, *, cause_id: UUID) -> None:
    """Do it. The ticket is locked."""
    for wish in wishes(taken.level, session.get_one(Ticket, ticket_id)):
        try:
            with session.begin_nested():
                handle(session, SYSTEM, wish, ticket_id=ticket_id, source="sla", cause_id=cause_id)
        except Refusal as refusal:
            logger.info("an escalation was refused", target=taken.target, wish=type(wish).__name__, why=str(refusal))


def wishes(level: Level, ticket: Ticket) -> list[Command]:
    """The commands that a level amounts to."""
    found: list[Command] = []
    if level.note:
        found.append(Note(body=level.note, is_auto=True))
    if level.raise_priority and ticket.priority < MOST_URGENT:
        found.append(Prioritise(priority=ticket.priority + 1))
    if level.assign_to or level.unassign:
        found.append(Assign(agent_id=level.assign_to))
    return found
