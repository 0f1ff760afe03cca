"""Which routes an address can be of, by how it begins: asking three hundred in turn took a third of a small answer."""

from collections import defaultdict
from collections.abc import Iterable

from fastapi import APIRouter
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.rest import PREFIX

ANYWHERE = "{"


class Signpost:
    """Stands before a router and hands each request to a router of the few routes that begin like its address.

    These hold the same routes in the same order, so they find, refuse (405) and redirect as the whole one would. What
    begins like no route is the whole one's to answer.
    """

    def __init__(self, whole: APIRouter, app: ASGIApp) -> None:
        self.whole, self.app = whole, app
        self.branches: dict[str, ASGIApp] = {}
        self.sorted = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to whoever knows the way."""
        branch = self.branch_for(scope["path"]) if scope["type"] != "lifespan" else self.app
        await branch(scope, receive, send)

    def branch_for(self, path: str) -> ASGIApp:
        """The router for an address. Routes that were added since are sorted in first."""
        if self.sorted != len(self.whole.routes):
            self.branches, self.sorted = dict(self._branches(self.whole.routes)), len(self.whole.routes)
        return self.branches.get(beginning(path), self.app)

    def _branches(self, routes: Iterable[BaseRoute]) -> Iterable[tuple[str, ASGIApp]]:
        known = [(beginning(getattr(route, "path", ANYWHERE)), route) for route in routes]
        if any(start.startswith(ANYWHERE) for start, _ in known):
            return  # a route of which we cannot say how its addresses begin: all go the long way
        few: dict[str, list[BaseRoute]] = defaultdict(list)
        for start, route in known:
            few[start].append(route)
        for start, some in few.items():
            yield (
                start,
                APIRouter(routes=some, default=self.whole.default, redirect_slashes=self.whole.redirect_slashes),
            )


def put_before(router: APIRouter) -> Signpost:
    """A signpost before this router's own work."""
    signpost = Signpost(router, router.middleware_stack)
    router.middleware_stack = signpost
    return signpost


def beginning(path: str) -> str:
    """`/tickets/7` → `tickets`, `/api/v1/views/7` → `/api/v1/views`."""
    if path.startswith(f"{PREFIX}/"):
        return f"{PREFIX}/{path[len(PREFIX) + 1 :].partition('/')[0]}"
    return path[1:].partition("/")[0]
