"""One request: who asks, in which transaction, under which idempotency key; and the route class that runs it.

An endpoint is a plain `def` with a parameter `ask: Reading` or `ask: Writing` that returns a pydantic model or None.
The route runs it in one thread and one transaction: the answer is made, kept under its key and committed before
anything leaves. A refusal undoes everything.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import policy
from app.desk import Desk
from app.identity.doorkeeper import Visitor
from app.rest import idempotency
from app.tickets.command import Command
from app.tickets.decider import handle
from app.tickets.locking import Overtaken
from app.tickets.store import keep_later
from app.tickets.ticket import Ticket
from app.writes import Batch
from core.actor import Actor
from core.errors import NotAllowed, NotSignedIn, Refusal


@dataclass(slots=True)
class Ask:
    """What an endpoint knows of the request that it answers. `session` is there while the endpoint runs."""

    desk: Desk
    actor: Actor
    visitor: Visitor
    key: idempotency.Key | None = None
    is_writing: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    kept_instead: BaseModel | None = None
    """What is kept under the idempotency key if the answer itself holds a secret."""
    batch: Batch = field(default_factory=Batch)
    session: Session = field(init=False)

    def handle(self, do: Command, ticket_id: UUID | None = None, expected_version: int | None = None) -> Ticket:
        """Do what is asked of a ticket; the answer carries its new version as ETag."""
        ticket = handle(
            self.session, self.actor, do,
            ticket_id=ticket_id, expected_version=expected_version, keep=partial(keep_later, self.batch),
        )  # fmt: skip
        self.headers["ETag"] = f'"{ticket.version}"'
        return ticket

    def forget_visitors(self) -> None:
        """Rights, passwords or tokens change with this request: look everybody up again."""
        self.session.info["visitors_changed"] = True


class PasswordChangeNeeded(NotAllowed):
    """Somebody else knows this password."""

    code = "password_change_needed"

    def __init__(self) -> None:
        super().__init__("Choose a password of your own first: PUT /api/v1/session/password.")


async def reading(request: Request) -> Ask:
    """Somebody reads. Nothing in this request can write."""
    visitor: Visitor | None = request.state.visitor
    if visitor is None:
        raise NotSignedIn(request.state.trouble or "Sign in first, or send an API token: Authorization: Bearer …")
    if visitor.must_change_password and not request.scope["path"].endswith(("/session", "/session/password")):
        raise PasswordChangeNeeded
    return Ask(request.app.state.desk, visitor.actor, visitor)


async def writing(request: Request) -> Ask:
    """Somebody changes something. (openapi.py describes the key: a declared header would cost 5 % of a create.)"""
    ask = await reading(request)
    policy.demand_write(ask.actor)
    return await _claimed(ask, request)


async def leaving(request: Request) -> Ask:
    """Somebody goes, from a view with another's eyes too."""
    ask = await reading(request)
    policy.demand_write(ask.actor.hand)
    return await _claimed(ask, request)


async def _claimed(ask: Ask, request: Request) -> Ask:
    ask.is_writing = True
    key = request.headers.get("idempotency-key")
    if key is not None:
        idempotency.must_be_a_key(key)
        ask.key = idempotency.Key(_principal(ask.actor), key, _fingerprint(request, await request.body()))
    return ask


async def uploading(request: Request) -> Ask:
    """Somebody sends something too large to be held: the endpoint reads it piece by piece, then calls `claim`."""
    ask = await reading(request)
    policy.demand_write(ask.actor)
    ask.is_writing = True
    if (key := request.headers.get("idempotency-key")) is not None:
        idempotency.must_be_a_key(key)
    return ask


def claim(ask: Ask, request: Request, content: bytes) -> None:
    """Take the request's idempotency key, if it has one, for what came in: `content` stands for the body."""
    if (key := request.headers.get("idempotency-key")) is not None:
        ask.key = idempotency.Key(_principal(ask.actor), key, _fingerprint(request, content))


def _principal(actor: Actor) -> str:
    """Whose keys these are."""
    return str(actor.token_id or actor.hand.person_id)


def _fingerprint(request: Request, content: bytes) -> bytes:
    """A hash of all that the request asks. (`request.url` would cost more than the rest.)"""
    scope = request.scope
    line = f"{scope['method']} {scope['path']} {request.headers.get('if-match', '')} ".encode()
    return hashlib.sha256(line + scope["query_string"] + b"\n" + content).digest()


MOST_OVERTAKEN = 3

Reading = Annotated[Ask, Depends(reading)]
Writing = Annotated[Ask, Depends(writing)]
Leaving = Annotated[Ask, Depends(leaving)]
Uploading = Annotated[Ask, Depends(uploading)]
Endpoint = Callable[..., BaseModel | None]


class Route(APIRoute):
    """A route whose endpoint runs in one transaction (see above)."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        super().__init__(path, _in_one_transaction(endpoint, settings.get("status_code") or 200), **settings)


def _in_one_transaction(endpoint: Endpoint, status: int) -> Callable[..., Response]:
    @wraps(endpoint)
    def answer(**values: Any) -> Response:
        ask: Ask = values["ask"]
        if not ask.is_writing:
            with ask.desk.database.reading() as ask.session:
                return _rendered(endpoint(**values), status, ask.headers)
        return write(ask, lambda: endpoint(**values), status)

    return answer


def write(ask: Ask, work: Callable[[], BaseModel | None], status: int) -> Response:
    """Do the work once. Whoever comes second with the same key waits for the first, is undone, and gets its answer.

    Whoever is overtaken by a merge has changed nothing yet: the work begins anew.
    """
    for _ in range(MOST_OVERTAKEN):
        try:
            return _written(ask, work, status)
        except Overtaken:
            ask.batch, ask.headers = Batch(), {}
    return _written(ask, work, status)


def _written(ask: Ask, work: Callable[[], BaseModel | None], status: int) -> Response:
    database = ask.desk.database
    try:
        with idempotency.once(), database.transaction(ask.batch) as ask.session:
            response = _rendered(work(), status, ask.headers)
            if ask.key:
                kept = _rendered(ask.kept_instead, status, ask.headers) if ask.kept_instead else response
                idempotency.keep(ask.batch, ask.key, kept)
        if ask.session.info.get("visitors_changed"):
            ask.desk.doorkeeper.forget_all()
        return response
    except Refusal:
        if ask.key is None:
            raise
        with database.reading() as session:
            before = idempotency.kept_answer(session, ask.key)
        if before is None:
            raise
        return before


def _rendered(model: BaseModel | None, status: int, headers: dict[str, str]) -> Response:
    if model is None:
        return Response(status_code=204, headers=headers)
    return Response(model.__pydantic_serializer__.to_json(model), status, headers, "application/json")
