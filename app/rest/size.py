"""ASGI middleware: no request body is larger than we are willing to hold in memory.

Starlette's own answers in plain text, and wraps every request three times; ours costs a look at one header.
"""

import re
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.rest.problem import problem
from core.errors import Refusal

LARGE_BYTES = 64 * 1024
MOST_QUOTES = 20_000
"""In JSON: twice as many as strings, those inside of strings aside. To refuse a name costs more than to read it."""

WITH_FILES = re.compile(r"/api/v1/files|/tickets|/tickets/[0-9]+/messages")
"""They read what comes piece by piece."""


class TooLarge(Refusal):
    """The request body is larger than anything that we expect."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class SizeMiddleware:
    """Refuses bodies over `most_bytes` by their stated length, and counts those that state none."""

    def __init__(self, app: ASGIApp, most_bytes: int, most_with_files: int) -> None:
        self.app, self.most_bytes, self.most_with_files = app, most_bytes, most_with_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        takes = takes_files(scope["path"])
        most = self.most_with_files if takes else self.most_bytes
        stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if not stated.isdigit():
            await self.app(scope, _counted(receive, most, most if takes else MOST_QUOTES), send)
        elif int(stated[:20]) > most:
            await problem(TooLarge(_sentence(most)))(scope, receive, send)
        elif int(stated) > LARGE_BYTES and not takes:
            await self.app(scope, _counted(receive, most, MOST_QUOTES), send)
        else:
            await self.app(scope, receive, send)


def takes_files(path: str) -> bool:
    """Whether something large may be sent there: files over the API, and the forms that send files along."""
    return bool(WITH_FILES.fullmatch(path))


def _counted(receive: Receive, left: int, quotes: int) -> Receive:
    most = left

    async def counted() -> Message:
        nonlocal left, quotes
        message = await receive()
        body = message.get("body", b"")
        left -= len(body)
        quotes -= body.count(b'"') - body.count(b'\\"')
        if left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _sentence(most))
        if quotes < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This has too many members.")
        return message

    return counted


def _sentence(most: int) -> str:
    return f"This is too large; at most {most // 1024 // 1024} MiB can be sent at once."
