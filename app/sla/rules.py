"""The rules of an instant: which version of which policy and calendar was in force, and what each state pauses."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Self, TypeVar
from uuid import UUID

from app.calendars.reading import Edition, Editions, as_of_then
from app.filters.matching import asked_of, matches
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


@dataclass(frozen=True, slots=True)
class QueueHours:
    """Whose hours a queue goes by, and below which queue it stands, from an instant on."""

    effective_from: datetime
    calendar_id: UUID | None
    parent_id: UUID | None


Version = TypeVar("Version", Policy, Pauses, QueueHours)


def in_force(versions: Sequence[Version], instant: datetime) -> Version | None:
    """Of versions in their order, the last that had begun."""
    for version in reversed(versions):
        if version.effective_from <= instant:
            return version
    return None


@dataclass(frozen=True)
class Rules:
    """All versions of policies and calendars, oldest first, and what each state pauses. Empty: no ticket has clocks.

    What every event of every ticket asks is laid out once, when it is asked first.
    """

    policies: Mapping[UUID, Sequence[Policy]] = field(default_factory=dict)
    calendars: Editions = field(default_factory=dict)
    pauses: Mapping[UUID, Sequence[Pauses]] = field(default_factory=dict)
    hours: Mapping[UUID, Sequence[QueueHours]] = field(default_factory=dict)
    """Of queues, for targets that have no calendar of their own."""

    def __bool__(self) -> bool:
        return bool(self.policies)

    def match(self, facts: Facts, instant: datetime) -> Policy | None:
        """The first policy, in their order, that is for such a ticket."""
        place = bisect_right(self._changes, instant)
        order = self._orders.get(place)
        if order is None:
            current = [found for versions in self.policies.values() if (found := in_force(versions, instant))]
            order = self._orders[place] = Order.of(current)
        return order.match(facts)

    def policy(self, policy_id: UUID | None, version: int | None) -> Policy | None:
        """One version of a policy."""
        found = self.policies.get(policy_id, ()) if policy_id else ()
        return next((one for one in found if one.version == version), None)

    @cached_property
    def triggers(self) -> frozenset[str]:
        """The kinds of events that start, pause, resume or stop the clocks of any target."""
        every = (one for versions in self.policies.values() for one in versions)
        return frozenset(each.kind for one in every for target in one.targets.values() for each in target.triggers)

    def calendar_of(self, target: Target, queue_id: UUID, instant: datetime) -> UUID | None:
        """Whose hours a target counts by: its own calendar, its queue's, that of a queue above, or the house's."""
        if target.calendar_id is not None or target.basis != "business":
            return target.calendar_id
        seen, here = set[UUID](), queue_id
        while here not in seen and (versions := self.hours.get(here)):
            seen.add(here)
            stood = in_force(versions, instant) or versions[0]
            if stood.calendar_id is not None:
                return stood.calendar_id
            here = stood.parent_id or here
        return self.default_calendar

    @cached_property
    def default_calendar(self) -> UUID | None:
        """The house's own: of the calendars in use the one that was set up first."""
        used = [(found[0].known_from, one) for one, found in self.calendars.items() if found[-1].is_active]
        return min(used)[1] if used else None

    def calendar(self, calendar_id: UUID | None, instant: datetime) -> Edition | None:
        """The version of a calendar that was in force; of one that began later, its first."""
        editions = self.calendars.get(calendar_id, ()) if calendar_id else ()
        if len(editions) > 1:
            return as_of_then(editions, instant) or editions[0]
        return editions[0] if editions else None

    def edition(self, calendar_id: UUID | None, version: int | None) -> Calendar | None:
        """One version of a calendar."""
        return self._editions.get((calendar_id, version)) if calendar_id else None

    def paused_by(self, state_id: UUID, instant: datetime) -> frozenset[str]:
        """The targets whose clocks a state pauses."""
        versions = self.pauses.get(state_id) if self.pauses else None
        found = in_force(versions, instant) if versions else None
        return found.targets if found else frozenset()

    @cached_property
    def _editions(self) -> Mapping[tuple[UUID, int | None], Calendar]:
        return {(one.calendar_id, one.version): one.calendar for each in self.calendars.values() for one in each}

    @cached_property
    def _changes(self) -> Sequence[datetime]:
        return sorted({one.effective_from for versions in self.policies.values() for one in versions})

    @cached_property
    def _orders(self) -> dict[int, "Order"]:
        return {}


MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Order:
    """The policies of a time in the order in which they are asked. Equal tickets get equal answers, found once."""

    policies: Sequence[Policy]
    asked: Callable[[Facts], Hashable]
    """What conditions look at, and nothing else of a ticket."""
    answers: dict[Hashable, Policy | None] = field(default_factory=dict)

    @classmethod
    def of(cls, current: Iterable[Policy]) -> Self:
        """Of the versions that are in force."""
        ordered = sorted((one for one in current if one.is_active), key=lambda one: (one.sort, one.name, one.id))
        return cls(ordered, asked_of([one.conditions for one in ordered]))

    def match(self, facts: Facts) -> Policy | None:
        """The first that is for such a ticket."""
        asked = self.asked(facts)
        if asked in (answers := self.answers):
            return answers.get(asked)
        if len(answers) >= MOST_REMEMBERED:
            answers.clear()
        found = answers[asked] = next((one for one in self.policies if matches(one.conditions, facts)), None)
        return found


NO_RULES = Rules()
