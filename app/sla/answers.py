"""What is told of policies and clocks over HTTP."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.sla.explain import Kind, Name, Segment, Story, sentence
from app.sla.notice import Told
from app.sla.policy import Shape
from app.sla.row import SlaPolicy
from core.durations import hours, spoken
from core.events import Category, ClockReason, ClockState, DueReason, SlaBasis, SlaMetric


class PolicyAnswer(Shape):
    """An SLA policy as it stands."""

    id: UUID
    version: int
    sort: int = Field(description="Its place: the first policy that fits is the one.")
    effective_from: datetime

    @classmethod
    def of(cls, row: SlaPolicy) -> Self:
        """What is told of a policy."""
        return cls(id=row.policy_id, version=row.version, sort=row.sort, effective_from=row.effective_from, **row.shape)


class Order(BaseModel):
    """The order in which policies are asked."""

    model_config = ConfigDict(extra="forbid")

    policy_ids: Annotated[list[UUID], Field(max_length=200)] = Field(description="All of them, each once.")


class PreviewWish(Shape):
    """A policy as it might be: a new one, or another version of `policy_id`."""

    policy_id: UUID | None = None


class ChangedClock(BaseModel):
    """A clock that a changed policy would change."""

    target: str
    due_before: datetime | None
    due_after: datetime | None
    breaches: bool = Field(description="It would be over its time at once.")
    what: str = Field(examples=["activated", "applied", "cancelled"])


class ChangedTicket(BaseModel):
    """An open ticket that a changed policy would change."""

    ticket_id: UUID
    number: int
    policy_before: str | None
    policy_after: str | None
    clocks: list[ChangedClock]


class PreviewAnswer(BaseModel):
    """What would come of a policy, if all open tickets were looked at anew now. Nothing was changed."""

    looked_at: int
    changed: int = Field(description="How many open tickets it would change.")
    breaches: int = Field(description="How many of the tickets shown would have a clock over its time at once.")
    tickets: list[ChangedTicket] = Field(description="The first of them, the newest first.")


class ReviewAnswer(BaseModel):
    """Open tickets are looked at anew, one by one."""

    tickets: int


class SegmentAnswer(BaseModel):
    """A span of a clock's time."""

    kind: Kind = Field(
        description="run: it counted. closed: outside of its hours. paused, stopped: it stood still; contested: "
        "although the customer waited for us."
    )
    start: datetime
    end: datetime
    seconds: float
    queue_id: UUID
    queue: str
    agent_id: UUID | None
    agent: str | None
    category: Category

    @classmethod
    def of(cls, one: Segment, name: Name) -> Self:
        """What is told of a span."""
        held = one.holder
        return cls(
            kind=one.kind, start=one.start, end=one.end, seconds=one.seconds, queue_id=held.queue_id,
            queue=name(held.queue_id), agent_id=held.agent_id, agent=name(held.agent_id) if held.agent_id else None,
            category=held.category,
        )  # fmt: skip


class ClockAnswer(BaseModel):
    """A clock and its story."""

    clock_id: UUID
    target: str
    metric: SlaMetric
    cycle: int
    state: ClockState
    reason: ClockReason | None
    sentence: str = Field(examples=["breached by 42 m: 3 h 10 m in queue Billing without an owner"])
    policy_id: UUID
    policy: str
    policy_version: int
    calendar_id: UUID | None
    calendar_version: int | None
    basis: SlaBasis
    target_seconds: int
    started_at: datetime
    due_at: datetime | None
    breached_at: datetime | None
    is_born_breached: bool
    is_due_by_hand: bool = Field(description="Somebody set `due_at`; pauses and policies do not move it.")
    derived_due_at: datetime | None = Field(description="When it would be due by its policy, if somebody set it.")
    due_set_by: UUID | None
    due_set_at: datetime | None
    due_set_because: DueReason | None
    stopped_at: datetime | None
    elapsed_business_seconds: float | None
    elapsed_calendar_seconds: float
    remaining_seconds: float = Field(description="In the target's own time; negative: over it.")
    segments: list[SegmentAnswer]

    @classmethod
    def of(cls, story: Story, name: Name, policy: str) -> Self:
        """What is told of a clock."""
        clock = story.clock
        business, hand = clock.elapsed_business_us, story.hand
        same = cls.model_fields.keys() & set(clock._fields)
        return cls(
            **{field: getattr(clock, field) for field in same},
            sentence=sentence(story, name, hours if clock.basis == "business" else spoken),
            policy=policy,
            elapsed_business_seconds=None if business is None else business / 1e6,
            elapsed_calendar_seconds=clock.elapsed_calendar_us / 1e6,
            remaining_seconds=-story.over_us / 1e6,
            due_set_by=hand.actor_id if hand else None,
            due_set_at=hand.set_at if hand else None,
            due_set_because=hand.reason if hand else None,
            segments=[SegmentAnswer.of(one, name) for one in story.segments],
        )


class TicketClocks(BaseModel):
    """A ticket's service levels."""

    policy_id: UUID | None
    policy: str | None
    policy_version: int | None
    due_at: datetime | None
    clocks: list[ClockAnswer]


class NoticeAnswer(BaseModel):
    """Somebody was told of a clock."""

    id: UUID
    ticket_id: UUID
    clock_id: UUID
    target: str
    what: str = Field(examples=["warned"])
    level: int
    due_at: datetime
    created_at: datetime
    seen_at: datetime | None
    number: int = Field(description="The ticket's.")
    title: str

    @classmethod
    def of(cls, told: Told) -> Self:
        """What the person who was told reads."""
        kept = told.notice.model_dump(include=set(cls.model_fields))
        return cls(**kept, number=told.ticket.number, title=told.ticket.title)


class Seen(BaseModel):
    """Notices to put away."""

    model_config = ConfigDict(extra="forbid")

    notice_ids: list[UUID] | None = Field(None, max_length=500, description="These; null: all of yours.")


class SeenAnswer(BaseModel):
    """How many were put away."""

    seen: int
