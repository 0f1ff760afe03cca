"""Signs of life of the platform itself."""

from typing import ClassVar

from core.events.event import Event


class Heartbeat(Event):
    """Nothing happened for a minute, and everything is alive: who has followed the ledger to here is up to date."""

    kind: ClassVar[str] = "heartbeat"
