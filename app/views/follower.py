"""Keeping counts: each change of a ticket moves the counts that it concerns; nothing is counted twice over.

A trigger notes for each ticket that changes its row as the counts know it and as it is now, in the same transaction.
One follower takes the notes and asks each kept question of both rows. A question that is new is counted once, in a
snapshot, less what that shows of notes that nobody took yet: so each change counts once. (docs/decisions/0065)
"""

import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Database
from app.filters.matching import matches
from app.filters.sql import clause_of
from app.filters.tree import Tree
from app.policy import scope_filter
from app.tickets.ticket import Ticket
from app.views.tally import scope_of_json
from app.views.view import Tally, TicketTouch
from core import clock, log
from core.actor import Scope
from core.settings import Settings

LOCK = 0x434C5156  # "CLQV"
POLL_SECONDS = 0.5
MOST_TOUCHES = 20_000
"""From here on it is quicker to count anew than to look at each change, as after an import."""

AT_ONCE = 1_000
"""Notes that are taken in one transaction: who changes one of these tickets at that moment waits for its end."""

MOST_COUNTED_AT_ONCE = 4
RECOUNTED_AFTER = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(days=2)
COUNT_SECONDS = 60
AWAY = (psycopg.OperationalError, sa.exc.OperationalError, sa.exc.TimeoutError)

KEPT = sa.and_(col(Tally.number).is_not(None), sa.not_(col(Tally.is_moving)))
Change = tuple[SimpleNamespace | None, SimpleNamespace | None]
"""A ticket's row before and after."""

logger = log.get(__name__)


def run_counts(settings: Settings, stop: threading.Event) -> None:
    """Keep the counts until told to stop. Two may run; one of them waits."""
    with closing(Database(settings.database_url, most_connections=2, statement_seconds=COUNT_SECONDS)) as database:
        while not stop.is_set():
            try:
                if not catch_up(database):
                    stop.wait(POLL_SECONDS)
            except AWAY as trouble:
                logger.warning("counts wait", trouble=str(trouble).strip())
                stop.wait(POLL_SECONDS * 4)


def catch_up(database: Database) -> bool:
    """Take what was noted and count what is new. Returns whether there may be more.

    The lock is held from before the snapshot to after the commit: nobody counts by a moment that another has passed.
    """
    with database.alone.connection() as keeper:
        if keeper.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone() != (True,):
            return False
        try:
            return _caught_up(database)
        finally:
            keeper.execute("select pg_advisory_unlock(%s)", (LOCK,))


def _caught_up(database: Database) -> bool:
    _drop_too_many(database)
    with database.transaction() as session:
        moved = _take(session)
    with database.transaction() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        _forget(session)
        return bool(_count_some(session)) or moved


def _drop_too_many(database: Database) -> None:
    """After an import, or when nobody followed for long: forget what was noted, and count everything anew."""
    with database.transaction() as session:
        some = sa.select(col(TicketTouch.ticket_id)).limit(MOST_TOUCHES + 1).subquery()
        if session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() <= MOST_TOUCHES:
            return
        session.execute(sa.update(Tally).where(KEPT).values(number=None))
    gone = AT_ONCE
    while gone == AT_ONCE:
        with database.transaction() as session:
            gone = len(_taken(session))


def _take(session: Session) -> bool:
    """Move the counts by what was noted; returns whether there was anything."""
    changes = _taken(session)
    if not changes:
        return False
    for tally in session.execute(sa.select(Tally).where(KEPT)).scalars():
        if moved := _moved(tally, changes):
            tally.number = (tally.number or 0) + moved
    session.flush()
    return True


def _taken(session: Session) -> list[Change]:
    """Some notes, which are gone with this transaction. What somebody is writing to right now is left for the next."""
    free = sa.select(col(TicketTouch.ticket_id)).limit(AT_ONCE).with_for_update(skip_locked=True)
    gone = sa.delete(TicketTouch).where(col(TicketTouch.ticket_id).in_(free))
    touches = session.execute(gone.returning(col(TicketTouch.before), col(TicketTouch.after))).all()
    return [(_row(touch.before), _row(touch.after)) for touch in touches]


def _waiting(session: Session) -> list[Change]:
    """The notes that nobody took yet, as this snapshot shows them."""
    touches = session.execute(sa.select(col(TicketTouch.before), col(TicketTouch.after))).all()
    return [(_row(touch.before), _row(touch.after)) for touch in touches]


def _moved(tally: Tally, changes: Sequence[Change]) -> int:
    """By how much these changes move a count."""
    question = Tree.from_json(tally.tree["leaves"]), scope_of_json(tally.scope)
    return sum(_is_in(*question, after) - _is_in(*question, before) for before, after in changes)


def _count_some(session: Session) -> int:
    """Count what was never counted, and what time has changed."""
    now = clock.now()
    stale = sa.and_(
        col(Tally.is_moving),
        col(Tally.counted_at) < now - RECOUNTED_AFTER,
        col(Tally.asked_at) > col(Tally.counted_at),
    )
    uncounted = sa.select(Tally).where(sa.or_(col(Tally.number).is_(None), stale)).limit(MOST_COUNTED_AT_ONCE)
    tallies = session.execute(uncounted).scalars().all()
    waiting = _waiting(session) if any(not tally.is_moving for tally in tallies) else []
    for tally in tallies:
        full = full_count(session, Tree.from_json(tally.tree["leaves"]), scope_of_json(tally.scope))
        tally.number = full if tally.is_moving else full - _moved(tally, waiting)
        tally.counted_at = now
    session.flush()
    return len(tallies)


def full_count(session: Session, tree: Tree, scope: Scope) -> int:
    """The count by looking at the tickets: what a kept number must agree with."""
    query = sa.select(sa.func.count()).select_from(Ticket).where(scope_filter(scope), clause_of(tree))
    number: int = session.execute(query).scalar_one()
    return number


def _forget(session: Session) -> None:
    """What nobody has asked for any more is no longer kept."""
    session.execute(sa.delete(Tally).where(col(Tally.asked_at) < clock.now() - FORGOTTEN_AFTER))


def _is_in(tree: Tree, scope: Scope, row: Any) -> bool:
    return row is not None and scope.covers(row) and matches(tree, row)


def _row(written: dict[str, Any] | None) -> SimpleNamespace | None:
    """A ticket's row from the JSON that Postgres made of it."""
    if written is None:
        return None
    return SimpleNamespace(**{name: _READ.get(name, _as_it_is)(value) for name, value in written.items()})


def _as_it_is(value: Any) -> Any:
    return value


def _reader(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.ARRAY) and isinstance(kind.item_type, sa.Uuid):
        return lambda value: [UUID(one) for one in value]
    if isinstance(kind, sa.Uuid):
        return lambda value: value and UUID(value)
    if isinstance(kind, sa.DateTime):
        return lambda value: value and datetime.fromisoformat(value)
    if isinstance(kind, sa.ARRAY) and isinstance(kind.item_type, sa.Uuid):
        return lambda value: [UUID(one) for one in value or ()]
    return _as_it_is


_READ = {str(column.name): _reader(column) for column in sa.inspect(Ticket).columns}
