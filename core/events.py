"""The catalogue of events. An event is small, past tense, complete on its own, and never edited.

Events carry ids, enums, numbers and hashes, and the names of configuration (queues, states, organisations).
They carry no free text and no person's name: subjects, bodies and people live in tables that can be erased.
The docstrings become `docs/reference/events.md`. Add a field: give it a default. Change a meaning: raise
`schema_version` and register an upcaster in `core/upcasters.py`.
"""

from enum import StrEnum
from typing import Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

KINDS: dict[str, type["Event"]] = {}
"""Every event class by its kind."""


class Category(StrEnum):
    """What a state means; custom states map to one (SEMANTICS.md 2.1)."""

    NEW = "NEW"
    OPEN = "OPEN"
    PENDING = "PENDING"
    HOLD = "HOLD"
    SOLVED = "SOLVED"
    CLOSED = "CLOSED"
    MERGED = "MERGED"
    SPAM = "SPAM"
    DELETED = "DELETED"

    @property
    def is_unsolved(self) -> bool:
        """Whether the ticket still asks something of somebody: what the backlog counts."""
        return self in UNSOLVED

    @property
    def is_done(self) -> bool:
        """Whether the ticket stands solved."""
        return self in (Category.SOLVED, Category.CLOSED)


UNSOLVED = (Category.NEW, Category.OPEN, Category.PENDING, Category.HOLD)

Reason = Literal["agent", "customer_reply", "agent_reply", "timer", "rule", "merge", "import"]
"""Why a state changed (SEMANTICS.md 2.1: every automatic transition carries its cause)."""


class Event(BaseModel):
    """The base of all events. Subclasses set `kind`; fields are the payload."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str]
    schema_version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.kind in KINDS:
            raise TypeError(f"two events call themselves {cls.kind!r}")
        KINDS[cls.kind] = cls

    def payload(self) -> dict[str, Any]:
        """The JSON form that the ledger keeps: strings, integers, booleans, lists and nulls only."""
        return self.model_dump(mode="json")

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Read what the ledger kept."""
        return cls.model_validate(payload)


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


class MessageAdded(Event):
    """Somebody wrote: a customer's message, an agent's public reply or an internal note.

    `author_kind` with `is_auto` decides what counts as a public agent reply (METRICS.md 1.0): visibility
    public, author_kind agent, not is_auto, and not the message that opened the ticket (`is_first`).
    """

    kind: ClassVar[str] = "message.added"

    message_id: UUID
    direction: Literal["in", "out"]
    visibility: Literal["public", "internal", "restricted"]
    author_kind: Literal["end_user", "agent", "bot", "system"]
    channel: str
    is_first: bool = False
    is_auto: bool = False
    chars: int = 0
    body_hash: str = ""


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


class OrganisationDefined(Event):
    """An organisation was set up or changed."""

    kind: ClassVar[str] = "organisation.defined"

    organisation_id: UUID
    name: str
    tier: str | None = None
    region: str | None = None


class PersonDefined(Event):
    """A person was added, changed or deactivated. The name and the address stay in the erasable row."""

    kind: ClassVar[str] = "person.defined"

    person_id: UUID
    role: str
    organisation_id: UUID | None = None
    timezone: str = "UTC"
    is_active: bool = True


class RightsGranted(Event):
    """The rights of a person or role in a queue were set; an empty list takes them all away."""

    kind: ClassVar[str] = "rights.granted"

    queue_id: UUID
    holder_kind: Literal["person", "role"]
    holder: str
    rights: list[str]
    before: list[str] = []


class TokenIssued(Event):
    """Somebody got an API token: its public prefix and scopes, never the secret."""

    kind: ClassVar[str] = "token.issued"

    token_id: UUID
    person_id: UUID
    prefix: str
    scopes: list[str]


class TokenRevoked(Event):
    """An API token stopped being valid."""

    kind: ClassVar[str] = "token.revoked"

    token_id: UUID


class ImportStarted(Event):
    """History began to enter from outside: where from, and under which fingerprint of file and map."""

    kind: ClassVar[str] = "import.started"

    import_id: UUID
    source: str
    fingerprint: str


class ImportFinished(Event):
    """An import reached its end: its reconciliation in numbers."""

    kind: ClassVar[str] = "import.finished"

    import_id: UUID
    rows_read: int
    events_written: int
    cases: int
    refused: int
