"""Which tickets are looked at anew when policies or calendars change, each by a timer of its own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import driver_of

REVIEW = "sla.review"
COLUMNS = "id, key, kind, due_at, ticket_id, payload, attempts, note, is_set_aside"
REVIEW_OPEN = f"""
    insert into timer ({COLUMNS})
    select gen_random_uuid(), 'sla.review:' || id, '{REVIEW}', %s, id, '{{}}', 0, '', false
    from ticket
    where category in ('NEW', 'OPEN', 'PENDING', 'HOLD')
    on conflict (key) do update set due_at = excluded.due_at, attempts = 0, note = '', is_set_aside = false
"""
REVIEW_QUEUES = REVIEW_OPEN.replace("on conflict", "and queue_id = any(%s) on conflict")
REVIEW_CALENDAR = f"""
    insert into timer ({COLUMNS})
    select gen_random_uuid(), 'sla.review:' || ticket_id || ':' || %(calendar_id)s || ':' || %(version)s, '{REVIEW}',
           %(since)s, ticket_id, '{{}}', 0, '', false
    from sla_clock
    where calendar_id = %(calendar_id)s and stopped_at is null
    group by ticket_id
    on conflict (key) do update set due_at = excluded.due_at, attempts = 0, note = '', is_set_aside = false
"""


def review_open_tickets(session: Session, since: datetime) -> int:
    """Look at every unsolved ticket anew at an instant: policies changed and shall hold for what is open, too."""
    session.flush()
    return driver_of(session).execute(REVIEW_OPEN, (since,)).rowcount


def review_queues(session: Session, queue_ids: Sequence[UUID], since: datetime) -> int:
    """Look at the unsolved tickets of some queues anew: their hours changed."""
    session.flush()
    return driver_of(session).execute(REVIEW_QUEUES, (since, list(queue_ids))).rowcount


def review_clocks_of(session: Session, calendar_id: UUID, version: int, since: datetime) -> int:
    """Look at every ticket anew whose clocks run by a calendar, when its new version begins."""
    session.flush()
    values = {"calendar_id": calendar_id, "version": version, "since": since}
    return driver_of(session).execute(REVIEW_CALENDAR, values).rowcount
