""" "View as": an administrator looks at the platform exactly as another person would see it.

It belongs to the browser's session: that says whose eyes it has and until when, and the doorkeeper then hands out the
viewed person's Actor with the administrator behind it (`Actor.viewer`). So every decision is the viewed person's, and
every line in the ledger the administrator's. Nothing can be changed meanwhile but to leave.
"""

from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.identity.credential import WebSession
from app.people.person import Person
from core import clock
from core.actor import Actor, Role
from core.errors import Conflict, NotAllowed, NotSignedIn
from core.events import ViewAsEnded, ViewAsStarted
from core.ledger import append, wrap

LONGEST_MINUTES = 60
USUAL_MINUTES = 30

LEAVING = {
    ("DELETE", "/api/v1/session/view-as"),
    ("POST", "/view-as/leave"),
    ("DELETE", "/api/v1/session"),
    ("POST", "/sign-out"),
}
ASKS_BY_POST = {("POST", "/dashboards/_dash-update-component")}
"""Dashboards ask their questions so; they have nothing that could be changed."""

Reason = Literal["left", "expired", "session_ended", "not_allowed"]


class OnlyLooking(NotAllowed):
    """Whoever looks through another's eyes wants to change something."""

    code = "only_looking"

    def __init__(self, actor: Actor) -> None:
        super().__init__(f"You look with the eyes of {actor.name}: nothing can be changed. Leave this view first.")


def is_open_to_lookers(method: str, path: str) -> bool:
    """Which unsafe requests somebody with another's eyes may send: the ways out, and those that only ask."""
    return (method, path) in LEAVING or (method, path) in ASKS_BY_POST


def start(session: Session, actor: Actor, secret_hash: bytes | None, person: Person, minutes: int) -> datetime:
    """Give a browser's session another person's eyes; returns until when."""
    web_session = _own_session(session, actor, secret_hash)
    if not is_for(actor, person):
        raise NotAllowed("Other administrators, the platform itself and oneself are not looked through.")
    if not person.is_active:
        raise Conflict("This person is switched off and cannot come in: there is nothing that they see.")
    until = min(clock.now() + timedelta(minutes=minutes), web_session.expires_at)
    web_session.viewing_id, web_session.viewing_until = person.id, until
    session.flush()
    event = ViewAsStarted(viewer_id=web_session.person_id, person_id=person.id, until=until)
    append(session, [wrap(event, actor, source="door")])
    return until


def is_for(actor: Actor, person: Person) -> bool:
    """Whose eyes an administrator may have: of all who hold fewer rights. What an administrator has to themselves,
    such as private views, is nobody else's.
    """
    return person.role not in (Role.ADMIN, Role.SYSTEM) and person.id != actor.person_id


def leave(session: Session, viewer: Actor, secret_hash: bytes | None) -> None:
    """See with one's own eyes again; nothing happens to a session that does."""
    web_session = session.get(WebSession, secret_hash) if secret_hash else None
    if web_session is not None:
        _end(session, web_session, viewer, "left")


def viewed_in(session: Session, web_session: WebSession, viewer: Actor) -> Person | None:
    """Whose eyes this session has, if it is still so; what is over ends here."""
    if web_session.viewing_id is None or web_session.viewing_until is None:
        return None
    person = session.get_one(Person, web_session.viewing_id)
    if web_session.viewing_until <= clock.now():
        _end(session, web_session, viewer, "expired")
    elif viewer.role is not Role.ADMIN or not person.is_active or not is_for(viewer, person):
        _end(session, web_session, viewer, "not_allowed")
    else:
        return person
    return None


def must_be_at_a_browser(actor: Actor, secret_hash: bytes | None) -> None:
    """Refuse everybody but administrators who signed in."""
    if actor.role is not Role.ADMIN:
        raise NotAllowed("Only administrators look through the eyes of others.")
    if secret_hash is None:
        raise NotAllowed("A token has eyes of its own; sign in with address and password to look through others'.")


def _own_session(session: Session, actor: Actor, secret_hash: bytes | None) -> WebSession:
    must_be_at_a_browser(actor, secret_hash)
    web_session = session.get(WebSession, secret_hash, with_for_update=True)
    if web_session is None:
        raise NotSignedIn("This session has ended; sign in again.")
    return web_session


def _end(session: Session, web_session: WebSession, viewer: Actor, reason: Reason) -> None:
    """Once, also if two processes notice at the same time."""
    viewed_id = web_session.viewing_id
    ended = session.execute(
        sa.update(WebSession)
        .where(col(WebSession.secret_hash) == web_session.secret_hash, col(WebSession.viewing_id) == viewed_id)
        .values(viewing_id=None, viewing_until=None)
        .returning(col(WebSession.person_id))
    ).scalar_one_or_none()
    if ended is not None and viewed_id is not None:
        event = ViewAsEnded(viewer_id=ended, person_id=viewed_id, reason=reason)
        append(session, [wrap(event, viewer, source="door")])
