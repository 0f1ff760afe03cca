"""Questions that the worker answers: asked, looked at, cancelled and deleted. What is kept stands beside the record."""

import os
import time as sleeping
from contextlib import closing
from datetime import datetime
from threading import Event as Stop
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from psycopg import Connection
from psycopg.errors import ForeignKeyViolation
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.db import Database
from app.queues.house import house_of
from app.sla.comparing import Comparison
from app.sla.drafts import Draft, drafted_rules
from app.sla.what_if import Differing, Question, compare, zone_of
from app.sla.what_if_row import WhatIf, WhatIfTicket
from app.tickets.ticket import Ticket
from core import clock, log
from core.actor import SYSTEM, Actor
from core.errors import Conflict, NotFound, Refusal
from core.settings import Settings
from etl.connection import AWAY, connect
from etl.failpoint import failpoint

POLL_SECONDS = 1.0
TELL_SECONDS = 0.5
MOST_KEPT = 5_000
"""Tickets that differ are kept up to so many; they are counted without an end."""

MOST_QUESTIONS = 200
OPEN = "select id from what_if where finished_at is null order by created_at, id"
BEGUN = "update what_if set done = 0, answer = '{}' where id = %s and finished_at is null returning id"
WANTED = "update what_if set done = %s, total = %s where id = %s returning not is_cancelled"
KEEP = "insert into what_if_ticket (what_if_id, ticket_id, clocks) values (%s, %s, %s)"
FINISH = "update what_if set finished_at = %s, failure = %s, answer = %s, done = %s where id = %s"
logger = log.get(__name__)


def ask_what_if(session: Session, actor: Actor, draft: Draft, *, name: str, since: datetime, until: datetime) -> WhatIf:
    """Ask how the tickets created from `since` to `until` would have fared; refused if the draft cannot be."""
    draft.demand_something()
    if since >= until:
        raise Conflict("The period ends before it begins.")
    if session.execute(sa.select(sa.func.count()).select_from(WhatIf)).scalar_one() >= MOST_QUESTIONS:
        raise Conflict(f"{MOST_QUESTIONS} answers are kept; delete some first.")
    drafted_rules(session, actor, house_of(session).sla, draft)
    assert actor.person_id is not None
    row = WhatIf(
        person_id=actor.person_id, name=name, draft=draft.model_dump(mode="json"), since=since, until=until,
        created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def what_ifs(session: Session) -> list[WhatIf]:
    """All that were asked and not deleted, the newest first."""
    return list(session.execute(sa.select(WhatIf).order_by(col(WhatIf.created_at).desc())).scalars())


def what_if_of(session: Session, what_if_id: UUID, *, lock: bool = False) -> WhatIf:
    """One of them."""
    row = session.get(WhatIf, what_if_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound("There is no such question.")
    return row


def cancel_what_if(session: Session, what_if_id: UUID) -> WhatIf:
    """Stop it soon. One that is answered stays so."""
    row = what_if_of(session, what_if_id, lock=True)
    if row.finished_at is None:
        row.is_cancelled = True
        session.flush()
    return row


def delete_what_if(session: Session, what_if_id: UUID) -> None:
    """Let it and its answer be gone; at work, it stops."""
    session.delete(what_if_of(session, what_if_id, lock=True))
    session.flush()


def differing_tickets(
    session: Session, actor: Actor, what_if_id: UUID, *, limit: int, after: int = 0
) -> list[tuple[int, str, WhatIfTicket]]:
    """Number, title and differences of the tickets that would have fared otherwise and that the actor may see."""
    query = (
        sa.select(col(Ticket.number), col(Ticket.title), WhatIfTicket)
        .join(WhatIfTicket, col(WhatIfTicket.ticket_id) == col(Ticket.id))
        .where(col(WhatIfTicket.what_if_id) == what_if_id, col(Ticket.number) > after)
        .where(policy.scope_filter(policy.visible(actor)))
        .order_by(col(Ticket.number))
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def run_what_ifs(settings: Settings, stop: Stop) -> None:
    """Answer questions until told to stop. One that is cut short is answered from its beginning by the next worker."""
    processes = max(1, (os.cpu_count() or 1) - 1)
    while not stop.is_set():
        try:
            with closing(connect(settings.database_url, "what-if")) as connection:
                while not stop.wait(POLL_SECONDS):
                    for (what_if_id,) in connection.execute(OPEN).fetchall():
                        answer(settings, connection, what_if_id, processes=processes, stop=stop)
        except AWAY as trouble:
            logger.warning("what-if waits", trouble=str(trouble).strip())
            stop.wait(POLL_SECONDS)


def answer(
    settings: Settings, connection: Connection[Any], what_if_id: UUID, *, processes: int, stop: Stop | None = None
) -> None:
    """Answer one question, unless another worker is at it."""
    with connection.transaction():
        key = what_if_id.int % 2**62
        if connection.execute("select pg_try_advisory_lock(%s)", (key,)).fetchone() != (True,):
            return
    try:
        if connection.execute(BEGUN, (what_if_id,)).fetchone():
            connection.execute("delete from what_if_ticket where what_if_id = %s", (what_if_id,))
            _answer(settings, connection, what_if_id, processes, stop)
    except AWAY:
        raise
    except Exception as trouble:
        logger.exception("what-if failed", what_if_id=str(what_if_id))
        _finish(connection, what_if_id, Comparison(), f"It could not be answered ({type(trouble).__name__}).")
    finally:
        connection.execute("select pg_advisory_unlock(%s)", (key,))


def _answer(
    settings: Settings, connection: Connection[Any], what_if_id: UUID, processes: int, stop: Stop | None
) -> None:
    found, kept, told_at = Comparison(), 0, 0.0

    def is_wanted(done: int, total: int) -> bool:
        nonlocal told_at
        if stop and stop.is_set():
            return False
        if sleeping.monotonic() - told_at < TELL_SECONDS:
            return True
        told_at = sleeping.monotonic()
        return connection.execute(WANTED, (done, total, what_if_id)).fetchone() == (True,)

    try:
        asked = _question(settings, what_if_id)
    except Refusal as refusal:
        _finish(connection, what_if_id, found, refusal.sentence[:1000])
        return
    for some, differing in compare(settings.database_url, asked, processes=processes, is_wanted=is_wanted):
        found.add(some)
        kept += _keep(connection, what_if_id, differing[: MOST_KEPT - kept])
        failpoint("what_if.kept")
    if stop and stop.is_set():
        return
    _finish(connection, what_if_id, found)


def _finish(connection: Connection[Any], what_if_id: UUID, found: Comparison, failure: str = "") -> None:
    answered = Jsonb(found.to_json(), orjson.dumps)
    connection.execute(FINISH, (clock.now(), failure, answered, found.tickets, what_if_id))


def _question(settings: Settings, what_if_id: UUID) -> Question:
    with closing(Database(settings.database_url, most_connections=1)) as database, database.reading() as session:
        row, record = what_if_of(session, what_if_id), house_of(session).sla
        drafted = drafted_rules(session, SYSTEM, record, Draft.model_validate(row.draft))
        return Question(record, drafted, row.since, row.until, row.created_at, zone_of(record))


def _keep(connection: Connection[Any], what_if_id: UUID, differing: Differing) -> int:
    rows = [
        (what_if_id, ticket_id, Jsonb([one._asdict() for one in clocks], orjson.dumps))
        for ticket_id, clocks in differing
    ]
    try:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(KEEP, rows)
    except ForeignKeyViolation:
        return 0  # somebody deleted the question meanwhile
    return len(rows)
