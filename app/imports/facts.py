"""What a log can say of a case. A fact is something that *was so* from an instant on, not something that changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.queues.house import State
from core.actor import Actor
from core.events import Reason
from core.events.message import MadeFrom
from core.ids import id_from


class Fact:
    """Something that was so from some instant on."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Opened(Fact):
    """The case began, looking like this."""

    queue_id: UUID
    state: State
    channel: str
    priority: int = 2
    agent_id: UUID | None = None
    requester_id: UUID | None = None
    organisation_id: UUID | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    custom: dict[str, str] = field(default_factory=dict)
    history_complete: bool = True


@dataclass(frozen=True, slots=True)
class StateIs(Fact):
    """It stood in this state."""

    state: State
    reason: Reason = "import"


@dataclass(frozen=True, slots=True)
class OwnerIs(Fact):
    """This agent, or nobody, was responsible."""

    agent_id: UUID | None
    method: Literal["auto", "manual", "self", "import"] = "import"


@dataclass(frozen=True, slots=True)
class QueueIs(Fact):
    """It lay in this queue."""

    queue_id: UUID


@dataclass(frozen=True, slots=True)
class PriorityIs(Fact):
    """It had this priority."""

    priority: int


@dataclass(frozen=True, slots=True)
class TitleIs(Fact):
    """It had this subject."""

    title: str


@dataclass(frozen=True, slots=True)
class TagsAre(Fact):
    """It carried exactly these tags."""

    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class FieldIs(Fact):
    """A custom field had this value, or none."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Said(Fact):
    """Somebody wrote this."""

    body: str
    author_kind: Literal["end_user", "agent", "bot", "system"]
    author_id: UUID | None = None
    visibility: Literal["public", "internal"] = "public"
    channel: str | None = None
    is_first: bool = False
    """Whether this opened the case: then it is no reply, whoever wrote it."""
    is_auto: bool = False
    made_from: MadeFrom | None = None
    """Of an agent's reply, if anybody knows; with what it was made from, and the share of it that was changed."""
    made_from_id: UUID | None = None
    edited: float | None = None


@dataclass(frozen=True, slots=True)
class Booked(Fact):
    """Whoever tells it booked time on the case."""

    minutes: int
    activity_id: UUID | None = None
    is_billable: bool = True


@dataclass(frozen=True, slots=True)
class Rated(Fact):
    """Whoever asked said how content they are (1 to 5), how easy it was (1 to 7), or if they recommend us (0 to 10)."""

    score: int
    question: Literal["csat", "ces", "nps"] = "csat"


@dataclass(frozen=True, slots=True)
class Record:
    """A fact, since when, by whose hand, and the line of the source that says so."""

    occurred_at: datetime
    actor: Actor
    fact: Fact
    line: int = 0


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A whole case. `records` are in order and the first is `Opened`; `external_ref` is unique in the house."""

    external_ref: str
    title: str
    records: list[Record]

    @property
    def ticket_id(self) -> UUID:
        """The same case is the same ticket, however often it is imported."""
        return id_from("ticket", self.external_ref)
