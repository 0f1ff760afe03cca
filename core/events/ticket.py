"""What happens to a ticket."""

from typing import ClassVar, Literal
from uuid import UUID

from core.events.category import Category
from core.events.event import Event

Reason = Literal["agent", "customer_reply", "agent_reply", "timer", "rule", "merge", "import"]
"""Why a state changed (SEMANTICS.md 2.1: every automatic transition carries its cause)."""


class TicketCreated(Event):
    """A ticket came into being. Its first message follows as an event of its own, with the same `command_id`."""

    kind: ClassVar[str] = "ticket.created"

    number: int
    subject_hash: str
    queue_id: UUID
    state_id: UUID
    state: str
    category: Category
    priority: int
    """1 low, 2 normal, 3 high, 4 urgent."""
    channel: str
    agent_id: UUID | None = None
    requester_id: UUID | None = None
    organisation_id: UUID | None = None
    tags: list[str] = []
    language: str | None = None
    external_ref: str | None = None
    history_complete: bool = True
    custom: dict[str, str] = {}


class StatusChanged(Event):
    """A ticket went from one state to another. Solved and reopened are read off the categories, never written."""

    kind: ClassVar[str] = "ticket.status_changed"

    state_id: UUID
    state: str
    category: Category
    before_state_id: UUID
    before_state: str
    before_category: Category
    reason: Reason


class Assigned(Event):
    """A ticket got, changed or lost (`agent_id` null) the agent responsible for it."""

    kind: ClassVar[str] = "ticket.assigned"

    agent_id: UUID | None
    before: UUID | None
    method: Literal["auto", "manual", "self", "import"] = "manual"


class QueueChanged(Event):
    """A ticket moved from one queue to another."""

    kind: ClassVar[str] = "ticket.queue_changed"

    queue_id: UUID
    before: UUID


class PriorityChanged(Event):
    """A ticket's priority changed: 1 low, 2 normal, 3 high, 4 urgent."""

    kind: ClassVar[str] = "ticket.priority_changed"

    priority: int
    before: int


class Retitled(Event):
    """A ticket's subject changed. The words stay in the ticket's row; here are their SHA-256 hashes."""

    kind: ClassVar[str] = "ticket.retitled"

    subject_hash: str
    before: str


class TagsChanged(Event):
    """Tags were added to or removed from a ticket (each list sorted, no overlap)."""

    kind: ClassVar[str] = "ticket.tags_changed"

    added: list[str] = []
    removed: list[str] = []


class FieldChanged(Event):
    """A custom field of a ticket changed; null means that it had, or has, no value."""

    kind: ClassVar[str] = "ticket.field_changed"

    field: str
    value: str | None
    before: str | None
