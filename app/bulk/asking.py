"""Asking for a bulk edit, looking how far it is, and cancelling it."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.audience import demand_staff
from app.bulk.job import BulkJob, BulkTicket
from app.filters.names import tree_of
from app.filters.sql import clause_of
from app.macros.actions import AnyAction, demand_sayable, hash_of, written_actions
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.events import BulkStarted
from core.ids import new_id
from core.ledger import append, wrap

MOST_TICKETS = 20_000


class TooManyTickets(Conflict):
    """More tickets than one bulk edit takes."""

    code = "too_many_tickets"


def start_bulk(
    session: Session,
    actor: Actor,
    actions: Sequence[AnyAction],
    *,
    query: str | None = None,
    ticket_ids: Sequence[UUID] = (),
    if_unchanged: bool = False,
    source: str = "api",
) -> BulkJob:
    """Note which tickets it concerns (those that match now and that the actor may see) and let the worker begin.

    `if_unchanged`: a ticket that changes before its turn is refused, as with If-Match.
    """
    demand_staff(actor)
    policy.demand_write(actor)
    demand_sayable(actions)
    if actor.person_id is None or (query is None) == (not ticket_ids):
        raise Conflict("Name the tickets, or a filter that finds them, and not both.")
    chosen = col(Ticket.id).in_(ticket_ids) if query is None else clause_of(tree_of(session, actor, query))
    clause = sa.and_(policy.scope_filter(actor.scope), chosen)
    _demand_some(session, clause)
    job = BulkJob(
        person_id=actor.person_id, query=query, actions={"steps": written_actions(actions)}, cause_id=new_id(),
        total=0, created_at=clock.now(),
    )  # fmt: skip
    session.add(job)
    session.flush()
    _note_tickets(session, job, clause, if_unchanged=if_unchanged)
    started = BulkStarted(
        job_id=job.id, tickets=job.total, actions=[action.do for action in actions], actions_hash=hash_of(actions)
    )
    append(session, [wrap(started, actor, source=source, event_id=job.cause_id, correlation_id=job.id)])
    return job


def job_of(session: Session, actor: Actor, job_id: UUID) -> BulkJob:
    """A bulk edit: its owner's, and administrators'."""
    job = session.get(BulkJob, job_id)
    if job is None or not (job.person_id == actor.person_id or actor.scope.everything):
        raise NotFound("There is no such bulk edit, or it is not yours.")
    return job


def jobs_of(session: Session, actor: Actor, limit: int = 50) -> list[BulkJob]:
    """The actor's own bulk edits, the newest first."""
    query = sa.select(BulkJob).where(col(BulkJob.person_id) == actor.person_id)
    return list(session.execute(query.order_by(col(BulkJob.created_at).desc()).limit(limit)).scalars())


def cancel_bulk(session: Session, actor: Actor, job_id: UUID) -> BulkJob:
    """Stop before the next ticket. What is done stays done; the report tells how far it came."""
    job_of(session, actor, job_id)
    job = session.get_one(BulkJob, job_id, with_for_update=True, populate_existing=True)
    if job.finished_at is None:
        job.is_cancelled = True
        session.flush()
    return job


def _demand_some(session: Session, clause: sa.ColumnElement[bool]) -> None:
    some = sa.select(sa.literal(1)).select_from(Ticket).where(clause).limit(MOST_TICKETS + 1).subquery()
    total: int = session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    if total > MOST_TICKETS:
        raise TooManyTickets(f"That finds more than {MOST_TICKETS} tickets; narrow the filter.", most=MOST_TICKETS)
    if total == 0:
        raise NotFound("No ticket that you may see matches.")


def _note_tickets(session: Session, job: BulkJob, clause: sa.ColumnElement[bool], *, if_unchanged: bool) -> None:
    version = col(Ticket.version) if if_unchanged else sa.null()
    rows = sa.select(
        sa.literal(job.id, sa.Uuid), col(Ticket.number), col(Ticket.id), sa.cast(version, sa.Integer), sa.literal(0)
    ).where(clause)
    columns = ["job_id", "number", "ticket_id", "expected_version", "attempts"]
    session.execute(sa.insert(BulkTicket).from_select(columns, rows))
    noted = sa.select(sa.func.count()).where(col(BulkTicket.job_id) == job.id)
    job.total = session.execute(noted).scalar_one()
    session.flush()
