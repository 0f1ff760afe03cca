"""Timers that failed for good, and what somebody did about them."""

from typing import ClassVar
from uuid import UUID

from core.events.event import Event


class TimerRetried(Event):
    """Somebody let a timer that was set aside run again. Its key and kind are ids and names of code."""

    kind: ClassVar[str] = "timer.retried"

    timer_id: UUID
    timer_key: str
    timer_kind: str
    about_id: UUID | None = None
    """The ticket that it would change."""


class TimerDismissed(Event):
    """Somebody dismissed a timer that was set aside: what it was set for does not happen."""

    kind: ClassVar[str] = "timer.dismissed"

    timer_id: UUID
    timer_key: str
    timer_kind: str
    about_id: UUID | None = None
    """The ticket that it would have changed."""
