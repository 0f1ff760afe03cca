"""By what numbers are split and filtered, and how people and programs name the values."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.errors import Invalid
from core.events import SlaMetric


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

    @property
    def has_id(self) -> bool:
        """Whether people read something else than programs."""
        return self.directory is not None or bool(self.labels)


PRIORITIES = (("1", "low"), ("2", "normal"), ("3", "high"), ("4", "urgent"))

TARGETS = tuple((name, name.replace("_", " ").capitalize()) for name in get_args(SlaMetric) if name != "custom")
"""What SLA targets measure; a target of one's own goes by the name that it was given."""

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
        Dimension("activity", "activity_id", "uuid", "Activity", directory="activity", table="time_entry"),
        Dimension("target", "target", "string", "SLA target", labels=TARGETS, table="sla_clock"),
        Dimension("policy", "policy_id", "uuid", "SLA policy", directory="policy", table="sla_clock"),
        Dimension("calendar", "calendar_id", "uuid", "Calendar", directory="calendar", table="sla_clock"),
    )
}

NONE = "(none)"
"""What people read and write where there is no value: no owner, no organisation."""


def dimension(name: str, allowed: tuple[str, ...], metric: str) -> Dimension:
    """The dimension called `name`, if `metric` has it among those `allowed`."""
    if name not in allowed:
        raise Invalid(f"{metric} cannot be split by {name!r}, only by {', '.join(allowed)}.", dimension=name)
    return DIMENSIONS[name]
