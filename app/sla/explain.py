"""A clock as a story: the spans that it ran, stood still or was closed, who held the ticket in each, and one sentence.

Pure, from the ticket's own events. Spans follow each other without a gap from the start to the end (or to now); those
that ran sum to the clock's elapsed time, and the open ones among them to its business time, to the microsecond.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.sla.by_hand import own_time_us
from app.sla.calendar import business_micros, open_segments
from app.sla.clock import Clock, Span, clock_of, length_us, without
from app.sla.contested import contested_spans
from app.sla.past import Told
from app.sla.rules import Rules
from core.calendar import Calendar
from core.events import (
    Assigned,
    Category,
    ClockActivated,
    ClockTold,
    DueReason,
    QueueChanged,
    StatusChanged,
    TicketCreated,
)

Kind = Literal["run", "closed", "paused", "contested", "stopped"]


@dataclass(frozen=True, slots=True)
class Holder:
    """In whose hands a ticket was."""

    queue_id: UUID
    agent_id: UUID | None
    state_id: UUID
    category: Category


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of a clock. `run`: its time counted. `closed`: it ran outside of the calendar's hours.

    `contested`: it stood still although the customer waited for us.
    """

    start: datetime
    end: datetime
    kind: Kind
    holder: Holder

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody set a due time."""

    actor_id: UUID | None
    set_at: datetime
    reason: DueReason


@dataclass(frozen=True, slots=True)
class Story:
    """A clock as it stands at an instant, and what led there."""

    clock: Clock
    segments: Sequence[Segment]
    told: Sequence[tuple[datetime, ClockTold]]
    over_us: int
    """How long it took beyond its target, in the target's own time; negative: what was or is left."""
    hand: "Hand | None" = None
    """Who set its due time, if somebody did."""


def stories(history: Sequence[Told], rules: Rules, now: datetime) -> list[Story]:
    """The stories of all clocks of one ticket, in the order in which they began."""
    told: dict[UUID, list[tuple[datetime, ClockTold]]] = {}
    for occurred_at, event in history:
        if isinstance(event, ClockTold):
            told.setdefault(event.clock_id, []).append((occurred_at, event))
    holders, contested = list(_holders(history)), contested_spans(history, now)
    return [_story(one, holders, contested, rules, now) for one in told.values()]


def _story(
    told: Sequence[tuple[datetime, ClockTold]], holders: Sequence[tuple[datetime, Holder]], contested: Sequence[Span],
    rules: Rules, now: datetime,
) -> Story:  # fmt: skip
    clock = clock_of(told[-1][1])
    calendar = rules.edition(clock.calendar_id, clock.calendar_version)
    segments = [part for kind, span, hours in _spans([one for _, one in told], rules, now)
                for cut_kind, cut in _contested(kind, span, contested)
                for part in _parts(cut_kind, cut, hours, holders)]  # fmt: skip
    if clock.state == "running" and now > clock.counted_at:
        clock = _counted(clock, calendar, now)
    if clock.is_due_by_hand and clock.due_at:
        return Story(clock, segments, told, own_time_us(clock, calendar, clock.due_at, clock.stopped_at or now))
    return Story(clock, segments, told, -clock.remaining_us)


def _counted(clock: Clock, calendar: Calendar | None, now: datetime) -> Clock:
    business = clock.elapsed_business_us
    if calendar is not None:
        business = (business or 0) + business_micros(calendar, clock.counted_at, now)
    elapsed = clock.elapsed_calendar_us + length_us(clock.counted_at, now)
    breached_at = clock.breached_at or (clock.due_at if clock.due_at and clock.due_at < now else None)
    return clock._replace(
        counted_at=now, elapsed_calendar_us=elapsed, elapsed_business_us=business, breached_at=breached_at
    )


def _spans(told: Sequence[ClockTold], rules: Rules, now: datetime) -> Iterator[tuple[Kind, Span, Calendar | None]]:
    """What a clock did between its events, and whose hours counted."""
    before: ClockTold | None = None
    for one in told:
        if before is None:
            calendar = rules.edition(one.calendar_id, one.calendar_version)
            span = (one.started_at, one.counted_at)
            pauses = one.paused_before if isinstance(one, ClockActivated) else []
            both = [("run", run) for run in without(span, pauses)] + [("paused", pause) for pause in pauses]
            yield from ((kind, cut, calendar) for kind, cut in sorted(both, key=lambda each: each[1]))  # type: ignore[misc]
        else:
            calendar = rules.edition(before.calendar_id, before.calendar_version)
            yield _between(before, one), (before.counted_at, one.counted_at), calendar
        before = one
    if before is not None and before.is_live and now > before.counted_at:
        calendar = rules.edition(before.calendar_id, before.calendar_version)
        yield "run" if before.state == "running" else "paused", (before.counted_at, now), calendar


def _between(before: ClockTold, after: ClockTold) -> Kind:
    if after.elapsed_calendar_us > before.elapsed_calendar_us:
        return "run"
    return "paused" if before.is_live else "stopped"


def _contested(kind: Kind, span: Span, contested: Sequence[Span]) -> Iterator[tuple[Kind, Span]]:
    """A span in which the clock stood still, cut where the customer waited for us."""
    inside = [(max(start, span[0]), min(end, span[1])) for start, end in contested]
    inside = [cut for cut in inside if cut[0] < cut[1]] if kind == "paused" else []
    both = [(kind, left) for left in without(span, inside)] + [("contested", cut) for cut in inside]
    yield from sorted(both, key=lambda each: each[1])


def _parts(
    kind: Kind, span: Span, calendar: Calendar | None, holders: Sequence[tuple[datetime, Holder]]
) -> Iterator[Segment]:
    """A span cut where the ticket changed hands, and where the calendar opens and closes."""
    for start, end, holder in _in_hands(span, holders):
        if kind != "run" or calendar is None:
            yield Segment(start, end, kind, holder)
            continue
        here = start
        for open_ in open_segments(calendar, start, end):
            if here < open_.start:
                yield Segment(here, open_.start, "closed", holder)
            yield Segment(open_.start, open_.end, "run", holder)
            here = open_.end
        if here < end:
            yield Segment(here, end, "closed", holder)


def _in_hands(span: Span, holders: Sequence[tuple[datetime, Holder]]) -> Iterator[tuple[datetime, datetime, Holder]]:
    for n, (since, holder) in enumerate(holders):
        until = holders[n + 1][0] if n + 1 < len(holders) else span[1]
        start, end = max(span[0], since), min(span[1], until)
        if start < end:
            yield start, end, holder


def _holders(history: Iterable[Told]) -> Iterator[tuple[datetime, Holder]]:
    """Since when which queue, agent and state had the ticket."""
    holder: Holder | None = None
    for occurred_at, event in history:
        if isinstance(event, TicketCreated):
            holder = Holder(event.queue_id, event.agent_id, event.state_id, event.category)
        elif holder is None:
            continue
        elif isinstance(event, Assigned):
            holder = replace(holder, agent_id=event.agent_id)
        elif isinstance(event, QueueChanged):
            holder = replace(holder, queue_id=event.queue_id)
        elif isinstance(event, StatusChanged):
            holder = replace(holder, state_id=event.state_id, category=event.category)
        else:
            continue
        yield occurred_at, holder


def longest_held(segments: Iterable[Segment]) -> tuple[Holder, float] | None:
    """In which queue and whose hands the clock ran longest, and for how many seconds, closed hours aside."""
    seconds: dict[tuple[UUID, UUID | None], float] = {}
    kept: dict[tuple[UUID, UUID | None], Holder] = {}
    for one in segments:
        if one.kind == "run":
            place = (one.holder.queue_id, one.holder.agent_id)
            seconds[place] = seconds.get(place, 0) + one.seconds
            kept.setdefault(place, one.holder)
    if not seconds:
        return None
    place = max(seconds, key=lambda key: seconds[key])
    return kept[place], seconds[place]


Name = Callable[[UUID], str]
Say = Callable[[float], str]


def sentence(story: Story, name: Name, say: Say) -> str:
    """The clock in one sentence."""
    clock = story.clock
    over, left = say(story.over_us / 1e6), say(max(-story.over_us, 0) / 1e6)
    is_late = clock.breached_at is not None
    if clock.state == "cancelled":
        words = f"ended without being met ({clock.reason})"
        return f"breached, then {words}{_because(story, name, say)}" if is_late else words
    if is_late:
        verb = "was breached" if clock.stopped_at else "breached"
        return f"{verb} by {over}{_because(story, name, say)}{_by_hand(story, name)}"
    return f"{_in_time(clock, left)}{_by_hand(story, name)}"


def _in_time(clock: Clock, left: str) -> str:
    if clock.state == "fulfilled":
        return f"met with {left} to spare"
    if clock.state == "paused":
        return f"stands still with {left} left"
    return f"{left} left"


HANDS: Mapping[DueReason, str] = {
    "agreed": ", as agreed with the customer", "third_party": ", since somebody else is waited for",
    "importance": ", by its importance", "mistake": ", to correct a mistake", "other": "",
}  # fmt: skip


def _by_hand(story: Story, name: Name) -> str:
    if story.hand is None or not story.clock.is_due_by_hand:
        return ""
    who = name(story.hand.actor_id) if story.hand.actor_id else "the house"
    return f"; due set by hand by {who}{HANDS[story.hand.reason]}"


def _because(story: Story, name: Name, say: Say) -> str:
    held = longest_held(story.segments)
    if held is None:
        return ""
    holder, seconds = held
    hands = f"with {name(holder.agent_id)}" if holder.agent_id else "without an owner"
    return f": {say(seconds)} in queue {name(holder.queue_id)} {hands}"
