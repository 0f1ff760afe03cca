"""ASGI middleware: few quick reads at once, the others in the order in which they came.

A process computes one thing at a time. Forty threads that each have a little to do take the interpreter from one
another in the middle, and use more connections, on which less is prepared: at 150 reads a second that cost a quarter
more and made the slowest ten times as slow. Whoever waited `PATIENCE_SECONDS` goes on without a turn, so that a few
slow questions hold up nobody for longer.
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.rest import PREFIX
from app.rest.signpost import beginning

QUICK = frozenset({"tickets", "signs", f"{PREFIX}/tickets", f"{PREFIX}/views"})
"""How the addresses begin whose reads are a few milliseconds of work."""
MOST_AT_ONCE = 4
PATIENCE_SECONDS = 0.1


class Turns:
    """Hands out turns; one ends when its answer begins, for a client may be slow to take it."""

    def __init__(self, app: ASGIApp, most_at_once: int = MOST_AT_ONCE) -> None:
        self.app, self.free = app, most_at_once
        self.waiting: deque[asyncio.Future[None]] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, perhaps a little later."""
        if scope["type"] != "http" or scope["method"] != "GET" or beginning(scope["path"]) not in QUICK:
            await self.app(scope, receive, send)
            return
        has_turn = await self._turn()

        async def told(message: Message) -> None:
            nonlocal has_turn
            if has_turn:
                has_turn = False
                self._next()
            await send(message)

        try:
            await self.app(scope, receive, told)
        finally:
            if has_turn:
                self._next()

    async def _turn(self) -> bool:
        """True with a turn, False without one after the longest wait."""
        if self.free:
            self.free -= 1
            return True
        place = asyncio.get_running_loop().create_future()
        self.waiting.append(place)
        try:
            await asyncio.wait([place], timeout=PATIENCE_SECONDS)
        except asyncio.CancelledError:
            self._leave(place)
            raise
        if not place.done():
            self._leave(place)
            return False
        return True

    def _leave(self, place: "asyncio.Future[None]") -> None:
        """Nobody waits here any more."""
        if place.done():
            self._next()
        else:
            self.waiting.remove(place)

    def _next(self) -> None:
        """Whoever waits longest, or nobody."""
        if self.waiting:
            self.waiting.popleft().set_result(None)
        else:
            self.free += 1
