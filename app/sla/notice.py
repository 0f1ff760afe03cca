"""Who is told of warnings and escalations: rows that people see on their pages, until they have seen them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from app.columns import instant, maybe_instant
from app.people.person import Person
from app.policy import grants_of, scope_filter, visible
from app.queues.house import house_of
from app.rest.page import behind, read_cursor
from app.rest.page import instant as instant_of
from app.sla.clock import Clock
from app.sla.moments import Moment
from app.tickets.ticket import Ticket
from core import clock as time
from core.actor import Actor, Role
from core.ids import new_id


class SlaNotice(SQLModel, table=True):
    """Somebody is told that a clock nears its due time, or is over it."""

    __tablename__ = "sla_notice"
    __table_args__ = (
        sa.Index("sla_notice_unseen", "person_id", "created_at", postgresql_where=sa.text("seen_at is null")),
        sa.Index("sla_notice_of_person", "person_id", "created_at", "id"),
        sa.Index("sla_notice_to_mail", "mail_at", postgresql_where=sa.text("mail_at is not null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID
    ticket_id: UUID
    clock_id: UUID
    target: str = Field(max_length=30)
    what: str = Field(max_length=10)
    level: int
    due_at: datetime = instant()
    created_at: datetime = instant()
    seen_at: datetime | None = maybe_instant()
    mail_at: datetime | None = maybe_instant()
    """When a mail is to be tried (app/mail); None: no more."""
    mail_tries: int = 0
    mailed_at: datetime | None = maybe_instant()


def notify(  # noqa: PLR0917 — all of it is the notice
    session: Session, ticket: Ticket, clock: Clock, what: Literal["warned", "escalated"], moment: Moment,
    groups: Collection[str], person_ids: Iterable[UUID] = (),
) -> list[UUID]:  # fmt: skip
    """Tell these people, and say whom."""
    told = set(person_ids)
    if "owner" in groups and ticket.agent_id:
        told.add(ticket.agent_id)
    if "queue" in groups:
        told |= leaders(session, ticket.queue_id)
    now = time.now()
    session.add_all(
        SlaNotice(
            person_id=person_id, ticket_id=ticket.id, clock_id=clock.clock_id, target=clock.target, what=what,
            level=moment.level, due_at=clock.due_at or moment.instant, created_at=now, mail_at=now,
        )
        for person_id in told
    )  # fmt: skip
    session.flush()
    return sorted(told)


def leaders(session: Session, queue_id: UUID) -> set[UUID]:
    """The supervisors of a queue."""
    house = house_of(session)
    staff = session.execute(
        sa.select(col(Person.id)).where(col(Person.is_active), col(Person.role) == Role.SUPERVISOR)
    ).scalars()
    return {person_id for person_id in staff if queue_id in grants_of(house, person_id, Role.SUPERVISOR)}


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with its ticket."""

    notice: SlaNotice
    ticket: Ticket


def notices_of(
    session: Session, actor: Actor, *, unseen: bool = False, limit: int = 50, after: str | None = None
) -> list[Told]:
    """What this actor was told, the newest first, on tickets that they (still) see; and one more if there are more."""
    keys = [col(SlaNotice.created_at), col(SlaNotice.id)]
    query = (
        sa.select(SlaNotice, Ticket)
        .join(Ticket, col(Ticket.id) == col(SlaNotice.ticket_id))
        .where(col(SlaNotice.person_id) == actor.person_id, scope_filter(visible(actor)))
    )
    if unseen:
        query = query.where(col(SlaNotice.seen_at).is_(None))
    if after:
        query = query.where(behind(keys, read_cursor(after, instant_of, UUID), descending=True))
    rows = session.execute(query.order_by(*[key.desc() for key in keys]).limit(limit + 1))
    return [Told(notice, ticket) for notice, ticket in rows]


def mark_seen(session: Session, actor: Actor, notice_ids: Collection[UUID] | None) -> int:
    """Put these notices of one's own away, or all."""
    query = sa.update(SlaNotice).where(col(SlaNotice.person_id) == actor.person_id, col(SlaNotice.seen_at).is_(None))
    if notice_ids is not None:
        query = query.where(col(SlaNotice.id).in_(notice_ids))
    done = session.execute(query.values(seen_at=time.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]
