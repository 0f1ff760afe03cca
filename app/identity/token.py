"""API tokens: shown once, with scopes and an end. Whoever holds one acts as its person, never with more rights."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.identity.credential import ApiToken
from app.identity.secret import TOKEN_MARK, hashed, new_secret
from app.people.person import Person
from core import clock
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.events import TokenIssued, TokenRevoked
from core.ids import new_id
from core.ledger import append, wrap

LONGEST_DAYS = 366


def issue_token(
    session: Session,
    actor: Actor,
    *,
    person_id: UUID,
    name: str,
    scopes: Collection[str] = ("read", "write"),
    days: int = 90,
    source: str = "api",
) -> tuple[ApiToken, str]:
    """Make a token; returns its row and the secret, which nobody sees again.

    `scopes`: `read`, `write` (all that the person may do), or single rights (app.policy.RIGHTS) in place of `write`.
    A token that is good for less than its person makes no tokens: they could be good for more.
    """
    if actor.token_id and actor.limited_to is not None:
        raise NotAllowed("This token is good for some rights only and makes no tokens.")
    prefix = TOKEN_MARK + secrets.token_hex(4)
    secret = f"{prefix}_{new_secret()}"
    now = clock.now()
    token = ApiToken(
        id=new_id(now),
        person_id=person_id,
        name=name,
        prefix=prefix,
        secret_hash=hashed(secret),
        scopes=sorted({"read", *scopes}),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    event = TokenIssued(
        token_id=token.id, person_id=person_id, prefix=prefix, scopes=token.scopes, expires_at=token.expires_at
    )
    append(session, [wrap(event, actor, source=source)])
    return token, secret


def revoke_token(session: Session, actor: Actor, token: ApiToken, source: str = "api") -> None:
    """End a token now; ending it twice is ending it once."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        session.flush()
        append(session, [wrap(TokenRevoked(token_id=token.id), actor, source=source)])


def live_token(session: Session, secret_hash: bytes) -> tuple[ApiToken, Person] | None:
    """The token with this secret and its person, if both may still come in."""
    row = session.execute(
        select(ApiToken, Person)
        .join(Person, col(ApiToken.person_id) == col(Person.id))
        .where(
            col(ApiToken.secret_hash) == secret_hash,
            col(ApiToken.expires_at) > clock.now(),
            col(ApiToken.revoked_at).is_(None),
            col(Person.is_active),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def trouble_with(session: Session, secret_hash: bytes) -> str:
    """Why the token with this secret opens nothing, in a sentence for its holder; empty if there is none such."""
    token = session.execute(select(ApiToken).where(col(ApiToken.secret_hash) == secret_hash)).scalar_one_or_none()
    if token is None:
        return ""
    if token.revoked_at:
        return f"This API token was revoked on {token.revoked_at:%Y-%m-%d}; use another one."
    if token.expires_at <= clock.now():
        return f"This API token expired on {token.expires_at:%Y-%m-%d}; make a new one."
    return "The person of this API token is switched off; ask an administrator."


def known_token(session: Session, token_id: UUID) -> ApiToken:
    """The token with this id, or a refusal."""
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFound("There is no such token, or it is not yours.")
    return token
