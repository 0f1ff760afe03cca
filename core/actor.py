"""Who is asking, and what they may see."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person is to us; the role at the event is kept on each event."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    CUSTOMER = "customer"
    BOT = "bot"
    SYSTEM = "system"

    @property
    def is_staff(self) -> bool:
        """Whether the role works tickets rather than sends them."""
        return self in (Role.ADMIN, Role.SUPERVISOR, Role.AGENT)


class ActorKind(StrEnum):
    """METRICS.md's kinds of actor: who counts as an agent's hand and who does not."""

    END_USER = "end_user"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """What someone may read. A ticket is inside if any one line holds.

    `everything`, or the ticket's queue is in `queue_ids`, or its requester in `requester_ids`, or its
    organisation in `organisation_ids`. `internal` tells whether internal messages may be read.
    SQL, the search filter, the lake filter and live streams are all made from this one value.
    """

    everything: bool = False
    queue_ids: frozenset[UUID] = frozenset()
    requester_ids: frozenset[UUID] = frozenset()
    organisation_ids: frozenset[UUID] = frozenset()
    internal: bool = False

    def covers(self, queue_id: UUID, requester_id: UUID | None, organisation_id: UUID | None) -> bool:
        """The predicate in Python: the reference that every compiled form must agree with."""
        return (
            self.everything
            or queue_id in self.queue_ids
            or requester_id in self.requester_ids
            or organisation_id in self.organisation_ids
        )


ALL = Scope(everything=True, internal=True)
"""The operator at the command line, tests and rebuilds: no wall."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who asks: a person, a program with a token, or the system itself.

    `grants` maps a queue to the rights held there (SEMANTICS.md 2.6); `timezone` is an IANA name.
    """

    person_id: UUID | None
    name: str
    role: Role
    scope: Scope
    timezone: str = "UTC"
    locale: str = "en"
    grants: dict[UUID, frozenset[str]] = field(default_factory=dict)
    organisation_id: UUID | None = None
    token_id: UUID | None = None
    read_only: bool = False

    @property
    def kind(self) -> ActorKind:
        """The METRICS.md kind of this actor."""
        if self.role.is_staff:
            return ActorKind.AGENT
        return {
            Role.CUSTOMER: ActorKind.END_USER,
            Role.BOT: ActorKind.BOT,
        }.get(self.role, ActorKind.SYSTEM)


SYSTEM = Actor(person_id=None, name="Clearqueue", role=Role.SYSTEM, scope=ALL)
