"""Alerts on numbers."""

from typing import Any, ClassVar
from uuid import UUID

from core.events.event import Event


class AlertDefined(Event):
    """An alert was set up or changed, as a whole: which number of which tickets (ids), and the condition."""

    kind: ClassVar[str] = "alert.defined"

    alert_id: UUID
    owner_id: UUID
    name: str
    metric: str
    where: dict[str, list[str | int | None]]
    grain: str
    condition: dict[str, Any]
    quiet_from: str | None = None
    quiet_until: str | None = None
    is_on: bool = True


class AlertRemoved(Event):
    """An alert was removed, and with it what it told."""

    kind: ClassVar[str] = "alert.removed"

    alert_id: UUID


class AlertFired(Event):
    """The condition of an alert came to be met; `value` is what its owner's tickets showed then, if they showed any."""

    kind: ClassVar[str] = "alert.fired"

    alert_id: UUID
    firing_id: UUID
    person_id: UUID
    value: float | None = None


class AlertRecovered(Event):
    """The condition of an alert is not met any more."""

    kind: ClassVar[str] = "alert.recovered"

    alert_id: UUID
    firing_id: UUID
    person_id: UUID
    value: float | None = None
