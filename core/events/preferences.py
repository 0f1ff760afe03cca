"""What people choose for themselves."""

from typing import ClassVar
from uuid import UUID

from core.events.event import Event


class PreferencesSet(Event):
    """Somebody chose how long their replies wait, so that they can be taken back; null: as the house does."""

    kind: ClassVar[str] = "preferences.set"

    person_id: UUID
    undo_send_seconds: int | None
    before: int | None
