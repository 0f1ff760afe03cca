"""From a person's row to the Actor who asks: rights and scope as they stand now."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.people.person import Organisation, Person
from app.policy import grants_of, related_grants_of, scope_of
from app.queues.house import house_of
from core.actor import Actor, Role


def actor_of(
    session: Session,
    person: Person,
    *,
    token_id: UUID | None = None,
    read_only: bool = False,
    limited_to: frozenset[str] | None = None,
) -> Actor:
    """The Actor that a person is at this moment. It lives for seconds only: rights change."""
    role = Role(person.role)
    house = house_of(session)
    grants, related = grants_of(house, person.id, role), related_grants_of(house, role)
    return Actor(
        person_id=person.id,
        name=person.name,
        role=role,
        scope=scope_of(role, person.id, _shared_organisation(session, person), grants, related, fields=house.fields),
        timezone=person.timezone,
        locale=person.locale,
        grants=grants,
        related=related,
        organisation_id=person.organisation_id,
        token_id=token_id,
        read_only=read_only,
        limited_to=limited_to,
    )


def _shared_organisation(session: Session, person: Person) -> UUID | None:
    if person.organisation_id is None or person.role != Role.CUSTOMER:
        return None
    organisation = session.get(Organisation, person.organisation_id)
    return organisation.id if organisation and organisation.is_shared else None
