"""Whether people are there to work."""

from typing import ClassVar, Literal
from uuid import UUID

from core.events.event import Event

Presence = Literal["online", "away", "offline"]
PresenceReason = Literal["chosen", "signed_out", "silent"]


class PresenceChanged(Event):
    """Somebody says that they are there, away or gone; or they signed out, or were not heard of for a while.

    It holds until the next one of the same person: what nobody told is offline.
    """

    kind: ClassVar[str] = "agent.presence_changed"

    person_id: UUID
    presence: Presence
    before: Presence
    reason: PresenceReason
