"""Who holds what in a queue: the grants that stand there and above, and the people whom they make rights for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.people.person import Person
from app.queues.house import House
from app.queues.sight import Seer
from core.actor import Role

MOST_PEOPLE = 500
"""More colleagues are not gone through on a page or in a preview."""
INSIDE = [role.value for role in Role if role.is_staff or role is Role.BOT]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person, a role or a relation holds; `queue_id` is where it stands: the queue itself or one above."""

    kind: str
    holder: str
    queue_id: UUID
    rights: tuple[str, ...]


def grants_at(house: House, queue_id: UUID) -> list[Grant]:
    """The grants that hold in a queue, its own first, then those of the queues above."""
    line = list(house.line(queue_id))
    found = [
        Grant(kind, holder, where, tuple(sorted(rights)))
        for (kind, holder, where), rights in house.rights.items()
        if where in line and rights
    ]
    return sorted(found, key=lambda one: (line.index(one.queue_id), one.kind, one.holder))


def colleagues(session: Session) -> list[Seer]:
    """Whoever could hold rights inside, by name: one more than `MOST_PEOPLE` if there are more."""
    rows = session.execute(
        sa.select(col(Person.id), col(Person.name), col(Person.role))
        .where(col(Person.role).in_(INSIDE), col(Person.is_active))
        .order_by(col(Person.name), col(Person.id))
        .limit(MOST_PEOPLE + 1)
    )
    return [Seer(row.id, row.name, Role(row.role)) for row in rows]


def at_work(house: House, queue_id: UUID, people: Sequence[Seer]) -> list[tuple[Seer, list[str]]]:
    """Whoever holds rights in the queue by person or role, with all of them. Administrators hold all everywhere."""
    held = [(one, policy.grants_of(house, one.person_id, one.role).get(queue_id, policy.NONE)) for one in people]
    return [(one, sorted(rights)) for one, rights in held if rights and one.role is not Role.ADMIN]
