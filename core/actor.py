"""Who is asking, and what they may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from core.relation import Relation, Sighted, is_related


class Role(StrEnum):
    """What a person is to us; the role at the event is kept on each event."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    LIGHT_AGENT = "light_agent"
    """Reads, annotates and watches; never answers customers, never owns."""
    CUSTOMER = "customer"
    BOT = "bot"
    SYSTEM = "system"

    @property
    def is_staff(self) -> bool:
        """Whether the role works tickets rather than sends them."""
        return self in (Role.ADMIN, Role.SUPERVISOR, Role.AGENT, Role.LIGHT_AGENT)


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
    organisation in `organisation_ids`, or its queue is among those in which a relation of `related` reads and
    `person_id` stands so to it. `internal` tells whether internal messages may be read.
    SQL, the search filter, the lake filter and live streams are all made from this one value.
    """

    everything: bool = False
    queue_ids: frozenset[UUID] = frozenset()
    requester_ids: frozenset[UUID] = frozenset()
    organisation_ids: frozenset[UUID] = frozenset()
    internal: bool = False
    person_id: UUID | None = None
    related: tuple[tuple[Relation, frozenset[UUID]], ...] = ()
    """Queues in which those who stand so to a ticket may read it; in the order of `Relation`, never empty sets."""
    admin_queue_ids: frozenset[UUID] = frozenset()
    """Queues whose restricted messages may be read."""
    masks: tuple[tuple[str, frozenset[UUID]], ...] = ()
    """Custom fields that are not seen wherever tickets are, each with the queues where they are."""
    hides_addresses: bool = False
    """Whether mail addresses of other people are masked, and cannot be asked for."""

    def covers(self, ticket: Sighted) -> bool:
        """The predicate in Python: the reference that every compiled form must agree with."""
        return (
            self.everything
            or ticket.queue_id in self.queue_ids
            or ticket.requester_id in self.requester_ids
            or ticket.organisation_id in self.organisation_ids
            or any(
                ticket.queue_id in queue_ids and is_related(relation, ticket, self.person_id)
                for relation, queue_ids in self.related
            )
        )

    def reads(self, visibility: str, author_id: UUID | None, ticket: Sighted) -> bool:
        """Whether a message of a ticket that is inside may be read: restricted ones by few. The reference, again."""
        if visibility == "public" or self.everything:
            return True
        if not self.internal or visibility == "internal":
            return self.internal
        is_theirs = self.person_id is not None and self.person_id in (author_id, ticket.agent_id)
        return is_theirs or ticket.queue_id in self.admin_queue_ids

    def sees_field(self, key: str, queue_id: UUID | None) -> bool:
        """Whether a ticket's custom field may be seen, and changed by whoever may change the ticket."""
        return all(key != masked or queue_id in queues for masked, queues in self.masks)

    @property
    def sees_addresses(self) -> bool:
        """Whether everybody's mail address is seen whole: it takes a right, and is for those inside."""
        return self.everything or (self.internal and not self.hides_addresses)

    @property
    def masked_fields(self) -> frozenset[str]:
        """Fields that cannot be asked for: the answer would tell something of tickets where they are not seen."""
        return frozenset(key for key, _ in self.masks)

    def reaches(self, queue_id: UUID) -> bool:
        """Whether tickets of this queue can be inside because of the queue."""
        return self.everything or queue_id in self.queue_ids or any(queue_id in ids for _, ids in self.related)

    @property
    def of_tickets(self) -> "Scope":
        """The same tickets for everybody who sees the same: an answer that one got can be another's."""
        person_id = self.person_id if self.related else None
        return replace(
            self, person_id=person_id, admin_queue_ids=frozenset(), masks=(), hides_addresses=False
        )  # fmt: skip


ALL = Scope(everything=True, internal=True)
"""The operator at the command line, tests and rebuilds: no wall."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who asks: a person, a program with a token, or the system itself.

    `grants` maps a queue to the rights held there (SEMANTICS.md 2.6), `related` a queue to those that come with a
    relation to a ticket; `timezone` is an IANA name.
    """

    person_id: UUID | None
    name: str
    role: Role
    scope: Scope
    timezone: str = "UTC"
    locale: str = "en"
    grants: dict[UUID, frozenset[str]] = field(default_factory=dict)
    related: Mapping[UUID, Mapping[Relation, frozenset[str]]] = field(default_factory=dict)
    organisation_id: UUID | None = None
    token_id: UUID | None = None
    read_only: bool = False
    limited_to: frozenset[str] | None = None
    """The rights that this token is good for, of those that its person holds; None: all of them."""
    viewer: "Actor | None" = None
    """The administrator who looks through this actor's eyes ("view as"): reads what they read, and changes nothing."""

    @property
    def kind(self) -> ActorKind:
        """The METRICS.md kind of this actor."""
        if self.role.is_staff:
            return ActorKind.AGENT
        return {
            Role.CUSTOMER: ActorKind.END_USER,
            Role.BOT: ActorKind.BOT,
        }.get(self.role, ActorKind.SYSTEM)

    @property
    def hand(self) -> "Actor":
        """Who really sits there: what the ledger writes down."""
        return self.viewer or self


SYSTEM = Actor(person_id=None, name="Clearqueue", role=Role.SYSTEM, scope=ALL)
