"""Service levels: policies as they were set up, which one a ticket is under, and what its clocks did.

The vocabulary is that of Zendesk's metric events (activate, apply, pause, fulfil, breach). An event of a clock carries
the clock as it stands behind it, so that the newest event of a clock *is* the clock, and a breach is derived from
`due_at` by whoever counts. Elapsed time is kept in microseconds on both bases: what the clock *ran*, pauses aside,
up to `counted_at`.
"""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from core.events.event import Event

SlaMetric = Literal[
    "first_reply", "next_reply", "periodic_update", "pausable_update", "requester_wait", "agent_work",
    "total_resolution", "group_ownership", "custom",
]  # fmt: skip
"""What a target measures (METRICS.md 39-47)."""

SlaBasis = Literal["business", "calendar"]
ClockState = Literal["running", "paused", "fulfilled", "cancelled"]
ClockReason = Literal[
    "solved", "merged", "spam", "deleted", "policy", "restart",
    "state", "event", "reopened", "unmerged", "restored", "priority", "calendar", "retarget", "met", "hand",
]  # fmt: skip
"""Why a clock did what it did. `solved`: a solve ended it before its own end (a void, METRICS.md 40). `policy`: another
policy applies, or none, or this priority has no such target. `state` and `event`: what paused or resumed it."""


class PolicyDefined(Event):
    """An SLA policy was set up or changed: a new version, in force from `effective_from` on.

    `definition` is the whole of it, as `PUT /api/v1/sla/policies/{id}` takes it, and `conditions` what its filter came
    to (ids). A ticket keeps the version under which it was put until it is put under another policy or looked at anew.
    """

    kind: ClassVar[str] = "sla.policy.defined"

    policy_id: UUID
    version: int
    name: str
    sort: int
    is_active: bool
    effective_from: datetime
    conditions: list[dict[str, Any]]
    definition: dict[str, Any]


class PolicyApplied(Event):
    """A ticket was put under a policy (which version of it), or under none any more."""

    kind: ClassVar[str] = "sla.policy.applied"
    is_derived: ClassVar[bool] = True

    policy_id: UUID | None
    version: int | None
    before_policy_id: UUID | None = None
    before_version: int | None = None
    ticket_due_at: datetime | None = None
    """The earliest due time of the ticket's clocks behind this event, as in the events of clocks."""


class SlaReviewed(Event):
    """A ticket was looked at anew under the policies and calendars of that instant, because they had changed."""

    kind: ClassVar[str] = "sla.reviewed"
    is_derived: ClassVar[bool] = True


class ClockTold(Event):
    """A clock as it stands behind an event. An instance is one cycle of one target on one ticket."""

    is_derived: ClassVar[bool] = True

    clock_id: UUID
    target: str
    """The target's name: the metric, or of a custom target its own name."""
    metric: SlaMetric
    cycle: int
    """1, 2, 3 … of this target on this ticket."""
    state: ClockState
    policy_id: UUID
    policy_version: int
    basis: SlaBasis
    calendar_id: UUID | None
    """None: all hours count, and there is no business time."""
    calendar_version: int | None
    target_seconds: int
    started_at: datetime
    counted_at: datetime
    """Up to when the elapsed time is counted."""
    elapsed_business_us: int | None
    elapsed_calendar_us: int
    due_at: datetime | None
    """When the target is (or was) used up; null while a pause leaves that open."""
    breached_at: datetime | None = None
    is_born_breached: bool = False
    """It was due before its target held: a policy that was applied late, or a shorter target."""
    stopped_at: datetime | None = None
    reason: ClockReason | None = None
    warned: int = 0
    """How many of the target's warnings were given."""
    escalated: int = 0
    """How many of the target's escalation levels were taken."""
    is_due_by_hand: bool = False
    """Somebody said when it is due (`ticket.due_set`); no pause and no policy moves that."""
    derived_due_at: datetime | None = None
    """When it would be due by its policy alone, if somebody said otherwise."""
    ticket_due_at: datetime | None = None
    """The earliest due time of the ticket's running clocks that are not stopped: what lists sort by."""

    @property
    def is_live(self) -> bool:
        """Whether it runs or waits to run on."""
        return self.state in ("running", "paused")


class ClockActivated(ClockTold):
    """A clock began, or (`reason`) a stopped one goes on: the ticket was reopened, unmerged or restored.

    A policy that is applied late may start a clock in the past (`started_at`); `paused_before` are the spans since then
    in which it would have stood still.
    """

    kind: ClassVar[str] = "sla.clock.activated"

    paused_before: list[tuple[datetime, datetime]] = []


class ClockApplied(ClockTold):
    """A clock got another target or due time: `because` of priority, policy, calendar or by hand. What it ran stays."""

    kind: ClassVar[str] = "sla.clock.applied"

    because: ClockReason
    before_policy_id: UUID
    before_policy_version: int
    before_target_seconds: int
    before_due_at: datetime | None


class ClockPaused(ClockTold):
    """A clock stands still."""

    kind: ClassVar[str] = "sla.clock.paused"


class ClockResumed(ClockTold):
    """A clock runs on."""

    kind: ClassVar[str] = "sla.clock.resumed"


class ClockFulfilled(ClockTold):
    """What a clock waited for happened: in time if `stopped_at` is not after `due_at`."""

    kind: ClassVar[str] = "sla.clock.fulfilled"


class ClockCancelled(ClockTold):
    """A clock ended without being fulfilled, and why. A breach before it stays."""

    kind: ClassVar[str] = "sla.clock.cancelled"


class ClockBreached(ClockTold):
    """A clock's time was used up. It happened at `breached_at`, however late somebody noticed."""

    kind: ClassVar[str] = "sla.clock.breached"


class ClockWarned(ClockTold):
    """A clock came near its due time: warning number `level` of its target (from 1) was given, to `notified`."""

    kind: ClassVar[str] = "sla.clock.warned"

    level: int
    notified: list[UUID] = []


class ClockEscalated(ClockTold):
    """A clock was over its target for so long that escalation `level` of it (from 1) was taken, with its `actions`."""

    kind: ClassVar[str] = "sla.clock.escalated"

    level: int
    actions: list[str] = []
    notified: list[UUID] = []


CLOCK_EVENTS: tuple[type[ClockTold], ...] = (
    ClockActivated, ClockApplied, ClockPaused, ClockResumed, ClockFulfilled, ClockCancelled, ClockBreached,
    ClockWarned, ClockEscalated,
)  # fmt: skip
