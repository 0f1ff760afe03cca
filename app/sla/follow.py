"""What an event does to a ticket's clocks: the rules of SEMANTICS.md 2.2. Stop wins over pause, pause over start.

Pure. An update is all that one command did, at one instant: `follow_update` takes its steps, in order, and leaves what
the clocks did in the book.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.sla.book import Book
from app.sla.clock import Clock
from app.sla.facts import Facts
from app.sla.merging import give_back, has_left, take_over, turn_to
from app.sla.policy import EACH_TURN, UNTIL_SOLVED, Target, Trigger
from app.sla.rules import Policy
from app.sla.step import GONE, Step
from core.events import ClockReason, DueSet, Event, PriorityChanged, QueueChanged, SlaReviewed, TicketCreated

UPDATES = ("periodic_update", "pausable_update")


def follow_update(book: Book, steps: Sequence[Step], instant: datetime) -> None:
    """Let an update happen to the clocks: first what fell due before it, then step by step."""
    book.breach_until(instant)
    book.ended.clear()
    last = steps[-1].after
    for step in steps:
        follow(book, step, last, instant)


def follow(book: Book, step: Step, last: Facts, instant: datetime) -> None:
    """One step; `last` is how the ticket stands when the whole update is done."""
    is_named = step.event.kind in book.rules.triggers
    if step.is_quiet and not is_named:
        return
    if isinstance(step.event, DueSet):
        book.set_due(step.event.target, step.event.due_at, instant)
    said_before = len(book.tellings)
    if step.is_end or is_named:
        for clock in book.live:
            _end(book, clock, step, instant)
    if step.is_reopened or step.is_restored:
        _go_on(book, step, instant)
    if step.is_reopened or step.is_restored or step.is_matching:
        _apply(book, step, instant)
    if step.is_reply or step.is_question or is_named:
        _begin(book, step, last, instant)
    if step.is_joined:
        take_over(book, step.after, instant)
    if step.is_parted:
        give_back(book, step.after, instant)
    if step.has_moved or is_named or len(book.tellings) > said_before:
        for clock in book.live:
            _hold(book, clock, step, instant)


def _end(book: Book, clock: Clock, step: Step, instant: datetime) -> None:
    """Fulfilled by its own end; cancelled when the ticket goes away or is solved without it."""
    target = book.target_of(clock)
    if target is not None and _is_met(target, step):
        book.fulfil(clock, instant)
    elif (gone := GONE.get(step.after.category)) is not None:
        book.cancel(clock, instant, gone)
    elif step.is_solved:
        book.cancel(clock, instant, "solved")


def _is_met(target: Target, step: Step) -> bool:
    match target.metric:
        case "first_reply":
            return step.is_reply or (step.is_first_of_ours and target.opened_by_us == "met")
        case "next_reply" | "periodic_update" | "pausable_update":
            return step.is_reply
        case "group_ownership":
            return step.is_solved or isinstance(step.event, QueueChanged)
        case "custom":
            return _fires(target.stops_on, step.event)
    return step.is_solved


def _go_on(book: Book, step: Step, instant: datetime) -> None:
    """Clocks that a solve, a merge, spam or deletion ended, when that is taken back."""
    for clock in [one for one in book.newest if not one.is_live]:
        target = book.target_of(clock)
        is_answered = clock.metric == "first_reply" and step.after.first_replied_at is not None
        if target is None or is_answered:
            continue
        if step.is_restored and clock.reason in GONE.values() and has_left(clock, step.after):
            turn_to(book, clock.target, step.after, instant)
        elif step.is_restored and clock.reason in GONE.values():
            book.reactivate(clock, instant, "unmerged" if clock.reason == "merged" else "restored")
        elif step.is_reopened and _was_ended_by_solve(clock):
            _reopen(book, clock, target, step.after, instant)


def _was_ended_by_solve(clock: Clock) -> bool:
    if clock.metric in UNTIL_SOLVED:
        return clock.state == "fulfilled" or clock.reason == "solved"
    return clock.metric not in EACH_TURN and clock.reason == "solved"


def _reopen(book: Book, clock: Clock, target: Target, facts: Facts, instant: datetime) -> None:
    if target.reopen == "new_instance":
        if book.policy and (now := book.policy.target(clock.target, facts.priority)):
            book.activate(now, facts, instant, instant)
    elif target.reopen != "never":
        book.reactivate(clock, instant, "reopened", counting_gap=target.reopen == "continue_counting_gap")


def _apply(book: Book, step: Step, instant: datetime) -> None:
    """Put the ticket under the policy that is for it now, and its clocks under that one's targets."""
    found = book.rules.match(step.after, instant)
    is_same = found is not None and book.policy is not None and found.id == book.policy.id
    if is_same and not isinstance(step.event, SlaReviewed):
        found = book.policy
    is_other = _version(found) != _version(book.policy)
    if is_other:
        book.put_under(found, instant)
    for clock in book.live:
        _retarget(book, clock, step, instant)
    if found is not None and step.after.is_unsolved:
        for target in found.targets.values():
            if target.seconds.at(step.after.priority) and not book.is_running(target.key):
                _begin_late(book, target, step, instant, is_news=is_other or isinstance(step.event, PriorityChanged))


def _retarget(book: Book, clock: Clock, step: Step, instant: datetime) -> None:
    target = book.policy.target(clock.target, step.after.priority) if book.policy else None
    if target is None or book.policy is None:
        book.cancel(clock, instant, "policy")
        return
    if target.change == "freeze":
        return
    is_same_policy = _version(book.policy) == (clock.policy_id, clock.policy_version)
    calendar = _calendar_of(book, clock, target, step, instant, is_same_policy=is_same_policy)
    measure = (target.seconds_at(step.after.priority), target.basis, *calendar)
    is_same = measure == (clock.target_seconds, clock.basis, clock.calendar_id, clock.calendar_version)
    if is_same and is_same_policy:
        return
    if target.change == "restart" and not is_same:
        book.cancel(clock, instant, "restart")
        book.activate(target, step.after, instant, instant)
        return
    reason: ClockReason = "policy" if not is_same_policy else "calendar"
    if is_same_policy and isinstance(step.event, PriorityChanged):
        reason = "priority"
    book.retarget(clock, target, step.after.priority, instant, reason=reason, calendar=calendar)


def _calendar_of(
    book: Book, clock: Clock, target: Target, step: Step, instant: datetime, *, is_same_policy: bool
) -> tuple[UUID | None, int | None]:
    """The calendar that a clock is to run by, and which version. It keeps its own until the ticket is looked at anew,
    comes under another policy, or, without a calendar of its own, into another queue.
    """
    is_reviewed = isinstance(step.event, SlaReviewed)
    if target.calendar_id is None and is_same_policy and not is_reviewed and not isinstance(step.event, QueueChanged):
        return clock.calendar_id, clock.calendar_version
    calendar_id = book.rules.calendar_of(target, step.after.queue_id, instant)
    if calendar_id == clock.calendar_id and not is_reviewed:
        return clock.calendar_id, clock.calendar_version
    edition = book.rules.calendar(calendar_id, instant)
    return calendar_id, edition.version if edition else None


def _begin_late(book: Book, target: Target, step: Step, instant: datetime, *, is_news: bool) -> None:
    """Clocks that a ticket should have because of how it stands, whatever it was that just happened."""
    facts, since = step.after, None
    match target.metric:
        case "first_reply":
            by_us = target.opened_by_us == "met" and facts.was_answered and not isinstance(step.event, TicketCreated)
            since = (
                facts.created_at if facts.first_replied_at is None and not by_us and _is_owed(book, target) else None
            )
        case "requester_wait" | "agent_work" | "total_resolution":
            since = facts.created_at if _is_owed(book, target) else None
        case "group_ownership":
            since = instant
        case "next_reply":
            is_turn = facts.was_answered and (is_news or step.is_reopened)
            since = facts.awaiting_reply_since if is_turn else None
    if since is not None:
        book.activate(target, facts, since if target.counts_from == "created" else instant, instant)


def _is_owed(book: Book, target: Target) -> bool:
    """Whether the ticket never had such a clock, or lost it only because another policy came in between."""
    clock = book.clocks.get(target.key)
    return clock is None or clock.reason == "policy"


def _begin(book: Book, step: Step, last: Facts, instant: datetime) -> None:
    """Clocks that begin with what just happened."""
    if book.policy is None:
        return
    for target in book.policy.targets.values():
        is_idle = not book.is_running(target.key)
        if is_idle and _starts(book, target, step, last) and target.seconds.at(step.after.priority) is not None:
            book.activate(target, step.after, instant, instant)


def _starts(book: Book, target: Target, step: Step, last: Facts) -> bool:
    if target.metric == "next_reply":
        return step.is_question and step.after.was_answered and step.after.is_unsolved
    if target.metric in UPDATES:
        return step.is_reply and last.is_unsolved
    if target.metric != "custom":
        return False
    is_held = _fires(target.stops_on, step.event) or _fires(target.pauses_on, step.event) or target.key in book.ended
    return _fires(target.starts_on, step.event) and not is_held


def _hold(book: Book, clock: Clock, step: Step, instant: datetime) -> None:
    """A clock stands still where its target or the state says so, or after an event until another."""
    target = book.target_of(clock)
    if target is None:
        return
    facts = step.after
    stands = facts.category in target.paused_in or clock.target in book.rules.paused_by(facts.state_id, instant)
    if clock.state == "running" and stands:
        book.pause(clock, instant, "state")
    elif clock.state == "running" and _fires(target.pauses_on, step.event):
        book.pause(clock, instant, "event")
    elif clock.state == "paused" and not stands and clock.reason == "state":
        book.resume(clock, instant, "state")
    elif clock.state == "paused" and not stands and _fires(target.resumes_on, step.event):
        book.resume(clock, instant, "event")


def _fires(triggers: Iterable[Trigger], event: Event) -> bool:
    return any(one.kind == event.kind and _says(one, event.payload()) for one in triggers)


def _says(trigger: Trigger, payload: dict[str, Any]) -> bool:
    return all(not set(wanted).isdisjoint(_texts(payload.get(name))) for name, wanted in trigger.fields.items())


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return ["none" if value is None else str(value)]


def _version(policy: Policy | None) -> tuple[Any, Any] | None:
    return (policy.id, policy.version) if policy else None
