"""People and organisations over HTTP. Colleagues know everybody, customers themselves; administrators change roles."""

from datetime import datetime
from functools import partial
from typing import Annotated, Self
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlmodel import col

from app import policy
from app.identity import reset_password
from app.identity.session import end_all_sessions
from app.people.address import address_for
from app.people.person import Organisation, Person
from app.people.setup import define_organisation, define_person
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Writing
from app.rest.fields import Email, Name, Short, Zone
from app.rest.page import After, Limit, Page, behind, page_of, read_cursor, word
from app.rest.problem import responses
from core.actor import Actor, Role
from core.errors import NotAllowed, NotFound

ANY = responses(401, 403, 404, 422, 503)
people = APIRouter(prefix=f"{PREFIX}/people", tags=["people"], route_class=Route, responses=ANY)
organisations = APIRouter(prefix=f"{PREFIX}/organisations", tags=["organisations"], route_class=Route, responses=ANY)

ASSIGNABLE = (Role.ADMIN, Role.SUPERVISOR, Role.AGENT, Role.LIGHT_AGENT, Role.CUSTOMER, Role.BOT)


class PersonWish(BaseModel):
    """A person as they shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    email: Email
    role: Annotated[Role, Field(description="`system` cannot be given.")] = Role.CUSTOMER
    organisation_id: UUID | None = None
    timezone: Zone = "UTC"
    locale: str = Field("en", pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,7})?$")
    is_active: StrictBool = Field(True, description="Whether they may come in.")


class PersonFilter(BaseModel):
    """Which people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role | None = None
    email: Email | None = None
    organisation_id: UUID | None = None
    limit: int = Field(50, ge=1, le=100, description="How many items a page holds.")
    after: str | None = Field(None, max_length=200, description="`next` of the page before.")


class PersonAnswer(BaseModel):
    """Somebody we know."""

    id: UUID
    name: str
    email: str = Field(description="Masked (`c…@example.com`) without the right `contact` in any queue.")
    role: Role
    organisation_id: UUID | None
    timezone: str
    locale: str
    is_active: bool
    created_at: datetime

    @classmethod
    def of(cls, person: Person, actor: Actor) -> Self:
        """What is told of a person."""
        told = person.model_dump(exclude={"password_hash", "must_change_password", "email"})
        return cls(**told, email=address_for(actor, person))


class FreshPassword(BaseModel):
    """A generated password, to be changed at the next sign-in. Shown this once; a repeated request gets null."""

    password: str | None


class OrganisationWish(BaseModel):
    """An organisation as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    tier: Short | None = None
    region: Short | None = None
    is_shared: StrictBool = Field(False, description="Whether its people see each other's tickets.")


class OrganisationAnswer(BaseModel):
    """A customer's company."""

    id: UUID
    name: str
    tier: str | None
    region: str | None
    is_shared: bool

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """What is told of an organisation."""
        return cls(**organisation.model_dump(exclude={"created_at"}))


@people.get("")
def list_people(ask: Reading, wanted: Annotated[PersonFilter, Query()]) -> Page[PersonAnswer]:
    """People by name; customers see themselves only."""
    keys = [col(Person.name), col(Person.id)]
    query = sa.select(Person).where(policy.person_filter(ask.actor))
    if wanted.role:
        query = query.where(col(Person.role) == wanted.role.value)
    if wanted.email:
        _must_have_addresses(ask.actor)
        query = query.where(col(Person.email) == wanted.email.lower())
    if wanted.organisation_id:
        query = query.where(col(Person.organisation_id) == wanted.organisation_id)
    if wanted.after:
        query = query.where(behind(keys, read_cursor(wanted.after, word, UUID), descending=False))
    found = list(ask.session.execute(query.order_by(*keys).limit(wanted.limit + 1)).scalars())
    items, more = page_of(
        found, wanted.limit, partial(PersonAnswer.of, actor=ask.actor), lambda one: (one.name, one.id)
    )
    return Page(items=items, next=more)


@people.post("", status_code=201, responses=responses(409))
def create_person(ask: Writing, body: PersonWish) -> PersonAnswer:
    """Add a person. Colleagues who may open tickets may add customers; all others are for administrators."""
    _must_be_giveable(body.role)
    if body.role is not Role.CUSTOMER:
        policy.demand_admin(ask.actor)
    else:
        policy.demand_customer_keeper(ask.actor)
    return PersonAnswer.of(define_person(ask.session, ask.actor, **body.model_dump()), ask.actor)


@people.get("/{person_id}")
def read_person(ask: Reading, person_id: UUID) -> PersonAnswer:
    """One person."""
    return PersonAnswer.of(_seen(ask, person_id), ask.actor)


@people.put("/{person_id}", responses=responses(409))
def change_person(ask: Writing, person_id: UUID, body: PersonWish) -> PersonAnswer:
    """Change a person (administrators only). A new role or the end of access ends their sessions."""
    policy.demand_admin(ask.actor)
    _must_be_giveable(body.role)
    before = _seen(ask, person_id)
    loses = before.role != body.role.value or not body.is_active
    person = define_person(ask.session, ask.actor, person_id=person_id, **body.model_dump())
    if loses:
        end_all_sessions(ask.session, ask.actor, person_id)
    ask.forget_visitors()
    return PersonAnswer.of(person, ask.actor)


@people.post("/{person_id}/password")
def reset_person_password(ask: Writing, person_id: UUID) -> FreshPassword:
    """Give a person a generated password (administrators only); all their sessions end."""
    policy.demand_admin(ask.actor)
    fresh = reset_password(ask.session, _seen(ask, person_id).email)
    ask.kept_instead = FreshPassword(password=None)
    ask.forget_visitors()
    return FreshPassword(password=fresh.password)


@organisations.get("")
def list_organisations(ask: Reading, limit: Limit = 50, after: After = None) -> Page[OrganisationAnswer]:
    """Organisations by name; customers see their own only."""
    keys = [col(Organisation.name), col(Organisation.id)]
    query = sa.select(Organisation).where(policy.organisation_filter(ask.actor))
    if after:
        query = query.where(behind(keys, read_cursor(after, word, UUID), descending=False))
    found = list(ask.session.execute(query.order_by(*keys).limit(limit + 1)).scalars())
    items, more = page_of(found, limit, OrganisationAnswer.of, lambda one: (one.name, one.id))
    return Page(items=items, next=more)


@organisations.post("", status_code=201, responses=responses(409))
def create_organisation(ask: Writing, body: OrganisationWish) -> OrganisationAnswer:
    """Add an organisation (administrators only)."""
    policy.demand_admin(ask.actor)
    return OrganisationAnswer.of(define_organisation(ask.session, ask.actor, **body.model_dump()))


@organisations.get("/{organisation_id}")
def read_organisation(ask: Reading, organisation_id: UUID) -> OrganisationAnswer:
    """One organisation."""
    return OrganisationAnswer.of(_seen_organisation(ask, organisation_id))


@organisations.put("/{organisation_id}", responses=responses(409))
def change_organisation(ask: Writing, organisation_id: UUID, body: OrganisationWish) -> OrganisationAnswer:
    """Change an organisation (administrators only)."""
    policy.demand_admin(ask.actor)
    _seen_organisation(ask, organisation_id)
    ask.forget_visitors()
    return OrganisationAnswer.of(
        define_organisation(ask.session, ask.actor, organisation_id=organisation_id, **body.model_dump())
    )


def _seen(ask: Ask, person_id: UUID) -> Person:
    person = ask.session.execute(
        sa.select(Person).where(col(Person.id) == person_id, policy.person_filter(ask.actor))
    ).scalar_one_or_none()
    if person is None:
        raise NotFound("There is no such person, or you may not see them.")
    return person


def _seen_organisation(ask: Ask, organisation_id: UUID) -> Organisation:
    organisation = ask.session.execute(
        sa.select(Organisation).where(col(Organisation.id) == organisation_id, policy.organisation_filter(ask.actor))
    ).scalar_one_or_none()
    if organisation is None:
        raise NotFound("There is no such organisation, or you may not see it.")
    return organisation


def _must_have_addresses(actor: Actor) -> None:
    """Customers look through themselves only."""
    if actor.scope.internal and not actor.scope.sees_addresses:
        raise NotAllowed("To look for addresses takes the right 'contact' in a queue; look for names.", right="contact")


def _must_be_giveable(role: Role) -> None:
    if role not in ASSIGNABLE:
        raise NotAllowed("Nobody can be given this role.")
