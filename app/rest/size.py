"""ASGI middleware: no request body is larger than we are willing to hold in memory.

Starlette's own answers in plain text, and wraps every request three times; ours costs a look at one header.
"""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.rest.problem import problem
from core.errors import Refusal


class TooLarge(Refusal):
    """The request body is larger than anything that we expect."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class SizeMiddleware:
    """Refuses bodies over `most_bytes` by their stated length, and counts those that state none."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app, self.most_bytes = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if not stated.isdigit():
            await self.app(scope, self._counted(receive), send)
        elif int(stated[:20]) > self.most_bytes:
            await problem(TooLarge(self._sentence()))(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _counted(self, receive: Receive) -> Receive:
        left = self.most_bytes

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        return counted

    def _sentence(self) -> str:
        return f"This is too large; at most {self.most_bytes // 1024 // 1024} MiB can be sent at once."
