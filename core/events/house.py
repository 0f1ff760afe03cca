"""How the house is set up: queues, states, rights."""

from typing import ClassVar, Literal
from uuid import UUID

from core.events.category import Category
from core.events.event import Event


class QueueDefined(Event):
    """A queue was set up or changed; the whole definition stands in the event, so the newest one holds."""

    kind: ClassVar[str] = "queue.defined"

    queue_id: UUID
    name: str
    parent_id: UUID | None = None
    is_active: bool = True


class StateDefined(Event):
    """A ticket state was set up or changed: its name and the category that it means."""

    kind: ClassVar[str] = "state.defined"

    state_id: UUID
    name: str
    category: Category
    is_active: bool = True


class RightsGranted(Event):
    """The rights of a person or role in a queue were set; an empty list takes them all away."""

    kind: ClassVar[str] = "rights.granted"

    queue_id: UUID
    holder_kind: Literal["person", "role"]
    holder: str
    rights: list[str]
    before: list[str] = []
