"""What every new company starts with: the usual states, one queue, and what each role may do there."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.calendars.setup import all_newest, define_calendar
from app.policy import RIGHTS
from app.queues.queue import Queue, TicketState
from app.queues.setup import define_queue, define_state, set_rights
from core.actor import SYSTEM, Role
from core.calendar import Calendar, Hours, Weekday
from core.events import Category

STATES = {
    "new": Category.NEW,
    "open": Category.OPEN,
    "pending": Category.PENDING,
    "on hold": Category.HOLD,
    "solved": Category.SOLVED,
    "closed": Category.CLOSED,
    "merged": Category.MERGED,
    "spam": Category.SPAM,
    "deleted": Category.DELETED,
}
FIRST_QUEUE = "Support"
FIRST_CALENDAR = "Office hours"
"""Monday to Friday, nine to five, in UTC until somebody says where the company is."""

OF_SUPERVISORS = sorted(RIGHTS - {"admin"})
OF_AGENTS = [
    "assign", "close", "contact", "create", "merge", "move_into", "note", "own", "priority", "read", "reply",
]  # fmt: skip
OF_CUSTOMERS = ["create"]


def found_company(session: Session) -> None:
    """Set up what is missing; a company that has states or queues of its own keeps them as they are."""
    if session.execute(select(col(TicketState.id)).limit(1)).first() is None:
        for sort, (name, category) in enumerate(STATES.items()):
            define_state(session, SYSTEM, name=name, category=category, is_default=True, sort=sort, source="setup")
    if session.execute(select(col(Queue.id)).limit(1)).first() is None:
        queue = define_queue(session, SYSTEM, name=FIRST_QUEUE, calendar_id=_first_calendar(session), source="setup")
        give_usual_rights(session, queue)


def _first_calendar(session: Session) -> UUID:
    """The calendar that new companies begin with, unless they have one."""
    known = all_newest(session)
    if known:
        return known[0].calendar_id
    hours = tuple(Hours(9 * 60, 17 * 60, day) for day in (*Weekday,)[:5])
    return define_calendar(
        session, SYSTEM, name=FIRST_CALENDAR, calendar=Calendar("UTC", hours), source="setup"
    ).calendar_id


def give_usual_rights(session: Session, queue: Queue) -> None:
    """What each role may do in a queue unless somebody says otherwise. Administrators may do everything anyway."""
    for role, rights in {
        Role.SUPERVISOR: OF_SUPERVISORS,
        Role.AGENT: OF_AGENTS,
        Role.CUSTOMER: OF_CUSTOMERS,
    }.items():
        set_rights(
            session, SYSTEM, queue_id=queue.id, holder_kind="role", holder=role.value, rights=rights, source="setup"
        )
