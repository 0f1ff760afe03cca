"""Signing in and out, the password, and API tokens over HTTP."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.desk import Desk
from app.identity.credential import ApiToken
from app.identity.password import LEAST_CHARS, MOST_CHARS
from app.identity.session import COOKIE, SECURE_COOKIE, begin_session, end_session
from app.identity.sign_in import change_password, sign_in
from app.identity.token import LONGEST_DAYS, issue_token, known_token, revoke_token
from app.people.person import Person
from app.people.setup import known
from app.queues.house import house_of
from app.queues.right import Right
from app.rest import PREFIX
from app.rest.ask import Ask, Leaving, Reading, Route, Writing
from app.rest.fields import SPOKEN, STORABLE, Spoken, Storable, Whole
from app.rest.page import Page
from app.rest.problem import responses
from core.actor import Role
from core.errors import NotAllowed, NotFound

doors = APIRouter(prefix=f"{PREFIX}/session", tags=["session"])
router = APIRouter(
    prefix=f"{PREFIX}/session", tags=["session"], route_class=Route, responses=responses(401, 403, 422, 503)
)
tokens = APIRouter(
    prefix=f"{PREFIX}/tokens", tags=["tokens"], route_class=Route, responses=responses(401, 403, 404, 422, 503)
)

Secret = Annotated[str, Field(min_length=1, max_length=MOST_CHARS, json_schema_extra=STORABLE), Storable]
NewSecret = Annotated[
    str,
    Field(
        min_length=LEAST_CHARS,
        max_length=MOST_CHARS,
        description="Hard to guess: a few unrelated words are good.",
        json_schema_extra=STORABLE,
    ),
    Storable,
]


class SignIn(BaseModel):
    """Address and password."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(max_length=320, examples=["ana@example.com"], json_schema_extra=STORABLE), Storable]
    password: Secret


class NewPassword(BaseModel):
    """The password as it is and as it shall be."""

    model_config = ConfigDict(extra="forbid")

    current: Secret
    new: NewSecret


class Me(BaseModel):
    """Who is asking, and what they may do where."""

    person_id: UUID
    name: str
    role: Role
    timezone: str
    locale: str
    organisation_id: UUID | None
    read_only: bool = Field(description="Whether this is a token that may only read.")
    must_change_password: bool
    viewed_by: UUID | None = Field(description="Which administrator looks through these eyes (view as).")
    viewed_until: datetime | None = Field(description="When that ends by itself.")
    rights: dict[UUID, list[str]] = Field(description="The rights held in each queue.")

    @classmethod
    def of(cls, ask: Ask) -> Self:
        """What somebody is told of themselves."""
        actor = ask.actor
        assert actor.person_id is not None
        queues = house_of(ask.session).queues
        rights = actor.grants if actor.role is not Role.ADMIN else dict.fromkeys(queues, policy.RIGHTS)
        return cls(
            person_id=actor.person_id,
            name=actor.name,
            role=actor.role,
            timezone=actor.timezone,
            locale=actor.locale,
            organisation_id=actor.organisation_id,
            read_only=actor.read_only,
            must_change_password=ask.visitor.must_change_password,
            viewed_by=actor.viewer.person_id if actor.viewer else None,
            viewed_until=ask.visitor.viewing_until,
            rights={
                queue: sorted(right for right in held if policy.token_covers(actor, right))
                for queue, held in rights.items()
            },
        )


class SignedIn(BaseModel):
    """The session has begun; its secret is in the cookie."""

    person_id: UUID
    name: str
    must_change_password: bool


@doors.post("", name="sign_in", status_code=201, responses=responses(401, 403, 422, 429, 503))
def sign_in_here(request: Request, response: Response, body: SignIn) -> SignedIn:
    """Sign in. Five wrong passwords in fifteen minutes close the door for that account, thirty for that address."""
    desk: Desk = request.app.state.desk
    person, secret = sign_in(
        desk.database,
        email=body.email,
        password=body.password,
        address=request.client.host if request.client else "unknown",
        hours=desk.settings.session_hours,
        user_agent=request.headers.get("user-agent", ""),
    )
    response.headers["Set-Cookie"] = session_cookie(desk, secret)
    return SignedIn(person_id=person.id, name=person.name, must_change_password=person.must_change_password)


@router.get("")
def read_session(ask: Reading) -> Me:
    """Who is asking, and what they may do."""
    return Me.of(ask)


@router.delete("", status_code=204)
def sign_out(ask: Leaving) -> None:
    """Sign out. A token ends at DELETE /tokens/{id} instead."""
    if ask.visitor.session_hash is None:
        raise NotAllowed("A token cannot sign out; revoke it with DELETE /api/v1/tokens/{id}.")
    end_session(ask.session, ask.actor, ask.visitor.session_hash)
    ask.headers["Set-Cookie"] = session_cookie(ask.desk, "")
    ask.forget_visitors()


@router.put("/password", status_code=204, responses=responses(429))
def change_own_password(ask: Writing, body: NewPassword) -> None:
    """Change your own password. Every session of yours ends; this browser gets a new one."""
    if ask.visitor.session_hash is None or ask.actor.person_id is None:
        raise NotAllowed("A token cannot change a password; sign in with address and password first.")
    person = change_password(ask.session, ask.actor.person_id, new=body.new, current=body.current)
    secret = begin_session(ask.session, person, ask.desk.settings.session_hours)
    ask.headers["Set-Cookie"] = session_cookie(ask.desk, secret)
    ask.forget_visitors()


def session_cookie(desk: Desk, secret: str) -> str:
    """The Set-Cookie header for a session; an empty secret takes the cookie back."""
    settings = desk.settings
    name = SECURE_COOKIE if settings.secure_cookies else COOKIE
    age = settings.session_hours * 3600 if secret else 0
    secure = "; Secure" if settings.secure_cookies else ""
    return f"{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"


class NewToken(BaseModel):
    """A token that is wanted."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, Field(min_length=1, max_length=100, examples=["Shop importer"], json_schema_extra=SPOKEN), Spoken
    ]
    scopes: list[Literal["read", "write"] | Right] = Field(
        default=["read"],
        min_length=1,
        max_length=len(policy.RIGHTS) + 1,
        description="read; write: all that you may do; or single rights in place of write, such as note, reply.",
    )
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS, description="How long it lives."), Whole] = 90
    person_id: UUID | None = Field(None, description="For whom (administrators only); null: for yourself.")


class TokenAnswer(BaseModel):
    """A token, without its secret."""

    id: UUID
    person_id: UUID
    name: str
    prefix: str = Field(description="How it begins, to recognise it by.")
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> Self:
        """What is told of a token."""
        return cls(**token.model_dump(exclude={"secret_hash"}))


class FreshToken(TokenAnswer):
    """A new token. The secret is shown this once; a repeated request with the same key gets null."""

    secret: str | None


@tokens.get("")
def list_tokens(ask: Reading) -> Page[TokenAnswer]:
    """Your tokens, or everybody's for administrators; the newest first."""
    query = sa.select(ApiToken).order_by(col(ApiToken.created_at).desc())
    if not policy.is_admin(ask.actor):
        query = query.where(col(ApiToken.person_id) == ask.actor.person_id)
    return Page(items=[TokenAnswer.of(token) for token in ask.session.execute(query.limit(1000)).scalars()])


@tokens.post("", status_code=201)
def create_token(ask: Writing, body: NewToken) -> FreshToken:
    """Make a token that acts as you. It never has more rights than you, and loses them with you."""
    person = _holder(ask, body.person_id)
    token, secret = issue_token(
        ask.session, ask.actor, person_id=person.id, name=body.name, scopes=body.scopes, days=body.days
    )
    known_of_it = TokenAnswer.of(token).model_dump()
    ask.kept_instead = FreshToken(**known_of_it, secret=None)
    return FreshToken(**known_of_it, secret=secret)


@tokens.delete("/{token_id}", status_code=204)
def delete_token(ask: Writing, token_id: UUID) -> None:
    """Revoke a token; it stays in the list, useless."""
    token = _own_token(ask.session, ask, token_id)
    revoke_token(ask.session, ask.actor, token)
    ask.forget_visitors()


def _holder(ask: Ask, person_id: UUID | None) -> Person:
    own = ask.actor.person_id
    assert own is not None
    if person_id in (None, own):
        return known(ask.session, own)
    policy.demand_admin(ask.actor)
    assert person_id is not None
    return known(ask.session, person_id)


def _own_token(session: Session, ask: Ask, token_id: UUID) -> ApiToken:
    token = known_token(session, token_id)
    if token.person_id != ask.actor.person_id and not policy.is_admin(ask.actor):
        raise NotFound("There is no such token, or it is not yours.")
    return token
