"""What a command is, what a decision may look at, and the two functions that every command file adds a case to."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.queues.house import House
from app.rest.fields import SPACES, SPOKEN, STORABLE, Spoken, Storable, Whole
from app.tickets.ticket import Ticket
from core.actor import Actor, Scope
from core.events import Event

MOST_CHARS = 200_000
MOST_ATTACHMENTS = 20


Title = Annotated[str, Field(min_length=1, max_length=500, json_schema_extra=SPOKEN), Spoken]
Body = Annotated[str, Field(min_length=1, max_length=MOST_CHARS, json_schema_extra=SPOKEN), Spoken]
Tag = Annotated[str, Field(min_length=1, max_length=50, pattern=rf"^[^{SPACES},](?:[^,\x00]*[^{SPACES},])?$")]
Priority = Annotated[int, Field(ge=1, le=4, description="1 low, 2 normal, 3 high, 4 urgent."), Whole]
Word = Annotated[str, Field(min_length=1, max_length=255, json_schema_extra=STORABLE), Storable]


class Command(BaseModel):
    """Something that somebody asks of a ticket. `right` is what they must hold in the ticket's queue."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    right: ClassVar[str]
    is_for_light_agents: ClassVar[bool] = False

    def needs(self, ticket: Ticket, now: "Now") -> list[tuple[str, UUID]]:
        """The rights that this takes, each with the queue in which it must be held."""
        return [(self.right, ticket.queue_id)]

    def needs_to_work(self, ticket: Ticket) -> list[tuple[str, UUID]]:
        """What colleagues hold who work a ticket: they answer it and annotate it. (Customers may answer, too.)"""
        return [("reply", ticket.queue_id), ("note", ticket.queue_id)]

    def people(self, ticket: Ticket) -> set[UUID]:
        """The people whom the command names: the decision will want to know them."""
        return set()


class WithTitle(Command):
    """A command that carries a subject. Events know only its hash; the words go into the ticket's row."""

    title: Title = Field(description="The ticket's subject.", examples=["The invoice shows the wrong address"])


class WithBody(Command):
    """A command that carries a message. Events know only its hash and length; the words go into its row."""

    body: Body = Field(description="What is said, as plain text.", examples=["We have corrected the address."])
    is_auto: StrictBool = Field(False, description="A machine wrote this: it never counts as an agent's reply.")
    attachments: list[UUID] = Field(
        default=[],
        max_length=MOST_ATTACHMENTS,
        description="Files of your own to send along: ids from POST /api/v1/files.",
    )


@dataclass(frozen=True, slots=True)
class Somebody:
    """What a decision may know of a person whom a command names; `owns_in`: queues where they may own tickets."""

    id: UUID
    name: str
    is_staff: bool
    is_active: bool
    organisation_id: UUID | None
    owns_in: frozenset[UUID]
    scope: Scope
    """What they may read as a colleague; of customers nothing is said here."""

    def reads(self, ticket: Ticket, visibility: str, author_id: UUID | None) -> bool:
        """Whether they are a colleague who may read this author's message on a ticket."""
        inside = self.is_active and self.is_staff and self.scope.covers(ticket)
        return inside and self.scope.reads(visibility, author_id, ticket)


@dataclass(frozen=True, slots=True)
class Upload:
    """What a decision may know of a file that a command sends along."""

    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """The text that a reply was begun with, as it stands for this ticket; None: it is sent as it stands."""

    made_from: Literal["canned_reply", "macro"]
    made_from_id: UUID | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """The circumstances of a decision, all of them values: the instant, who asks, the house as set up, people named."""

    instant: datetime
    actor: Actor
    house: House
    people: Mapping[UUID, Somebody] = field(default_factory=dict)
    number: int = 0
    """The number that a new ticket gets."""
    is_confirmed: bool = False
    """Whoever asks has read what they are warned of, and wants it."""
    uploads: Mapping[UUID, Upload] = field(default_factory=dict)
    """The files that the command sends along."""
    prepared: Prepared | None = None
    """What the command's words were begun with."""
    dues: Mapping[str, tuple[datetime | None, bool]] = field(default_factory=dict)
    """When the ticket's clocks are due, by target, and whether by hand; only for the command that sets one."""


class Confirmable(Command):
    """A command that may need a second look before it is done."""

    confirm: StrictBool = Field(False, description="Do it, though the queue asks for a confirmation.")


def sha256(text: str) -> str:
    """How an event points at words that it does not carry."""
    return hashlib.sha256(text.encode()).hexdigest()


@singledispatch
def decide(do: Command, ticket: Ticket, now: Now) -> list[Event]:
    """What happens if somebody asks this of that ticket now. Pure; a refusal is raised, nothing to do is `[]`."""
    raise TypeError(f"nobody decides {type(do).__name__}")


@singledispatch
def effect(event: Event, ticket: Ticket, occurred_at: datetime) -> None:
    """What one event does to a ticket's row. Pure; never looks at a clock or at settings."""
    raise TypeError(f"{event.kind} is no event of a ticket")
