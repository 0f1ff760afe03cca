"""The first administrator, and the way back in for whoever runs the machine."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.first_company import found_company
from app.identity.password import hash_password, new_password
from app.identity.session import end_all_sessions
from app.people.person import Person
from app.people.setup import define_person
from core.actor import SYSTEM, Role
from core.errors import NotFound
from core.events import PasswordChanged
from core.ledger import append, wrap

FIRST_ADDRESS = "admin@localhost"


@dataclass(frozen=True, slots=True)
class FreshLogin:
    """An address and a generated password, to be shown once and changed at the first sign-in."""

    email: str
    password: str


def first_admin(session: Session, email: str = FIRST_ADDRESS) -> FreshLogin | None:
    """Make the first administrator, and the company around them; None if somebody administrates already."""
    found_company(session)
    if session.execute(select(col(Person.id)).where(col(Person.role) == Role.ADMIN).limit(1)).first():
        return None
    define_person(session, SYSTEM, name="Administrator", email=email, role=Role.ADMIN, source="setup")
    return reset_password(session, email)


def reset_password(session: Session, email: str) -> FreshLogin:
    """Give a person a new generated password and end their sessions: for the command line, not for the web."""
    person = session.execute(
        select(Person).where(col(Person.email) == email.strip().lower()).with_for_update()
    ).scalar_one_or_none()
    if person is None:
        raise NotFound(f"There is nobody with the address {email}.")
    password = new_password()
    person.password_hash, person.must_change_password = hash_password(password), True
    session.flush()
    append(session, [wrap(PasswordChanged(person_id=person.id, is_reset=True), SYSTEM, source="setup")])
    end_all_sessions(session, SYSTEM, person.id)
    return FreshLogin(person.email, password)
