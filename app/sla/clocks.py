"""The fold: a ticket's events, under the rules of their day, give its clocks. Pure; desk and replay share it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from app.sla.book import Book, nothing_before
from app.sla.clock import Clock
from app.sla.follow import follow_update
from app.sla.life import Life, life_of
from app.sla.past import Told
from app.sla.rules import Rules
from core.ledger import Envelope

Restated = tuple[UUID, int, datetime]
"""A calendar, the version that is to hold, and from when on."""


def clocks(history: Iterable[Envelope], rules: Rules, until: datetime | None = None) -> list[Clock]:
    """All clocks of one ticket, cycles that are over included, in the order in which they began."""
    life = life_of(history)
    return clocks_of(life, rules, until) if life else []


def replayed(history: Iterable[Envelope], rules: Rules, until: datetime | None = None) -> list[Told]:
    """What the clocks of one ticket told, from its events (in their order) until an instant."""
    life = life_of(history)
    return replay(life, rules, until).told if life else []


def clocks_of(life: Life, rules: Rules, until: datetime | None = None) -> list[Clock]:
    """The clocks of a life, as `clocks` gives them."""
    return newest_of(replay(life, rules, until))


def newest_of(book: Book) -> list[Clock]:
    """The clocks of a life as they stand at its end, in the order in which they began."""
    found: dict[UUID, Clock] = {}
    for one in book.tellings:
        if one.clock is not None:
            found[one.clock.clock_id] = one.clock
    return list(found.values())


def restated_clocks(life: Life, rules: Rules, until: datetime, since: Restated) -> list[Clock]:
    """The clocks of a life in which a version of a calendar was there when it begins."""
    return newest_of(replay(life, rules, until, since))


def replay(life: Life, rules: Rules, until: datetime | None = None, since: Restated | None = None) -> Book:
    """A ticket lives again, update by update. With `since`, its clocks go over to a version of their calendar then."""
    book, done = Book(life.ticket_id, rules), 0

    def past() -> Sequence[Told]:
        return sorted([*life.until(done), *book.told], key=lambda one: one[0])

    book.past = past
    for done, update in enumerate(life.updates, start=1):  # noqa: B007 — `past` looks at it
        if since is not None and since[2] <= update.instant:
            book.recalendar(*since)
            since = None
        follow_update(book, update.steps, update.instant)
    if since is not None:
        book.recalendar(*since)
    if until is not None:
        book.breach_until(until)
    book.past = nothing_before  # nobody asks again, and the book is free to go without the garbage collector
    return book
