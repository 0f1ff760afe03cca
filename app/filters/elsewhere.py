"""Clauses for what no row of a ticket tells: whom its notes call, and whether one of its clocks is at risk."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.filters.tree import AtRisk, Called
from app.mentions.row import Mention
from app.sla.row import SlaClock
from app.tickets.ticket import Message, Ticket
from core.promises import LITTLE_PART, LITTLE_SECONDS
from search.document import EPOCH

MILLISECOND = datetime.resolution * 1000


def calls(leaf: Called) -> sa.ColumnElement[bool]:
    """A mention of one of them in a note that the reader reads: `Scope.reads`, and one's own mentions always."""
    mentioned = col(Mention.person_id).in_([UUID(one) for one in leaf.person_ids])
    here = sa.select(sa.literal(1)).select_from(Mention).where(col(Mention.ticket_id) == col(Ticket.id), mentioned)
    if not leaf.reads_all:
        reader = UUID(leaf.reader_id) if leaf.reader_id else None
        readable = sa.or_(
            col(Message.visibility) != "restricted",
            sa.literal(reader, sa.Uuid).in_([col(Mention.person_id), col(Message.author_id), col(Ticket.agent_id)]),
            col(Ticket.queue_id).in_([UUID(one) for one in leaf.admin_queue_ids]),
        )
        here = here.join(Message, col(Message.id) == col(Mention.message_id)).where(readable)
    return sa.exists(here.correlate(Ticket))


def is_at_risk(leaf: AtRisk) -> sa.ColumnElement[bool]:
    """A running clock that is not over and has so little left in its own time."""
    now = moment(leaf.now)
    threshold = sa.func.greatest(LITTLE_SECONDS, col(SlaClock.target_seconds) // LITTLE_PART)
    near = sa.literal(now) + sa.func.make_interval(0, 0, 0, 0, 0, 0, threshold)
    measure = sa.tuple_(col(SlaClock.calendar_id), col(SlaClock.calendar_version), col(SlaClock.target_seconds))
    in_business = [
        (measure == sa.tuple_(sa.literal(UUID(calendar)), version, seconds)) & (col(SlaClock.due_at) <= moment(until))
        for calendar, version, seconds, until in leaf.horizons
    ]
    pressing = sa.select(sa.literal(1)).where(
        col(SlaClock.ticket_id) == col(Ticket.id),
        col(SlaClock.stopped_at).is_(None),
        col(SlaClock.state) == "running",
        col(SlaClock.breached_at).is_(None),
        col(SlaClock.due_at) >= now,
        sa.case(
            (col(SlaClock.basis) == "business", sa.or_(sa.false(), *in_business)),
            else_=col(SlaClock.due_at) <= near,
        ),
    )
    return sa.and_(col(Ticket.due_at).is_not(None), sa.exists(pressing.correlate(Ticket)))


def moment(milliseconds: int) -> datetime:
    """An instant as filters keep it; far away in the future for what never comes."""
    return EPOCH + milliseconds * MILLISECOND
