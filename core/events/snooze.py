"""A ticket sleeps until a stated time."""

from datetime import datetime
from typing import ClassVar

from core.events.event import Event


class Snoozed(Event):
    """A ticket is to wake at a stated time, unless its state changes before: then it stays awake."""

    kind: ClassVar[str] = "ticket.snoozed"

    wakes_at: datetime
