"""What a decision may know of the people whom a command names."""

from collections.abc import Mapping, Set
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.people.person import Person
from app.policy import grants_of, related_grants_of, scope_of
from app.queues.house import House
from app.tickets.command import Somebody
from core.actor import Role, Scope


def somebodies(session: Session, house: House, ids: Set[UUID]) -> Mapping[UUID, Somebody]:
    """Those of `ids` who exist, with the queues in which they may own tickets."""
    if not ids:
        return {}
    rows = session.execute(
        sa.select(
            col(Person.id), col(Person.name), col(Person.role), col(Person.is_active), col(Person.organisation_id)
        ).where(col(Person.id).in_(ids))
    )
    return {
        row.id: Somebody(
            id=row.id,
            name=row.name,
            is_staff=Role(row.role).is_staff,
            is_active=row.is_active,
            organisation_id=row.organisation_id,
            owns_in=_owns_in(house, row.id, Role(row.role)),
            scope=_scope(house, row.id, Role(row.role)),
        )
        for row in rows
    }


def _scope(house: House, person_id: UUID, role: Role) -> Scope:
    if not role.is_staff:
        return Scope()
    return scope_of(role, person_id, None, grants_of(house, person_id, role), related_grants_of(house, role))


def _owns_in(house: House, person_id: UUID, role: Role) -> frozenset[UUID]:
    if not role.is_staff:
        return frozenset()
    if role is Role.ADMIN:
        return frozenset(house.queues)
    return frozenset(queue for queue, rights in grants_of(house, person_id, role).items() if "own" in rights)
