"""ASGI middleware inside the identity wall: who may go where before any page is asked.

Mounted faces (dashboards) know no FastAPI dependencies, so what holds for all of their addresses holds here.
"""

from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.identity.doorkeeper import Visitor
from app.identity.middleware import SAFE_METHODS
from app.rest.problem import problem
from core.errors import NotAllowed, NotSignedIn, Refusal

UNTIL_CHANGED = ("/account/password", "/sign-out", "/static/", "/theme", "/api/")


READERS_SEND = ("/api/", "/dashboards", "/sign-in", "/sign-out", "/theme")
"""Where somebody who may only read can send something: the API decides for itself."""


class Door:
    """A generated password opens only the page that changes it; `staff_only` prefixes are closed to all but staff.

    Who may only read sends no forms: pages need not ask.
    """

    def __init__(self, app: ASGIApp, staff_only: tuple[str, ...]) -> None:
        self.app, self.staff_only = app, staff_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path, visitor = scope["path"], scope.get("state", {}).get("visitor")
        refusal = self._refusal(path, visitor) or _of_reader(scope, path, visitor)
        if refusal and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal.code})
        elif refusal:
            await problem(refusal)(scope, receive, send)
        elif visitor and visitor.must_change_password and not path.startswith(UNTIL_CHANGED):
            await RedirectResponse("/account/password", 303)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, path: str, visitor: Visitor | None) -> Refusal | None:
        if not path.startswith(self.staff_only):
            return None
        if visitor is None:
            return NotSignedIn("Sign in to see this.")
        if not visitor.actor.role.is_staff:
            return NotAllowed("Dashboards are for those who work here.")
        return None


def _of_reader(scope: Scope, path: str, visitor: Visitor | None) -> Refusal | None:
    """What keeps somebody who may only read from changing anything through a page."""
    sends = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
    if sends and visitor and visitor.actor.read_only and not path.startswith(READERS_SEND):
        return NotAllowed("This only reads: nothing can be changed with it.")
    return None
