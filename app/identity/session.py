"""Browser sessions: begun at sign-in, ended by sign-out, a new password or twelve hours."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.identity.credential import WebSession
from app.identity.secret import hashed, new_secret
from app.people.person import Person
from app.presence.show import leave
from core import clock
from core.actor import Actor
from core.events import Event, SessionEnded, ViewAsEnded
from core.ledger import append, wrap

COOKIE = "clearqueue"
SECURE_COOKIE = "__Host-clearqueue"


def begin_session(session: Session, person: Person, hours: int, user_agent: str = "") -> str:
    """Sign a person in; returns the cookie's secret, which is kept nowhere."""
    secret, now = new_secret(), clock.now()
    session.add(
        WebSession(
            secret_hash=hashed(secret),
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=hours),
            user_agent=user_agent[:300],
        )
    )
    session.flush()
    return secret


def live_session(session: Session, secret_hash: bytes) -> tuple[WebSession, Person] | None:
    """The session with this secret and its person, if it still lives and they may still come in."""
    row = session.execute(
        sa.select(WebSession, Person)
        .join(Person, col(WebSession.person_id) == col(Person.id))
        .where(
            col(WebSession.secret_hash) == secret_hash,
            col(WebSession.expires_at) > clock.now(),
            col(Person.is_active),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def session_person(session: Session, secret_hash: bytes) -> Person | None:
    """Whose session this is, if it still lives and they may still come in."""
    found = live_session(session, secret_hash)
    return found[1] if found else None


def end_session(session: Session, actor: Actor, secret_hash: bytes) -> None:
    """Sign out."""
    _end(session, actor, col(WebSession.secret_hash) == secret_hash, everywhere=False)


def end_all_sessions(session: Session, actor: Actor, person_id: UUID) -> None:
    """Sign out everywhere: after a new password, or when somebody may no longer come in."""
    _end(session, actor, col(WebSession.person_id) == person_id, everywhere=True)


def end_other_sessions(session: Session, actor: Actor, person_id: UUID, this: bytes | None) -> None:
    """Sign out in every other browser."""
    _end(
        session,
        actor,
        (col(WebSession.person_id) == person_id) & (col(WebSession.secret_hash) != this),
        everywhere=False,
    )


def _end(session: Session, actor: Actor, which: sa.ColumnElement[bool], *, everywhere: bool) -> None:
    columns = col(WebSession.person_id), col(WebSession.viewing_id)
    ended = session.execute(sa.delete(WebSession).where(which).returning(*columns)).all()
    events: list[Event] = [
        ViewAsEnded(viewer_id=viewer_id, person_id=viewed_id, reason="session_ended")
        for viewer_id, viewed_id in ended
        if viewed_id
    ]
    events += [SessionEnded(person_id=one, everywhere=everywhere) for one in {person_id for person_id, _ in ended}]
    append(session, [wrap(event, actor, source="door") for event in events])
    leave(session, actor, {person_id for person_id, _ in ended}, "signed_out")
