"""Who watches a ticket."""

from typing import ClassVar
from uuid import UUID

from core.events.event import Event


class Watched(Event):
    """Somebody began to watch a ticket, on their own or because a colleague asked them to."""

    kind: ClassVar[str] = "ticket.watched"

    person_id: UUID


class Unwatched(Event):
    """Somebody watches a ticket no longer."""

    kind: ClassVar[str] = "ticket.unwatched"

    person_id: UUID
