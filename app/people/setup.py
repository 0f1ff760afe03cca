"""Adding and changing people and organisations. Names and addresses stay in their rows; events carry ids only."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.people.person import Organisation, Person
from app.queues.setup import NameTaken
from core import clock
from core.actor import Actor, Role
from core.errors import Conflict, NotFound
from core.events import OrganisationDefined, PersonDefined
from core.ids import new_id
from core.ledger import append, wrap


class AddressTaken(Conflict):
    """One person, one e-mail address."""

    code = "address_taken"


class LastAdmin(Conflict):
    """Somebody must be able to set up the house."""

    code = "last_admin"


def define_organisation(
    session: Session,
    actor: Actor,
    *,
    name: str,
    tier: str | None = None,
    region: str | None = None,
    is_shared: bool = False,
    organisation_id: UUID | None = None,
    source: str = "api",
) -> Organisation:
    """Add an organisation, or change the one with `organisation_id`."""
    organisation = session.get(Organisation, organisation_id, with_for_update=True) if organisation_id else None
    holder = session.execute(select(col(Organisation.id)).where(col(Organisation.name) == name)).scalar()
    if holder not in (None, organisation_id):
        raise NameTaken(f"The name {name} is taken; choose another.")
    told = (name, tier, region, is_shared)
    before = (
        (organisation.name, organisation.tier, organisation.region, organisation.is_shared) if organisation else None
    )
    organisation = organisation or Organisation(id=organisation_id or new_id(), name=name, created_at=clock.now())
    organisation.name, organisation.tier, organisation.region = name, tier, region
    organisation.is_shared = is_shared
    session.add(organisation)
    session.flush()
    if before != told:
        event = OrganisationDefined(
            organisation_id=organisation.id, name=name, tier=tier, region=region, is_shared=is_shared
        )
        append(session, [wrap(event, actor, source=source)])
    return organisation


def define_person(
    session: Session,
    actor: Actor,
    *,
    name: str,
    email: str,
    role: Role,
    organisation_id: UUID | None = None,
    timezone: str = "UTC",
    locale: str = "en",
    is_active: bool = True,
    person_id: UUID | None = None,
    source: str = "api",
) -> Person:
    """Add a person, or change the one with `person_id`. A new person has no password and cannot sign in yet."""
    email = email.strip().lower()
    person = session.get(Person, person_id, with_for_update=True) if person_id else None
    holder = session.execute(select(col(Person.id)).where(col(Person.email) == email)).scalar()
    if holder not in (None, person_id):
        raise AddressTaken("Somebody with this address is here already.")
    if organisation_id and session.get(Organisation, organisation_id) is None:
        raise NotFound("There is no such organisation.")
    if person and _stops_being_admin(person, role, is_active):
        _must_not_be_the_last_admin(session, person.id)
    before = (_told(person), person.name, person.email) if person else None
    person = person or Person(id=person_id or new_id(), role=role, name=name, email=email, created_at=clock.now())
    person.name, person.email, person.role = name, email, role.value
    person.organisation_id, person.timezone, person.locale = organisation_id, timezone, locale
    person.is_active = is_active
    session.add(person)
    session.flush()
    told = _told(person)
    if before != (told, name, email):  # a new name is told as well, without saying it: search shows names
        append(session, [wrap(told, actor, source=source)])
    return person


def known(session: Session, person_id: UUID) -> Person:
    """The person with this id, or a refusal."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person, or you may not see them.")
    return person


def _told(person: Person) -> PersonDefined:
    return PersonDefined(
        person_id=person.id,
        role=person.role,
        organisation_id=person.organisation_id,
        timezone=person.timezone,
        locale=person.locale,
        is_active=person.is_active,
    )


def _stops_being_admin(person: Person, role: Role, is_active: bool) -> bool:
    return person.role == Role.ADMIN and person.is_active and not (role is Role.ADMIN and is_active)


def _must_not_be_the_last_admin(session: Session, person_id: UUID) -> None:
    """Two admins who demote each other at once: the lock on all admins' rows lets only the first."""
    admins = session.execute(
        select(col(Person.id)).where(col(Person.role) == Role.ADMIN, col(Person.is_active)).with_for_update()
    ).scalars()
    if set(admins) <= {person_id}:
        raise LastAdmin("This is the last administrator; make somebody else one first.")
