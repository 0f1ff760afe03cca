"""Who is at the door: a cookie's or token's secret → an Actor, remembered for two seconds.

A sign-out, a revoked token or a changed right takes effect here at once or after two seconds elsewhere; together with
the house's own two seconds that stays below the five that RELIABILITY.md (A-07) allows. Shortly before the two seconds
are over one request looks the secret up again; a crowd that asks meanwhile does not have to.
"""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.orm import Session

from app.db import Database
from app.identity.asking import actor_of
from app.identity.secret import hashed
from app.identity.session import live_session
from app.identity.token import live_token, trouble_with
from app.identity.view_as import viewed_in
from app.policy import READING, RIGHTS
from core import clock
from core.actor import Actor

REMEMBER_SECONDS = 2.0
RENEW_AFTER_SECONDS = 1.2
MOST_REMEMBERED = 10_000
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody recognised. `session_hash` is set for a browser, whose password may have to be changed first."""

    actor: Actor
    session_hash: bytes | None = None
    must_change_password: bool = False
    viewing_until: datetime | None = None
    """When the view with the eyes of `actor` ends, if it is one."""


class _Remembered:
    """What came of a look-up, and until when that holds."""

    def __init__(self, visitor: Visitor | None, renew_at: float, until: float, trouble: str = "") -> None:
        self.visitor, self.renew_at, self.until, self.trouble = visitor, renew_at, until, trouble

    def somebody_renews(self) -> bool:
        """True for the one who is to look again; the others go on until it is over."""
        self.renew_at = self.until
        return True


class Doorkeeper:
    """Recognises secrets, and forgets whom it is told to forget."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, _Remembered] = {}
        self._lock = Lock()

    def remembered(self, secret: str) -> tuple[bool, Visitor | None]:
        """Whether this secret was looked up just now, and what came of it. Touches no database."""
        found = self._known.get(hashed(secret))
        now = time.monotonic()
        if found is None or now > found.until or (now > found.renew_at and found.somebody_renews()):
            return False, None
        return True, found.visitor

    def trouble(self, secret: str) -> str:
        """Why a token that was just looked up opens nothing any more; empty for a secret that we never knew."""
        found = self._known.get(hashed(secret))
        return found.trouble if found else ""

    def recognise(self, secret: str, *, is_token: bool) -> Visitor | None:
        """Look a secret up."""
        secret_hash = hashed(secret)
        now = time.monotonic()
        with self._database.transaction() as session:
            visitor = (_by_token if is_token else _by_cookie)(session, secret_hash)
            trouble = trouble_with(session, secret_hash) if is_token and visitor is None else ""
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            until = now + REMEMBER_SECONDS
            self._known[secret_hash] = _Remembered(visitor, now + RENEW_AFTER_SECONDS, until, trouble)
        return visitor

    def forget_all(self) -> None:
        """Somebody's rights, password or tokens changed here: look everybody up again."""
        with self._lock:
            self._known.clear()


def _by_cookie(session: Session, secret_hash: bytes) -> Visitor | None:
    found = live_session(session, secret_hash)
    if found is None:
        return None
    web_session, person = found
    if clock.now() - web_session.last_seen_at > SEEN_EVERY:
        web_session.last_seen_at = clock.now()
    actor = actor_of(session, person)
    if (viewed := viewed_in(session, web_session, actor)) is not None:
        return Visitor(
            replace(actor_of(session, viewed), viewer=actor), secret_hash, viewing_until=web_session.viewing_until
        )
    return Visitor(actor, secret_hash, person.must_change_password)


def _by_token(session: Session, secret_hash: bytes) -> Visitor | None:
    found = live_token(session, secret_hash)
    if found is None:
        return None
    token, person = found
    if token.last_used_at is None or clock.now() - token.last_used_at > SEEN_EVERY:
        token.last_used_at = clock.now()
    rights = frozenset(token.scopes) & RIGHTS - READING
    is_full = "write" in token.scopes
    actor = actor_of(
        session, person,
        token_id=token.id, read_only=not is_full and not rights, limited_to=None if is_full else rights,
    )  # fmt: skip
    return Visitor(actor)
