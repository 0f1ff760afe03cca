"""What a merge and its undoing do to `next_reply` of the ticket that shows the thread (ADR 0091). Pure."""

from datetime import datetime

from app.sla.book import Book
from app.sla.clock import Clock
from app.sla.facts import Facts


def take_over(book: Book, facts: Facts, instant: datetime) -> None:
    """The oldest message that nobody answered has come with a merge: the clock counts from it. One that already runs
    ends for that, unless somebody said by hand when it is due.
    """
    for target in book.policy.targets.values() if book.policy else ():
        if target.metric != "next_reply" or target.merge == "stays":
            continue
        clock = book.clocks.get(target.key)
        if clock is None or not clock.is_live:
            turn_to(book, target.key, facts, instant)
        elif has_come_before(clock, facts) and not clock.is_due_by_hand:
            book.cancel(clock, instant, "merged")
            turn_to(book, target.key, facts, instant)


def give_back(book: Book, facts: Facts, instant: datetime) -> None:
    """The message that a clock counts from has gone with the ticket that it was written on."""
    for clock in book.live:
        if has_left(clock, facts):
            book.cancel(clock, instant, "unmerged")
            turn_to(book, clock.target, facts, instant)


def turn_to(book: Book, key: str, facts: Facts, instant: datetime) -> None:
    """A clock begins with the message that waits longest, if a reply to it is promised."""
    target = book.policy.target(key, facts.priority) if book.policy else None
    waits_since = facts.awaiting_reply_since
    if target is not None and waits_since is not None and facts.was_answered and facts.is_unsolved:
        book.activate(target, facts, waits_since, instant)


def has_left(clock: Clock, facts: Facts) -> bool:
    """Whether the message that a clock counts from waits here no more: all that do are newer, or none does."""
    waits_since = facts.awaiting_reply_since
    return clock.metric == "next_reply" and (waits_since is None or clock.started_at < waits_since)


def has_come_before(clock: Clock, facts: Facts) -> bool:
    """Whether somebody waits in this thread for longer than a clock counts."""
    return facts.awaiting_reply_since is not None and facts.awaiting_reply_since < clock.started_at
