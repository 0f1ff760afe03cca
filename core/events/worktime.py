"""Time that people book on tickets. What they write about it stays in the row."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from core.events.event import Event


class ActivityDefined(Event):
    """A kind of work was set up or changed; the whole definition stands in the event."""

    kind: ClassVar[str] = "activity.defined"

    activity_id: UUID
    name: str
    is_billable: bool
    """What holds for time booked on it unless somebody says otherwise."""
    is_active: bool = True


class TimeLogged(Event):
    """Somebody booked time on a ticket, on its own or with a message."""

    kind: ClassVar[str] = "time.logged"

    entry_id: UUID
    person_id: UUID
    minutes: int
    is_billable: bool
    worked_at: datetime
    activity_id: UUID | None = None
    message_id: UUID | None = None


class TimeCorrected(Event):
    """Booked time was corrected: all that it is now, and what it was."""

    kind: ClassVar[str] = "time.corrected"

    entry_id: UUID
    minutes: int
    before_minutes: int
    is_billable: bool
    before_is_billable: bool
    worked_at: datetime
    before_worked_at: datetime
    activity_id: UUID | None = None
    before_activity_id: UUID | None = None


class TimeRemoved(Event):
    """Booked time was taken away; this is what it was."""

    kind: ClassVar[str] = "time.removed"

    entry_id: UUID
    person_id: UUID
    minutes: int
    is_billable: bool
    activity_id: UUID | None = None
