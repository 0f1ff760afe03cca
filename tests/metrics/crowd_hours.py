"""Hours of queues that are edited in the middle of a crowd's histories, as events and as plain Python counts them."""

from datetime import UTC, datetime
from uuid import UUID

from app.sla.calendar import business_micros
from core.calendar import Calendar
from core.events import CalendarDefined, QueueDefined
from core.ledger import Envelope
from tests.lake.history import house, uid
from tests.metrics.questions import utc
from tests.sla.week import office, weekdays

LONG_AGO, EDITED = utc("2025-01-01T00:00"), utc("2026-02-11T11:30")
SHORT = Calendar("America/New_York", weekdays(("09:30", "13:00")))
ALWAYS = Calendar.always_open()
VERSIONS = ((LONG_AGO, office()), (EDITED, SHORT))
"""What Billing goes by, from when on; Technical never closes."""


def hours_told() -> list[Envelope]:
    """The events of the house."""
    made = [
        house(since, CalendarDefined(
            calendar_id=uid("office"), version=n, name="office", effective_from=since, definition=definition
        ), n)
        for n, (since, definition) in enumerate(VERSIONS, start=1)
    ]  # fmt: skip
    always = CalendarDefined(
        calendar_id=uid("always"), version=1, name="always", effective_from=LONG_AGO, definition=ALWAYS
    )
    queues = [("Billing", "office"), ("Technical", "always")]
    return [
        *made,
        house(LONG_AGO, always, 9),
        *(
            house(LONG_AGO, QueueDefined(queue_id=uid(name), name=name, calendar_id=uid(hours)), n)
            for n, (name, hours) in enumerate(queues)
        ),
    ]


def open_micros(queue_id: UUID, since: datetime, until: datetime) -> int:
    """Piece by piece, by the version in force."""
    start, stop = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    if queue_id != uid("Billing"):
        return business_micros(ALWAYS, start, stop)
    before = business_micros(VERSIONS[0][1], start, min(stop, EDITED)) if start < EDITED else 0
    after = business_micros(VERSIONS[1][1], max(start, EDITED), stop) if stop > EDITED else 0
    return before + after
