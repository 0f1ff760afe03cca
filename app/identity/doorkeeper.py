"""Who is at the door: a cookie's or token's secret → an Actor, remembered for two seconds.

A sign-out, a revoked token or a changed right takes effect here at once or after two seconds elsewhere; together with
the house's own two seconds that stays below the five that RELIABILITY.md (A-07) allows.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Database
from app.identity.asking import actor_of
from app.identity.credential import ApiToken, WebSession
from app.identity.secret import hashed
from app.identity.session import session_person
from app.identity.token import live_token
from core import clock
from core.actor import Actor

REMEMBER_SECONDS = 2.0
MOST_REMEMBERED = 10_000
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody recognised. `session_hash` is set for a browser, whose password may have to be changed first."""

    actor: Actor
    session_hash: bytes | None = None
    must_change_password: bool = False


class Doorkeeper:
    """Recognises secrets, and forgets whom it is told to forget."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, tuple[float, Visitor | None]] = {}
        self._lock = Lock()

    def remembered(self, secret: str) -> tuple[bool, Visitor | None]:
        """Whether this secret was looked up just now, and what came of it. Touches no database."""
        found = self._known.get(hashed(secret))
        if found and time.monotonic() < found[0]:
            return True, found[1]
        return False, None

    def recognise(self, secret: str, *, is_token: bool) -> Visitor | None:
        """Look a secret up."""
        secret_hash = hashed(secret)
        until = time.monotonic() + REMEMBER_SECONDS
        with self._database.transaction() as session:
            visitor = (_by_token if is_token else _by_cookie)(session, secret_hash)
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[secret_hash] = (until, visitor)
        return visitor

    def forget_all(self) -> None:
        """Somebody's rights, password or tokens changed here: look everybody up again."""
        with self._lock:
            self._known.clear()


def _by_cookie(session: Session, secret_hash: bytes) -> Visitor | None:
    person = session_person(session, secret_hash)
    if person is None:
        return None
    now = clock.now()
    session.execute(
        sa.update(WebSession)
        .where(col(WebSession.secret_hash) == secret_hash, col(WebSession.last_seen_at) < now - SEEN_EVERY)
        .values(last_seen_at=now)
    )
    return Visitor(actor_of(session, person), secret_hash, person.must_change_password)


def _by_token(session: Session, secret_hash: bytes) -> Visitor | None:
    found = live_token(session, secret_hash)
    if found is None:
        return None
    token, person = found
    now = clock.now()
    unseen = sa.or_(col(ApiToken.last_used_at).is_(None), col(ApiToken.last_used_at) < now - SEEN_EVERY)
    session.execute(sa.update(ApiToken).where(col(ApiToken.id) == token.id, unseen).values(last_used_at=now))
    return Visitor(actor_of(session, person, token_id=token.id, read_only="write" not in token.scopes))
