"""Tickets that live twice, under two sets of rules: what was met and missed in each, and where they differ. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.sla.clock import SECOND, Clock
from app.sla.clocks import clocks_of
from app.sla.life import Life
from app.sla.rules import Policy, Rules

Cycle = tuple[str, int]
"""Of a ticket's clocks: a target and its cycle."""


@dataclass(slots=True)
class Side:
    """One set of rules: of each target, how many clocks fell due and how many of those were met in time."""

    due: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)
    """How many clocks fell due in each hour of the day, "0" to "23"."""
    ran_seconds: int = 0
    """How long all clocks ran, in their own time."""

    def count(self, found: Sequence[Clock], now: datetime, zone: ZoneInfo) -> dict[Cycle, Clock]:
        """Count a ticket's clocks (METRICS.md 48: by their due time); returns those that were missed."""
        missed = {}
        for one in found:
            self.ran_seconds += one.elapsed_us // SECOND
            is_due = one.due_at is not None and one.due_at <= now
            if not is_due or one.due_at is None or (one.state == "cancelled" and one.breached_at is None):
                continue
            self.due[one.target] += 1
            self.hours[str(one.due_at.astimezone(zone).hour)] += 1
            if one.breached_at is None:
                self.met[one.target] += 1
            else:
                missed[one.target, one.cycle] = one
        return missed

    def add(self, other: "Side") -> None:
        """What another counted, too."""
        self.due += other.due
        self.met += other.met
        self.hours += other.hours
        self.ran_seconds += other.ran_seconds

    def attainment(self, target: str | None = None) -> float | None:
        """The share that was met, of one target or of all; none fell due: nothing."""
        due, met = (self.due[target], self.met[target]) if target else (self.due.total(), self.met.total())
        return met / due if due else None


class Difference(NamedTuple):
    """A clock that was missed on one side only, and when it was due on each (none: it was not, or had no end)."""

    target: str
    cycle: int
    is_gained: bool
    due_before: datetime | None
    due_after: datetime | None


@dataclass(slots=True)
class Comparison:
    """Both sides, and where they differ."""

    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    tickets: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    differing: int = 0

    @property
    def targets(self) -> list[str]:
        """All targets of either side."""
        return sorted({*self.before.due, *self.after.due})

    def add(self, other: "Comparison") -> None:
        """What another counted, too."""
        self.before.add(other.before)
        self.after.add(other.after)
        self.gained += other.gained
        self.lost += other.lost
        self.tickets += other.tickets
        self.differing += other.differing

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "tickets": self.tickets, "differing": self.differing, "gained": self.gained, "lost": self.lost,
            **{name: {part: getattr(side, part) for part in Side.__slots__}
               for name, side in (("before", self.before), ("after", self.after))},
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Comparison":
        """As it was kept."""
        sides = {
            name: Side(Counter(one["due"]), Counter(one["met"]), Counter(one["hours"]), one["ran_seconds"])
            for name in ("before", "after")
            for one in (kept[name],)
        }
        counted = Counter(kept["gained"]), Counter(kept["lost"])
        return cls(sides["before"], sides["after"], kept["tickets"], *counted, kept["differing"])


@dataclass(slots=True)
class Comparer:
    """The record's rules and a draft's, and what became of the tickets so far."""

    record: Rules
    drafted: Rules
    now: datetime
    zone: ZoneInfo
    found: Comparison = field(default_factory=Comparison)

    def compare(self, life: Life) -> list[Difference]:
        """One ticket, lived twice. A ticket to which both promise the same at each turn lives once."""
        before = clocks_of(life, self.record, self.now)
        after = before if self._is_same(life) else clocks_of(life, self.drafted, self.now)
        found = self.found
        missed = found.before.count(before, self.now, self.zone)
        would_miss = found.after.count(after, self.now, self.zone)
        found.tickets += 1
        gained, lost = would_miss.keys() - missed.keys(), missed.keys() - would_miss.keys()
        found.gained.update(target for target, _ in gained)
        found.lost.update(target for target, _ in lost)
        if not gained and not lost:
            return []
        found.differing += 1
        due = [{(one.target, one.cycle): one.due_at for one in side} for side in (before, after)]
        return [
            Difference(*cycle, cycle in gained, due[0].get(cycle), due[1].get(cycle)) for cycle in sorted(gained | lost)
        ]

    def _is_same(self, life: Life) -> bool:
        """Whether both sides have the same promises for it whenever they are asked, and change them together."""
        last: tuple[Policy | None, Policy | None] | None = None
        for update in life.updates:
            for step in update.steps:
                if not (step.is_matching or step.is_reopened or step.is_restored):
                    continue
                now = (self.record.match(step.after, update.instant), self.drafted.match(step.after, update.instant))
                if not self._promise_the_same(*now):
                    return False
                if last is not None and (now[0] is last[0]) != (now[1] is last[1]):
                    return False
                last = now
        return True

    def _promise_the_same(self, one: Policy | None, other: Policy | None) -> bool:
        if one is None or other is None:
            return one is other
        if one is not other and one.targets != other.targets:
            return False
        calendars = {target.calendar_id for target in one.targets.values()}
        if None in calendars:  # then it is the queue's, which may be any
            calendars |= {*self.record.calendars}
        return all(
            self.record.calendars.get(each) is self.drafted.calendars.get(each)
            for each in calendars
            if each is not None
        )
