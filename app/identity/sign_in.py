"""Signing in with address and password, and changing the password. Guessing is limited per account and address."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Database
from app.identity.asking import actor_of
from app.identity.password import hash_password, is_right, must_be_good
from app.identity.session import begin_session, end_all_sessions
from app.people.person import Person
from core import clock
from core.actor import SYSTEM
from core.errors import NotSignedIn, Refusal
from core.events import PasswordChanged, SessionStarted, SignInRefused
from core.ledger import append, wrap

WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT = 5
MOST_PER_ADDRESS = 30


class WrongCredentials(NotSignedIn):
    """Address or password is wrong; which of them is not told."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("The address or the password is not right.")


class TooManyAttempts(Refusal):
    """Somebody tried too often: wait."""

    status = 429
    code = "too_many_attempts"

    def __init__(self, wait_seconds: int) -> None:
        minutes = -(-wait_seconds // 60)
        super().__init__(f"Too many attempts; try again in {minutes} min.", retry_after_seconds=wait_seconds)


def sign_in(
    database: Database, *, email: str, password: str, address: str, hours: int, user_agent: str = ""
) -> tuple[Person, str]:
    """The person and the secret of their new session. `address` is where they call from.

    The attempt is counted before the password is looked at, so that many at once get no more tries than one by one.
    """
    email = email.strip().lower()
    with database.transaction() as session:
        _count_attempt(session, email, address)
    with database.transaction() as session:
        person = session.execute(sa.select(Person).where(col(Person.email) == email)).scalar_one_or_none()
        password_hash = person.password_hash if person and person.is_active else None
    if not is_right(password, password_hash) or person is None:
        _note_refusal(database, person)
        raise WrongCredentials
    with database.transaction() as session:
        session.execute(sa.text("delete from login_attempt where account = :account"), {"account": email})
        append(session, [wrap(SessionStarted(person_id=person.id), actor_of(session, person), source="door")])
        return person, begin_session(session, person, hours, user_agent)


def change_password(session: Session, person_id: UUID, *, new: str, current: str | None = None) -> Person:
    """Give a person a new password and end all their sessions. `current`, if given, must be right."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or (current is not None and not is_right(current, person.password_hash)):
        raise WrongCredentials
    must_be_good(new, person.name, person.email)
    person.password_hash = hash_password(new)
    person.must_change_password = False
    session.flush()
    themselves = actor_of(session, person)
    append(session, [wrap(PasswordChanged(person_id=person_id), themselves, source="door")])
    end_all_sessions(session, themselves, person_id)
    return person


def _note_refusal(database: Database, person: Person | None) -> None:
    """As many events as there are tries: five in a quarter of an hour."""
    if person is not None:
        with database.transaction() as session:
            append(session, [wrap(SignInRefused(person_id=person.id), SYSTEM, source="door")])


def _count_attempt(session: Session, email: str, address: str) -> None:
    """One at a time for each account, so that two cannot both be the fifth."""
    since = clock.now() - WINDOW
    values = {"account": email, "address": address, "since": since, "now": clock.now()}
    session.execute(sa.text("select pg_advisory_xact_lock(hashtextextended(:account, 7))"), values)
    for column, most in (("account", MOST_PER_ACCOUNT), ("address", MOST_PER_ADDRESS)):
        count, oldest = session.execute(
            sa.text(
                f"select count(*), min(attempted_at) from login_attempt where {column} = :{column}"
                " and attempted_at > :since"
            ),
            values,
        ).one()
        if count >= most:
            raise TooManyAttempts(max(1, int((oldest + WINDOW - clock.now()).total_seconds())))
    session.execute(
        sa.text("insert into login_attempt (account, address, attempted_at) values (:account, :address, :now)"), values
    )
    session.execute(sa.text("delete from login_attempt where attempted_at < :since"), values)
