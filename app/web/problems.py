"""Problem documents → pages, for people: the same status and the same sentence, in the house's frame.

Every refusal is made once, as RFC 9457 JSON (app/rest/problem.py). Here, whoever asked for a page gets a page;
somebody not signed in is sent to the door.
"""

from typing import Any
from urllib.parse import quote

import orjson
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.pages import Pages

PROBLEM = "application/problem+json"
FOR_PROGRAMS = ("/api/", "/static/", "/live")
HEADINGS = {
    401: "Sign in first",
    403: "This is not yours to do",
    404: "There is nothing here",
    405: "This address takes no such request",
    409: "That does not go together",
    412: "Someone changed this meanwhile",
    422: "Something is missing or odd",
    429: "Too often",
    503: "Not just now",
}


class ProblemPages:
    """Watches answers for problem documents that a browser would show to a person."""

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self.app, self.pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_for_people(scope):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Watch(Request(scope), self.pages, receive, send))


class _Watch:
    """Lets everything pass but a problem document, which it reads to its end and turns into a page."""

    def __init__(self, request: Request, pages: Pages, receive: Receive, send: Send) -> None:
        self.request, self.pages, self.receive, self.send = request, pages, receive, send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                answer = page_for(self.pages, self.request, orjson.loads(self.body))
                await answer(self.request.scope, self.receive, self.send)


def page_for(pages: Pages, request: Request, problem: dict[str, Any]) -> Response:
    """The page for a problem, or the way to the door."""
    status = int(problem.get("status", 500))
    if status == 401 and request.method == "GET":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/sign-in" if here == "/" else f"/sign-in?next={quote(here, safe='/')}", 303)
    heading = HEADINGS.get(status, "Something went wrong" if status >= 500 else "That did not work")
    sentence = str(problem.get("detail", ""))
    return pages.page(request, "error.html", status=status, heading=heading, sentence=sentence, reference="")


def is_for_people(request: Request) -> bool:
    """Whether a browser would show the answer as a page."""
    return _is_for_people(request.scope)


def _is_for_people(scope: Scope) -> bool:
    path: str = scope["path"]
    if path.startswith(FOR_PROGRAMS) or "/_dash-" in path:
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_problem(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(PROBLEM.encode()) for name, value in message["headers"]
    )
