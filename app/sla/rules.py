"""The rules of an instant: which version of which policy and calendar was in force, and what each state pauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.calendars.reading import Edition, Editions, as_of_then
from app.filters.matching import matches
from app.filters.tree import Tree
from app.sla.facts import Facts
from app.sla.policy import Target
from core.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy."""

    id: UUID
    version: int
    effective_from: datetime
    name: str
    sort: int
    is_active: bool
    conditions: Tree
    targets: Mapping[str, Target]

    def target(self, key: str, priority: int) -> Target | None:
        """Its target of this name, if the priority has one."""
        target = self.targets.get(key)
        return target if target and target.seconds.at(priority) else None


@dataclass(frozen=True, slots=True)
class Pauses:
    """Which targets' clocks a state pauses, from an instant on."""

    effective_from: datetime
    targets: frozenset[str]


Version = TypeVar("Version", Policy, Pauses)


def in_force(versions: Sequence[Version], instant: datetime) -> Version | None:
    """Of versions in their order, the last that had begun."""
    for version in reversed(versions):
        if version.effective_from <= instant:
            return version
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """All versions of policies and calendars, oldest first, and what each state pauses. Empty: no ticket has clocks."""

    policies: Mapping[UUID, Sequence[Policy]] = field(default_factory=dict)
    calendars: Editions = field(default_factory=dict)
    pauses: Mapping[UUID, Sequence[Pauses]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.policies)

    def match(self, facts: Facts, instant: datetime) -> Policy | None:
        """The first policy, in their order, that is for such a ticket."""
        current = [found for versions in self.policies.values() if (found := in_force(versions, instant))]
        for policy in sorted(current, key=lambda one: (one.sort, one.name, one.id)):
            if policy.is_active and matches(policy.conditions, facts):
                return policy
        return None

    def policy(self, policy_id: UUID | None, version: int | None) -> Policy | None:
        """One version of a policy."""
        return (
            next((one for one in self.policies.get(policy_id, ()) if one.version == version), None)
            if policy_id
            else None
        )

    def calendar(self, calendar_id: UUID | None, instant: datetime) -> Edition | None:
        """The version of a calendar that was in force; of one that began later, its first."""
        editions = self.calendars.get(calendar_id, ()) if calendar_id else ()
        return as_of_then(editions, instant) or (editions[0] if editions else None)

    def edition(self, calendar_id: UUID | None, version: int | None) -> Calendar | None:
        """One version of a calendar."""
        editions = self.calendars.get(calendar_id, ()) if calendar_id else ()
        return next((one.calendar for one in editions if one.version == version), None)

    def paused_by(self, state_id: UUID, instant: datetime) -> frozenset[str]:
        """The targets whose clocks a state pauses."""
        found = in_force(self.pauses.get(state_id, ()), instant)
        return found.targets if found else frozenset()


NO_RULES = Rules()
