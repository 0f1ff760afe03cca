"""What time alone does to a ticket's clocks: warnings, breaches, escalations (app/timers runs it, once each).

A ticket has one timer, at the next of all its moments. It looks at the clocks again with the ticket locked, takes what
is due in its order, and sets itself anew: a timer that rings too early does no harm, one that rings late tells a
breach at the instant at which it was one. What was taken stands in the clock, so nothing is taken twice.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.queues.house import house_of
from app.sla.book import Book
from app.sla.clock import Clock
from app.sla.escalation import Taken, take
from app.sla.keeping import KIND, clock_rows, follower_of, key
from app.sla.moments import Moment, moments, next_moment, warning_points
from app.sla.notice import notify
from app.sla.policy import Level, Target
from app.tickets import store
from app.tickets.commands import Review
from app.tickets.decider import clocks_tell, handle
from app.tickets.happened import Happened
from app.tickets.ticket import Ticket
from app.timers import Timer, on_timer, set_timer
from core import clock as time
from core.actor import SYSTEM
from core.events import ClockEscalated, ClockWarned
from core.ids import new_id

REVIEW = "sla.review"


@on_timer(REVIEW)
def review(session: Session, timer: Timer) -> None:
    """Look at a ticket anew, since policies or calendars changed."""
    handle(session, SYSTEM, Review(), ticket_id=timer.ticket_id, source="timer", cause_id=timer.id)


@on_timer(KIND)
def ring(session: Session, timer: Timer) -> None:
    """Take what is due of a ticket's clocks."""
    assert timer.ticket_id is not None
    ticket = session.get_one(Ticket, timer.ticket_id, with_for_update=True, populate_existing=True)
    now = time.now()
    follower = follower_of(session, ticket, house_of(session).sla, now)
    if follower is None:
        return
    book = follower.book
    book.breach_until(now)
    taken = _take_due(session, ticket, book)
    if book.tellings:
        happened = Happened()
        clocks_tell(happened, ticket, book.told, {"command_id": new_id(now), "correlation_id": None})
        happened.keep_beside(clock_rows(happened))
        store.keep(session, ticket, (), happened)
    for one in taken:
        take(session, ticket.id, one, cause_id=timer.id)
    set_next_timer(session, ticket.id)


def set_next_timer(session: Session, ticket_id: UUID) -> None:
    """Set a ticket's timer for its next moment, if there is one."""
    ticket = session.get_one(Ticket, ticket_id)
    follower = follower_of(session, ticket, house_of(session).sla, time.now())
    upcoming = next_moment(follower.book, time.now()) if follower else None
    if upcoming is not None:
        set_timer(session, key=key(ticket_id), kind=KIND, due_at=upcoming, ticket_id=ticket_id)


def _take_due(session: Session, ticket: Ticket, book: Book) -> Sequence[Taken]:
    """Warnings and levels up to now, in the order of their instants."""
    taken: list[Taken] = []
    while found := _next_due(book):
        clock, target, moment = found
        if moment.what == "warning":
            _, warning = warning_points(target, clock.target_seconds)[moment.level - 1]
            notified = notify(session, ticket, clock, "warned", moment, warning.notify)
            book.tell_level(ClockWarned, clock._replace(warned=moment.level), moment.instant, notified=notified)
        else:
            level = levels_of(target)[moment.level - 1]
            notified = notify(session, ticket, clock, "escalated", moment, level.notify, level.notify_ids)
            book.tell_level(
                ClockEscalated, clock._replace(escalated=moment.level), moment.instant,
                notified=notified, actions=level.actions,
            )  # fmt: skip
            taken.append(Taken(clock.target, level))
    return taken


def _next_due(book: Book) -> tuple[Clock, Target, Moment] | None:
    now, found = time.now(), list[tuple[Clock, Target, Moment]]()
    for clock in book.live:
        target = book.target_of(clock)
        if target is not None:
            calendar = book.rules.edition(clock.calendar_id, clock.calendar_version)
            due = (one for one in moments(clock, target, calendar) if one.what != "breach" and one.instant <= now)
            found += [(clock, target, one) for one in due]
    return min(found, key=lambda one: (one[2].instant, one[0].target), default=None)


def levels_of(target: Target) -> list[Level]:
    """A target's escalation levels in the order in which they come."""
    return sorted(target.levels, key=lambda level: level.after_seconds)
