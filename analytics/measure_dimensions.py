"""By what numbers are split and filtered, and how people and programs name the values."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from core.errors import Invalid
from core.events import SlaMetric


@dataclass(frozen=True, slots=True)
class Valid:
    """Where a value is found that something else had: in the lake's `table` of versions, by the row's `column`.

    It is `value` of the row with that `key` at the event, or today. `is_own_top`: without one it is the thing itself.
    """

    table: str
    column: str
    key: str
    value: str
    is_current: bool = False
    is_own_top: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to split numbers.

    `column` holds the value in the lake. Where `directory` names a kind, people read the name that the lake's
    `directory` gives the id. Answers carry what people read as `queue` and what programs pass back as `queue_id`.
    """

    name: str
    column: str
    kind: Literal["uuid", "string", "int32"]
    title: str
    directory: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    """Fixed names of values, as people read them."""
    table: str = "ticket_interval"
    """Where in the lake its values occur."""
    through: Valid | None = None
    """How it is found, where it is no value of the ticket."""

    @property
    def columns(self) -> frozenset[str]:
        """What of a ticket it hangs on, beside its own column: a queue's team changes with the queue."""
        return frozenset({self.column, self.through.column} if self.through else {self.column})

    @property
    def has_id(self) -> bool:
        """Whether people read something else than programs."""
        return self.directory is not None or bool(self.labels)


PRIORITIES = (("1", "low"), ("2", "normal"), ("3", "high"), ("4", "urgent"))

TARGETS = tuple((name, name.replace("_", " ").capitalize()) for name in get_args(SlaMetric) if name != "custom")
"""What SLA targets measure; a target of one's own goes by the name that it was given."""

CURRENT = "_current"
"""Behind a name: what it is today."""

_TIER = Valid("organisation_version", "organisation_id", "organisation_id", "tier")
_REGION = replace(_TIER, value="region")
_ROLE = Valid("person_version", "agent_id", "person_id", "role")
_TEAM = Valid("queue_version", "queue_id", "queue_id", "parent_id", is_own_top=True)


def _at_event_and_today(of: Dimension) -> tuple[Dimension, Dimension]:
    """By what it was at the event, and, with `_current` behind its name, by what it is today (or was at `as_of`)."""
    assert of.through is not None
    name = f"{of.name}{CURRENT}"
    now = replace(of, name=name, column=name, title=f"{of.title} today", through=replace(of.through, is_current=True))
    return of, now


DIMENSIONS = {
    dimension.name: dimension
    for dimension in (
        Dimension("queue", "queue_id", "uuid", "Queue", directory="queue"),
        Dimension("state", "state_id", "uuid", "State", directory="state"),
        Dimension("category", "category", "string", "Category"),
        Dimension("priority", "priority", "int32", "Priority", labels=PRIORITIES),
        Dimension("agent", "agent_id", "uuid", "Agent", directory="agent"),
        Dimension("organisation", "organisation_id", "uuid", "Organisation", directory="organisation"),
        Dimension("channel", "channel", "string", "Channel"),
        *_at_event_and_today(Dimension("team", "team", "uuid", "Team", directory="queue", through=_TEAM)),
        *_at_event_and_today(Dimension("tier", "tier", "string", "Customer tier", through=_TIER)),
        *_at_event_and_today(Dimension("region", "region", "string", "Region", through=_REGION)),
        *_at_event_and_today(Dimension("role", "role", "string", "Role", through=_ROLE)),
        Dimension("activity", "activity_id", "uuid", "Activity", directory="activity", table="time_entry"),
        Dimension("target", "target", "string", "SLA target", labels=TARGETS, table="sla_clock"),
        Dimension("policy", "policy_id", "uuid", "SLA policy", directory="policy", table="sla_clock"),
        Dimension("calendar", "calendar_id", "uuid", "Calendar", directory="calendar", table="sla_clock"),
    )
}

DERIVED = {name: (of.through.column, of.through.is_current) for name, of in DIMENSIONS.items() if of.through}
"""Of dimensions found through versions: by which column, and whether it is today's."""

NONE = "(none)"
"""What people read and write where there is no value: no owner, no organisation."""


def dimension(name: str, allowed: tuple[str, ...], metric: str) -> Dimension:
    """The dimension called `name`, if `metric` has it among those `allowed`."""
    if name not in allowed:
        known = f", only by {', '.join(allowed)}" if allowed else " or by anything else"
        raise Invalid(f"{metric} cannot be split by {name!r}{known}.", dimension=name)
    return DIMENSIONS[name]
