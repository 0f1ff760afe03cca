"""Who is called by name in a note."""

from typing import ClassVar, Literal
from uuid import UUID

from core.events.event import Event


class Mentioned(Event):
    """A note calls colleagues by name (`person_ids` sorted); all could read it. Its message stands before it."""

    kind: ClassVar[str] = "ticket.mentioned"

    message_id: UUID
    person_ids: list[UUID]
    visibility: Literal["internal", "restricted"] = "internal"
    """Of the note: who may not read it does not hear of this."""
