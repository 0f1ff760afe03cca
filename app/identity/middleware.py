"""The wall around everything that is served, mounted apps included: who asks, and whether another site sent them.

Sets `scope["state"]["actor"]` (a core.actor.Actor or None), `scope["state"]["visitor"]` (an identity Visitor), and
`scope["state"]["look_again"]`, which says who it is by now: a stream outlives rights and sessions.
"""

from collections.abc import Mapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from app.identity.doorkeeper import Doorkeeper, Visitor
from app.identity.session import COOKIE, SECURE_COOKIE
from app.identity.view_as import OnlyLooking, is_open_to_lookers
from app.rest.problem import problem
from app.wall import asking
from core.errors import NotAllowed

RawHeaders = Mapping[bytes, bytes]
"""A request's headers as they came; of one sent twice the last counts."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CrossSite(NotAllowed):
    """Another site's page sent this request with the visitor's cookie (CSRF)."""

    code = "cross_site"


class IdentityMiddleware:
    """Recognises the asker by API token or session cookie. Without either the actor is None: routes decide."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper, *, secure_cookies: bool, base_url: str = "") -> None:
        self.app = app
        self.doorkeeper = doorkeeper
        self.cookie = SECURE_COOKIE if secure_cookies else COOKIE
        self.own_origins = {_origin(base_url)} if base_url else set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Recognise, then pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        token = _bearer(headers)
        if token is None and self._is_foreign(scope, headers):
            await _refuse(scope, receive, send)
            return
        visitor = await self._visitor(token, headers)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["visitor"] = visitor
        state["look_again"] = partial(self._look_again, token, headers)
        state["actor"] = visitor.actor if visitor else None
        state["trouble"] = self.doorkeeper.trouble(token) if token and visitor is None else ""
        if visitor and visitor.actor.viewer and _changes(scope):
            await problem(OnlyLooking(visitor.actor))(scope, receive, send)
            return
        before = asking.set(visitor.actor if visitor else None)
        try:
            await self.app(scope, receive, send)
        finally:
            asking.reset(before)

    async def _look_again(self, token: str | None, headers: RawHeaders) -> Visitor | None:
        """Who it is by now; from here on the second wall knows, too."""
        visitor = await self._visitor(token, headers)
        asking.set(visitor.actor if visitor else None)
        return visitor

    async def _visitor(self, token: str | None, headers: RawHeaders) -> Visitor | None:
        secret = token if token is not None else _cookie(headers, self.cookie)
        if not secret or len(secret) > 200 or not secret.isascii():
            return None
        is_known, visitor = self.doorkeeper.remembered(secret)
        if is_known:
            return visitor
        return await to_thread.run_sync(lambda: self.doorkeeper.recognise(secret, is_token=token is not None))

    def _is_foreign(self, scope: Scope, headers: RawHeaders) -> bool:
        """Whether a page of another site wants to change something here (RELIABILITY.md rule 19).

        Every browser of today tells by Sec-Fetch-Site or Origin; programs that send neither send no stolen cookie.
        """
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return False
        if site := headers.get(b"sec-fetch-site"):
            return site not in (b"same-origin", b"none")
        if (raw := headers.get(b"origin")) is None:
            return False
        origin, host = raw.decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
        return urlsplit(origin).netloc != host and origin not in self.own_origins


def _changes(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
        return False
    return not is_open_to_lookers(scope["method"], scope["path"])


def _bearer(headers: RawHeaders) -> str | None:
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _cookie(headers: RawHeaders, name: str) -> str | None:
    sent = headers.get(b"cookie")
    if sent is None:
        return None
    try:
        morsel = SimpleCookie(sent.decode("latin-1")).get(name)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "cross-site"})
        return
    refusal = CrossSite("This request came from a page of another site; open Clearqueue itself and try again.")
    await problem(refusal)(scope, receive, send)
