"""One's own account: API tokens, and the browsers in which one is signed in."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from sqlmodel import col

from app.identity.credential import ApiToken, WebSession
from app.identity.session import end_other_sessions
from app.identity.token import LONGEST_DAYS, issue_token, known_token, revoke_token
from app.people.person import Person
from app.policy import READING, RIGHTS
from app.preferences.choose import choose, chosen
from app.queues.right import Right
from app.web.face import Face
from app.web.pages import demand_actor, done
from core import clock
from core.actor import Actor, Role
from core.errors import NotAllowed, NotFound

UNDO_SECONDS = (5, 10, 20, 30, 60)


def routes(face: Face) -> APIRouter:
    """`/account` and its forms."""
    router = APIRouter(include_in_schema=False)

    @router.get("/account")
    def account(request: Request) -> Response:
        return _page(face, request, person(request))

    @router.post("/account/tokens")
    def make_token(
        request: Request,
        name: Annotated[str, Form(min_length=1, max_length=100)],
        scopes: Annotated[Literal["read", "write", "some"], Form()],
        days: Annotated[int, Form(ge=1, le=LONGEST_DAYS)],
        rights: Annotated[list[Right] | None, Form()] = None,
    ) -> Response:
        actor = person(request)
        with face.database.transaction() as session:
            _, secret = issue_token(
                session, actor, person_id=_id(actor), name=name, scopes=_scopes(scopes, rights), days=days, source="web"
            )
        return _page(face, request, actor, secret)

    @router.post("/account/tokens/{token_id}/revoke")
    def revoke(request: Request, token_id: UUID) -> Response:
        actor = person(request)
        with face.database.transaction() as session:
            token = known_token(session, token_id)
            if token.person_id != actor.person_id:
                raise NotFound("There is no such token, or it is not yours.")
            revoke_token(session, actor, token, source="web")
        face.doorkeeper.forget_all()
        return done("/account", f"The token {token.name} is revoked.")

    @router.post("/account/undo-send")
    def undo_send(
        request: Request, seconds: Annotated[Literal["", "0", "5", "10", "20", "30", "60"], Form()]
    ) -> Response:
        with face.database.transaction() as session:
            choose(session, person(request), int(seconds) if seconds else None, source="web")
        return done("/account", "It holds for the replies that you send from now on.")

    @router.post("/account/sessions/end")
    def end_others(request: Request) -> Response:
        actor = person(request)
        with face.database.transaction() as session:
            end_other_sessions(session, actor, _id(actor), _this(request))
        face.doorkeeper.forget_all()
        return done("/account", "Every other browser is signed out.")

    return router


def person(request: Request) -> Actor:
    """Somebody who signed in. A token must not make tokens."""
    actor = demand_actor(request)
    if actor.token_id or actor.person_id is None:
        raise NotAllowed("An account is managed by its person, signed in with a password.")
    return actor


def _scopes(chosen: str, rights: Sequence[str] | None) -> list[str]:
    return [*(rights or ["read"])] if chosen == "some" else [chosen]


def _page(face: Face, request: Request, actor: Actor, secret: str = "") -> Response:
    with face.database.reading() as session:
        row = session.get_one(Person, _id(actor))
        response = face.pages.page(
            request, "account.html", here="account", email=row.email, secret=secret,
            rights=sorted(RIGHTS - READING), may_view_as=actor.role is Role.ADMIN,
            undo=_undo(session, face, actor), tokens=_tokens(session, actor),
            sessions=_sessions(session, actor, _this(request)),
        )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _undo(session: Session, face: Face, actor: Actor) -> tuple[str, list[tuple[str, str]]]:
    """What was chosen, and what can be."""
    mine, usual = chosen(session, actor.person_id), face.settings.undo_send_seconds
    usual_words = f"{usual} seconds" if usual else "at once"
    return "" if mine is None else str(mine), [
        ("", f"as usual here: {usual_words}"),
        ("0", "at once"),
        *((str(seconds), f"after {seconds} seconds") for seconds in UNDO_SECONDS),
    ]


def _tokens(session: Session, actor: Actor) -> list[ApiToken]:
    return list(
        session.execute(
            sa.select(ApiToken)
            .where(
                col(ApiToken.person_id) == actor.person_id,
                col(ApiToken.revoked_at).is_(None),
                col(ApiToken.expires_at) > clock.now(),
            )
            .order_by(col(ApiToken.created_at))
        ).scalars()
    )


def _sessions(session: Session, actor: Actor, this: bytes | None) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(WebSession)
        .where(col(WebSession.person_id) == actor.person_id, col(WebSession.expires_at) > clock.now())
        .order_by(col(WebSession.last_seen_at).desc())
    ).scalars()
    return [
        {
            "browser": browser(row.user_agent),
            "created_at": row.created_at,
            "last_seen_at": row.last_seen_at,
            "is_this": row.secret_hash == this,
        }
        for row in rows
    ]


def browser(user_agent: str) -> str:
    """`Firefox on Linux`: enough to tell one's own browsers apart."""
    name = re.search(r"Edg|OPR|Firefox|Chrome|Safari", user_agent)
    system = re.search(r"Windows|Android|iPhone|iPad|Mac OS|Linux", user_agent)
    names = {"Edg": "Edge", "OPR": "Opera"}
    return " on ".join(
        part for part in (names.get(name[0], name[0]) if name else "A browser", system[0] if system else "") if part
    )


def _id(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return actor.person_id


def _this(request: Request) -> bytes | None:
    visitor = request.scope["state"].get("visitor")
    return visitor.session_hash if visitor else None
