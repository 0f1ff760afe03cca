"""What an SLA policy is: for which tickets, and what is promised to them. Values that never change; a change is a new
version.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.fields.change import OTHERS_REFUSED
from app.rest.fields import STORABLE, Name, Storable, Whole
from core.events import Category, SlaBasis, SlaMetric

MOST_TARGETS = 20
MOST_LEVELS = 8
LONGEST_SECONDS = 366 * 86_400

ReopenMode = Literal["continue", "continue_counting_gap", "new_instance", "never"]
ChangeMode = Literal["retarget_keep_elapsed", "restart", "freeze"]
MergeMode = Literal["transfers", "stays"]
Seconds = Annotated[int, Field(ge=1, le=LONGEST_SECONDS), Whole]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$", examples=["call_back"])]
Value = Annotated[str, Field(max_length=255, json_schema_extra=STORABLE), Storable]
Values = Annotated[tuple[Value, ...], Field(min_length=1, max_length=50)]

PAUSED_IN: Mapping[SlaMetric, tuple[Category, ...]] = {
    "pausable_update": (Category.PENDING,),
    "requester_wait": (Category.PENDING,),
    "agent_work": (Category.PENDING, Category.HOLD),
}
"""Where the clocks of METRICS.md 42-44 stand still unless a policy says otherwise; all others run on."""

UNTIL_SOLVED: frozenset[SlaMetric] = frozenset({"requester_wait", "agent_work", "total_resolution"})
"""Clocks that the solve fulfils."""

EACH_TURN: frozenset[SlaMetric] = frozenset({"next_reply", "periodic_update", "pausable_update", "group_ownership"})
"""Clocks that begin anew by themselves: a reopening leaves what is over as it is."""


class Part(BaseModel):
    """A value that never changes and takes nothing that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Trigger(Part):
    """An event of a ticket: its kind, and what its payload says. All of `fields` must hold."""

    kind: Literal[
        "ticket.created", "ticket.status_changed", "ticket.assigned", "ticket.queue_changed", "ticket.priority_changed",
        "ticket.tags_changed", "ticket.field_changed", "message.added",
    ]  # fmt: skip
    fields: Annotated[dict[Key, Values], Field(max_length=8, json_schema_extra=OTHERS_REFUSED)] = Field(
        default={}, examples=[{"visibility": ["internal"]}],
        description="Payload fields by name: any of these values, as text; `none` for null. Of a list, any member.",
    )  # fmt: skip


class Warning(Part):
    """A warning ahead of the due time: a share of the target that was used up, or so many seconds before."""

    percent: Annotated[int, Field(ge=1, le=99), Whole] | None = None
    seconds_before: Seconds | None = None
    notify: tuple[Literal["owner", "queue"], ...] = Field(
        ("owner",), description="owner: whoever is responsible. queue: the supervisors of the ticket's queue."
    )


class Level(Part):
    """What happens when a clock is so long past its due time (0: at once), in the target's own time."""

    after_seconds: Annotated[int, Field(ge=0, le=LONGEST_SECONDS), Whole] = 0
    notify: tuple[Literal["owner", "queue"], ...] = ()
    notify_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    assign_to: UUID | None = Field(None, description="Whom the ticket is given to.")
    unassign: StrictBool = Field(False, description="Take it from its owner, so that others of the queue see it.")
    raise_priority: StrictBool = Field(False, description="One step up, to urgent at most.")
    note: Annotated[str, Field(max_length=1_000, json_schema_extra=STORABLE), Storable] = Field(
        "", description="An internal note to leave on the ticket."
    )

    @property
    def actions(self) -> list[str]:
        """What it does, in the order in which it is done."""
        named = {
            "notify": self.notify or self.notify_ids, "reassign": self.assign_to or self.unassign,
            "raise_priority": self.raise_priority, "note": self.note,
        }  # fmt: skip
        return [name for name, is_wanted in named.items() if is_wanted]


class Within(Part):
    """How long it may take, by priority. One that is left out has no such target."""

    low: Seconds | None = None
    normal: Seconds | None = None
    high: Seconds | None = None
    urgent: Seconds | None = None

    def at(self, priority: int) -> int | None:
        """For priorities as tickets have them, 1 to 4."""
        return self._by_priority[priority]

    @cached_property
    def _by_priority(self) -> Mapping[int, int | None]:
        return {1: self.low, 2: self.normal, 3: self.high, 4: self.urgent}


class Target(Part):
    """One promise: what is measured, how long it may take at each priority, when its clock stands still."""

    metric: SlaMetric
    name: Key | None = Field(None, description="Of a custom target, its own name.")
    seconds: Within
    basis: SlaBasis = "business"
    calendar_id: UUID | None = Field(
        None,
        description="Whose hours count; null: those of the ticket's queue, of a queue above it, or the calendar that "
        "was set up first. With the basis calendar: only for display.",
    )
    pause: tuple[Category, ...] | None = Field(
        None, description="Where the clock stands still, beside states that say so themselves; null: as is usual."
    )
    reopen: ReopenMode = Field("continue", description="What a reopening does to a clock that the solve ended.")
    change: ChangeMode = Field("retarget_keep_elapsed", description="What another priority or policy does to it.")
    counts_from: Literal["created", "applied"] = Field(
        "created", description="Where the clock begins if the policy comes to a ticket later."
    )
    opened_by_us: Literal["met", "waits"] = Field(
        "met", description="first_reply, if we open the ticket with a public message: met by it, or not."
    )
    merge: MergeMode = Field(
        "transfers",
        description="next_reply, if a ticket with a customer's unanswered message is merged into this one: begins with "
        "that message, or not.",
    )
    starts_on: Annotated[tuple[Trigger, ...], Field(max_length=10)] = ()
    pauses_on: Annotated[tuple[Trigger, ...], Field(max_length=10)] = ()
    resumes_on: Annotated[tuple[Trigger, ...], Field(max_length=10)] = ()
    stops_on: Annotated[tuple[Trigger, ...], Field(max_length=10)] = ()
    warnings: Annotated[tuple[Warning, ...], Field(max_length=MOST_LEVELS)] = ()
    levels: Annotated[tuple[Level, ...], Field(max_length=MOST_LEVELS)] = ()

    def seconds_at(self, priority: int) -> int:
        """Its length at a priority that has it."""
        seconds = self.seconds.at(priority)
        assert seconds is not None
        return seconds

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """All events that do something to its clocks of their own accord."""
        return self.starts_on + self.pauses_on + self.resumes_on + self.stops_on

    @cached_property
    def key(self) -> str:
        """What its clocks are called."""
        return self.name or self.metric

    @cached_property
    def paused_in(self) -> tuple[Category, ...]:
        """Where its clocks stand still."""
        return PAUSED_IN.get(self.metric, ()) if self.pause is None else self.pause


class Shape(Part):
    """A policy as it is set up."""

    name: Name
    conditions: Annotated[str, Field(max_length=1_000, json_schema_extra=STORABLE), Storable] = Field(
        "", examples=["queue:Billing priority:>=high -tag:test"],
        description="Which tickets it is for: a filter on queue, priority, organisation, requester, channel, language, "
        "tags and custom fields. Empty: all that no policy before it is for.",
    )  # fmt: skip
    is_active: StrictBool = True
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=MOST_TARGETS)]
