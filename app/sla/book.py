"""A ticket's clocks while something happens to it, and what they tell of it. Pure: rules in, events out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.sla import clock as changes
from app.sla.by_hand import by_hand, by_rules, given_back, set_by_hand
from app.sla.clock import Clock, Run, Span
from app.sla.facts import Facts
from app.sla.past import Told, pauses_between, runs_before
from app.sla.policy import Target
from app.sla.rules import Policy, Rules
from core.calendar import Calendar
from core.events import (
    ClockActivated,
    ClockApplied,
    ClockBreached,
    ClockCancelled,
    ClockFulfilled,
    ClockPaused,
    ClockReason,
    ClockResumed,
    ClockTold,
    ClockWarned,
    PolicyApplied,
)
from core.ids import id_from


def nothing_before() -> Sequence[Told]:
    """The past of a ticket that is just being opened."""
    return ()


class Telling(NamedTuple):
    """Something that a clock did, or (without one) that the ticket came under a policy."""

    instant: datetime
    kind: type[ClockTold] | type[PolicyApplied]
    clock: Clock | None
    more: dict[str, Any]
    ticket_due_at: datetime | None

    @property
    def told(self) -> Told:
        """As the event that the ledger keeps. Making one takes longer than deciding it: what-if makes none."""
        of_clock = self.clock._asdict() if self.clock else {}
        return self.instant, self.kind(**of_clock, **self.more, ticket_due_at=self.ticket_due_at)


@dataclass(slots=True)
class Book:
    """The newest clock of each target (older cycles are over), and the policy that the ticket is under."""

    ticket_id: UUID
    rules: Rules
    policy: Policy | None = None
    clocks: dict[str, Clock] = field(default_factory=dict)
    past: Callable[[], Sequence[Told]] = nothing_before
    """What happened before, when somebody asks: reading it may cost a trip to the ledger."""
    tellings: list[Telling] = field(default_factory=list)
    """What the clocks did, in order."""
    ended: set[str] = field(default_factory=set)
    """Targets whose clock was fulfilled in this update: a stop wins over a start."""

    @property
    def told(self) -> list[Told]:
        """What the clocks did, in order, as events."""
        return [one.told for one in self.tellings]

    @property
    def live(self) -> list[Clock]:
        """The clocks that are not stopped, in an order that does not depend on where they were read."""
        return [clock for _, clock in sorted(self.clocks.items()) if clock.stopped_at is None]

    @property
    def newest(self) -> list[Clock]:
        """The newest clock of each target, by the targets' names."""
        return [self.clocks[key] for key in sorted(self.clocks)]

    @property
    def due_at(self) -> datetime | None:
        """The earliest due time."""
        due = [clock.due_at for clock in self.clocks.values() if clock.due_at and clock.stopped_at is None]
        return min(due) if due else None

    def target_of(self, clock: Clock) -> Target | None:
        """The promise that a clock is held to."""
        policy = self.policy
        if policy is None or (policy.id, policy.version) != (clock.policy_id, clock.policy_version):
            policy = self.rules.policy(clock.policy_id, clock.policy_version)
        return policy.targets.get(clock.target) if policy else None

    def is_running(self, key: str) -> bool:
        """Whether a target has a clock that is not stopped."""
        clock = self.clocks.get(key)
        return clock is not None and clock.stopped_at is None

    def put_under(self, policy: Policy | None, instant: datetime) -> None:
        """The ticket comes under a policy, or under none."""
        before, self.policy = self.policy, policy
        which = {
            "policy_id": policy.id if policy else None, "version": policy.version if policy else None,
            "before_policy_id": before.id if before else None, "before_version": before.version if before else None,
        }  # fmt: skip
        self.tellings.append(Telling(instant, PolicyApplied, None, which, self.due_at))

    def activate(self, target: Target, facts: Facts, started_at: datetime, instant: datetime) -> None:
        """A clock begins, perhaps in the past: then with all that it would have counted."""
        assert self.policy is not None
        edition = self.rules.calendar(self.rules.calendar_of(target, facts.queue_id, instant), started_at)
        cycle = self.clocks[target.key].cycle + 1 if target.key in self.clocks else 1
        clock = changes.begun(
            id_from("sla.clock", str(self.ticket_id), target.key, str(cycle)), (self.policy.id, self.policy.version),
            target, facts.priority, cycle=cycle, started_at=started_at,
            calendar=(edition.calendar_id, edition.version) if edition else None,
        )  # fmt: skip
        calendar, pauses, ran = edition.calendar if edition else None, list[Span](), list[Span]()
        if started_at < instant:
            pauses = pauses_between(self.past(), target, self.rules, (started_at, instant))
            ran = changes.without((started_at, instant), pauses)
            clock = changes.with_runs(clock, calendar, ran, instant)
        runs = [Run(start, end, clock.calendar_id, clock.calendar_version) for start, end in ran]
        self._tell(instant, ClockActivated, self._due(clock, calendar, runs, instant), paused_before=pauses)

    def reactivate(self, clock: Clock, instant: datetime, reason: ClockReason, *, counting_gap: bool = False) -> None:
        """A stopped clock goes on; the time between counts, or not. A due time set by hand that is over does not."""
        if clock.is_due_by_hand and clock.due_at and clock.due_at < instant and clock.breached_at is None:
            clock = given_back(clock, clock.stopped_at or instant)
        calendar, held = self._calendar(clock), clock
        clock = by_rules(clock, instant)
        if not counting_gap:
            self._tell(instant, ClockActivated, by_hand(changes.resumed(clock, calendar, instant, reason), held))
            return
        going = clock._replace(state="running", stopped_at=None, reason=reason)
        going = changes.counted(going, calendar, instant)
        if clock.breached_at is not None:
            self._tell(instant, ClockActivated, by_hand(going, held))
            return
        runs = list[Run]()
        if going.remaining_us <= 0:
            gap = Run(clock.counted_at, instant, clock.calendar_id, clock.calendar_version)
            runs = [*runs_before(self.past(), clock.clock_id), gap]
        self._tell(instant, ClockActivated, by_hand(self._due(going, calendar, runs, instant), held))

    def retarget(self, clock: Clock, target: Target, priority: int, instant: datetime, *, reason: ClockReason,
                 calendar: tuple[UUID | None, int | None]) -> None:  # fmt: skip
        """Another target for a clock that keeps what it ran: it may gain time, lose some, or be over at once."""
        assert self.policy is not None
        before = clock
        clock = changes.counted(by_rules(clock, instant), self._calendar(clock), instant)
        clock = clock._replace(
            policy_id=self.policy.id, policy_version=self.policy.version, basis=target.basis,
            target_seconds=target.seconds_at(priority),
            calendar_id=calendar[0] if calendar[1] is not None else None, calendar_version=calendar[1],
        )  # fmt: skip
        hours, runs = self._calendar(clock), list[Run]()
        if clock.remaining_us <= 0 or (hours is not None and clock.elapsed_business_us is None):
            runs = self._runs(before, instant)
        if hours is not None and clock.elapsed_business_us is None:
            blank = clock._replace(elapsed_calendar_us=0)
            clock = changes.with_runs(blank, hours, [(run.start, run.end) for run in runs], instant)
        self._apply(instant, before, by_hand(self._due(clock, hours, runs, instant), before), reason)

    def set_due(self, key: str, due_at: datetime | None, instant: datetime) -> None:
        """Somebody says when a clock is due, or leaves it to the rules again."""
        clock = self.clocks.get(key)
        if clock is None or not clock.is_live or (due_at is None and not clock.is_due_by_hand):
            return
        counted = changes.counted(clock, self._calendar(clock), instant)
        after = given_back(counted, instant) if due_at is None else set_by_hand(counted, due_at, instant)
        self._apply(instant, clock, after, "hand")

    def recalendar(self, calendar_id: UUID, version: int, instant: datetime) -> None:
        """From an instant on another version of their calendar holds for the clocks that run by it."""
        self.breach_until(instant)
        for before in self.live:
            if before.calendar_id != calendar_id or before.calendar_version == version:
                continue
            clock = changes.counted(by_rules(before, instant), self._calendar(before), instant)
            clock = clock._replace(calendar_version=version)
            runs = self._runs(before, instant) if clock.remaining_us <= 0 else []
            due = self._due(clock, self._calendar(clock), runs, instant)
            self._apply(instant, before, by_hand(due, before), "calendar")

    def _apply(self, instant: datetime, before: Clock, after: Clock, because: ClockReason) -> None:
        self._tell(
            instant, ClockApplied, after, because=because,
            before_policy_id=before.policy_id, before_policy_version=before.policy_version,
            before_target_seconds=before.target_seconds, before_due_at=before.due_at,
        )  # fmt: skip

    def pause(self, clock: Clock, instant: datetime, reason: ClockReason) -> None:
        """It stands still."""
        still = changes.paused(by_rules(clock, instant), self._calendar(clock), instant, reason)
        self._tell(instant, ClockPaused, by_hand(still, clock))

    def resume(self, clock: Clock, instant: datetime, reason: ClockReason) -> None:
        """It runs on."""
        going = changes.resumed(by_rules(clock, instant), self._calendar(clock), instant, reason)
        self._tell(instant, ClockResumed, by_hand(going, clock))

    def fulfil(self, clock: Clock, instant: datetime) -> None:
        """What it waited for happened."""
        self.ended.add(clock.target)
        self._tell(instant, ClockFulfilled, self._stopped(clock, instant, "fulfilled", "met"))

    def cancel(self, clock: Clock, instant: datetime, reason: ClockReason) -> None:
        """It ends otherwise."""
        self._tell(instant, ClockCancelled, self._stopped(clock, instant, "cancelled", reason))

    def tell_level(self, kind: type[ClockTold], clock: Clock, instant: datetime, **more: Any) -> None:
        """A warning was given or a level taken; the clock carries which."""
        level = clock.warned if kind is ClockWarned else clock.escalated
        self._tell(instant, kind, clock, level=level, **more)

    def breach_until(self, instant: datetime) -> None:
        """Tell of the clocks whose time was used up before an instant; at it, they can still be met."""
        used_up = list(self._used_up(instant))
        for clock in sorted(used_up, key=lambda one: (one.due_at, one.target)) if used_up else ():
            assert clock.due_at is not None
            self._tell(clock.due_at, ClockBreached, changes.breached(clock, self._calendar(clock), clock.due_at))

    def _used_up(self, instant: datetime) -> Iterator[Clock]:
        for clock in self.clocks.values():
            if clock.due_at and clock.due_at < instant and clock.breached_at is None and (
                clock.state == "running" or (clock.is_due_by_hand and clock.stopped_at is None)
            ):  # fmt: skip
                yield clock

    def _stopped(self, clock: Clock, instant: datetime, state: Any, reason: ClockReason) -> Clock:
        """At its end. What stood still keeps its open due time open."""
        return changes.stopped(clock, self._calendar(clock), instant, state, reason)

    def _due(self, clock: Clock, calendar: Calendar | None, runs: Sequence[Run], instant: datetime) -> Clock:
        """The clock with its due time: ahead, or in the past, where it was used up by the hours of then (that closing
        included at which it ended). Then it is born breached.
        """
        due_at: datetime | None = None
        if clock.remaining_us <= 0:
            timed = [((run.start, run.end), self._hours(run) or calendar) for run in runs]
            due_at = changes.used_up(clock, timed) or (instant if clock.remaining_us < 0 else None)
        if due_at is not None:
            is_born = clock.is_born_breached or clock.breached_at is None
            return clock._replace(due_at=due_at, breached_at=clock.breached_at or instant, is_born_breached=is_born)
        ahead = changes.expected(clock, calendar, clock.counted_at) if clock.state == "running" else None
        return clock._replace(due_at=ahead, breached_at=None, is_born_breached=False, escalated=0)

    def _runs(self, clock: Clock, instant: datetime) -> list[Run]:
        runs = runs_before(self.past(), clock.clock_id)
        last = Run(clock.counted_at, instant, clock.calendar_id, clock.calendar_version)
        return [*runs, last] if clock.state == "running" else runs

    def _hours(self, run: Run) -> Calendar | None:
        return self.rules.edition(run.calendar_id, run.calendar_version)

    def _calendar(self, clock: Clock) -> Calendar | None:
        return self.rules.edition(clock.calendar_id, clock.calendar_version)

    def _tell(self, instant: datetime, kind: type[ClockTold], clock: Clock, **more: Any) -> None:
        before = self.clocks.get(clock.target)
        self.clocks[clock.target] = clock
        self.tellings.append(Telling(instant, kind, clock, more, self.due_at))
        if clock.is_born_breached and clock.breached_at == instant and kind is not ClockBreached:
            was_breached = before is not None and before.clock_id == clock.clock_id and before.breached_at is not None
            if not was_breached:
                self._tell(instant, ClockBreached, clock)
