"""How the house is set up: queues, states, rights."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from core.events.category import Category
from core.events.event import Event

FollowUp = Literal["reopen", "new", "reject"]


class QueueDefined(Event):
    """A queue was set up or changed; the whole definition stands in the event, so the newest one holds."""

    kind: ClassVar[str] = "queue.defined"

    queue_id: UUID
    name: str
    parent_id: UUID | None = None
    is_active: bool = True
    follow_up: FollowUp = "reopen"
    """What a customer's reply does to a closed ticket: open it again, begin a new linked one, or be refused."""
    reopen_days: int | None = None
    """With `reopen`: after so many days since it was closed a reply begins a new ticket; null: never."""
    calendar_id: UUID | None = None
    """When the queue's team is at work, unless something says otherwise."""


class StateDefined(Event):
    """A ticket state was set up or changed: its name, the category that it means, what it pauses and where it leads."""

    kind: ClassVar[str] = "state.defined"

    state_id: UUID
    name: str
    category: Category
    is_active: bool = True
    sla_pause: list[str] = []
    """The SLA targets whose clocks stand still in this state."""
    auto_next_state_id: UUID | None = None
    """Where a timer takes the ticket; null: to the default closed state from a solved one, else to the open one."""
    auto_after_seconds: int | None = None
    """How long a ticket stays before a timer takes it on; null: for ever, unless it is to wake at a stated time."""
    reopen_to_id: UUID | None = None
    """Where a ticket goes that is opened again from here; null: to the default open state."""
    is_default: bool | None = None
    """Whether its category falls back to it; null in events from before this was told."""
    sort: int | None = None
    """Its place in lists."""


class TransitionRule(BaseModel):
    """One way from state to state that a queue allows. A missing `from` means any; `right` is needed on top."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_category: Category | None = None
    from_state_id: UUID | None = None
    to_category: Category | None = None
    to_state_id: UUID | None = None
    right: str | None = None
    required_fields: list[str] = []
    must_confirm: bool = False


class TransitionsSet(Event):
    """The ways from state to state that a queue allows were set; an empty list allows all of them."""

    kind: ClassVar[str] = "queue.transitions_set"

    queue_id: UUID
    rules: list[TransitionRule]


class RightsGranted(Event):
    """The rights of a person, role or relation (owner, creator, involved, watcher) in a queue were set; none: taken."""

    kind: ClassVar[str] = "rights.granted"

    queue_id: UUID
    holder_kind: Literal["person", "role", "relation"]
    holder: str
    rights: list[str]
    before: list[str] = []
