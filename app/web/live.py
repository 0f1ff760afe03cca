"""GET /live: one stream of server-sent events a browser. What happened, how far numbers and search have come, a pulse.

    ticket {position, tickets: [{id, version, kinds}]}   changes that this reader may see
    lake   {position, kinds}                             numbers include them now: ask again what depends on these kinds
    search {position}                                    so does search
    signs  {}                                            what stands in the frame for this reader is other now
    writing {ticket, person, name, kind, over, seconds}  a colleague writes a reply or a note (over: no longer)
    pulse  {lake, search}                                seconds that each is behind; the first is called hello

A stream ends when its reader's session or rights end, and after some minutes anyway: the browser comes back by itself.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from app.db import Database
from app.feed.telling import is_told_to
from app.identity.asking import actor_of
from app.identity.doorkeeper import Visitor
from app.identity.session import session_person
from app.web.face import Face
from app.web.health import seconds_behind
from app.web.pages import demand_actor
from app.web.signs import concern
from core.actor import ALL, Actor, Scope
from etl.sinks.live import WRITING_SECONDS, Changed, Doubtful, Live, Missed, News, Reached, Subscription, Writing

PULSE_SECONDS = 4.0
GATHER_SECONDS = 0.05
"""News that comes together is told together."""
LONGEST_SECONDS = 600.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def routes(face: Face, live: Live) -> APIRouter:
    """The stream, and `?probe=1`, which only tells by its status whether one is still signed in."""
    router = APIRouter(include_in_schema=False)
    pulse = Pulse(face.database)

    @router.get("/live")
    async def stream(request: Request, probe: bool = False) -> Response:
        actor = demand_actor(request)
        if probe:
            return Response(status_code=204)
        visitor: Visitor = request.scope["state"]["visitor"]
        told = _told(face.database, live, pulse, visitor, actor)
        return StreamingResponse(told, media_type="text/event-stream", headers=HEADERS)

    return router


@dataclass(slots=True)
class Pulse:
    """How far behind each follower is, asked of the database once for all streams of this process."""

    database: Database
    known: dict[str, float] = field(default_factory=dict)
    until: float = 0.0

    def read(self) -> dict[str, float]:
        """Seconds behind, at most a second old."""
        if time.monotonic() > self.until:
            self.until = time.monotonic() + 1.0
            with self.database.reading() as session:
                self.known = seconds_behind(session)
        return self.known


@dataclass(slots=True)
class Digest:
    """News, gathered until it is told. Kinds of changes wait until the lake has them."""

    scope: Scope = ALL
    """Whose: customers are not told what happens inside (app/feed/telling.py)."""
    tickets: dict[UUID, tuple[int, set[str]]] = field(default_factory=dict)
    waiting: dict[int, str] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    position: int = 0
    missed: bool = False
    writing: dict[tuple[UUID, UUID, str], Writing] = field(default_factory=dict)
    person_id: UUID | None = None
    has_signs: bool = False

    def take(self, news: News) -> None:
        """Note one piece."""
        self.position = max(self.position, news.position)
        if isinstance(news, Reached):
            self.reached[news.follower] = news.position
        elif isinstance(news, Missed):
            self.missed = True
        elif isinstance(news, Writing):
            self.writing[news.ticket_id, news.person_id, news.kind] = news
        elif isinstance(news, Doubtful):
            self.has_signs |= news.person_id is not None and news.person_id == self.person_id  # an alert of theirs, too
        elif isinstance(news, Changed) and is_told_to(news, self.scope):
            self.has_signs |= self.scope.internal and concern(news, self.person_id)
            self.waiting[news.position] = news.kind
            if news.ticket_id:
                version, kinds = self.tickets.get(news.ticket_id, (0, set()))
                self.tickets[news.ticket_id] = (max(version, news.ticket_version or 0), kinds | {news.kind})

    def tell(self) -> bytes:
        """All of it as server-sent events; then it is forgotten, but for what the lake has not reached."""
        parts = [self._tickets(), *(self._reached(name, position) for name, position in self.reached.items())]
        parts += [_written(news) for news in self.writing.values()]
        parts += [sse("signs", {})] if self.has_signs or self.missed else []
        self.tickets, self.reached, self.missed, self.writing, self.has_signs = {}, {}, False, {}, False
        return b"".join(parts)

    def _tickets(self) -> bytes:
        if not self.tickets and not self.missed:
            return b""
        changed = [
            {"id": ticket_id, "version": version, "kinds": sorted(kinds)}
            for ticket_id, (version, kinds) in self.tickets.items()
        ]
        return sse("ticket", {"position": self.position, "tickets": changed, "missed": self.missed})

    def _reached(self, follower: str, position: int) -> bytes:
        if follower != "lake":
            return sse(follower, {"position": position})
        kinds = {self.waiting.pop(at) for at in [at for at in self.waiting if at <= position]}
        return sse("lake", {"position": position, "kinds": sorted(kinds), "missed": self.missed})


def _written(news: Writing) -> bytes:
    told = {
        "ticket": news.ticket_id, "person": news.person_id, "name": news.name, "kind": news.kind,
        "over": news.is_over, "seconds": WRITING_SECONDS,
    }  # fmt: skip
    return sse("writing", told)


def sse(name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


async def _told(database: Database, live: Live, pulse: Pulse, visitor: Visitor, actor: Actor) -> AsyncIterator[bytes]:
    digest, name, next_pulse = Digest(actor.scope, person_id=actor.person_id), "hello", 0.0
    ends = time.monotonic() + LONGEST_SECONDS
    with live.subscribed(actor.scope) as news:
        yield b"retry: 2000\n\n"
        while time.monotonic() < ends:
            if time.monotonic() >= next_pulse:
                if not await run_in_threadpool(_is_still, database, visitor, actor):
                    return
                yield sse(name, await run_in_threadpool(pulse.read))
                name, next_pulse = "pulse", time.monotonic() + PULSE_SECONDS
            if await _gathered(news, digest, until=next_pulse) and (told := digest.tell()):
                yield told


async def _gathered(news: Subscription, digest: Digest, *, until: float) -> bool:
    """Wait for news, and a moment for what comes right after it. False: nothing came."""
    try:
        async with asyncio.timeout(until - time.monotonic()):
            digest.take(await news.get())
    except TimeoutError:
        return False
    try:
        async with asyncio.timeout(GATHER_SECONDS):
            while True:
                digest.take(await news.get())
    except TimeoutError:
        return True


def _is_still(database: Database, visitor: Visitor, actor: Actor) -> bool:
    """Whether this reader is still signed in, with the same rights."""
    if visitor.session_hash is None:
        return True
    with database.reading() as session:
        person = session_person(session, visitor.session_hash)
        return person is not None and actor_of(session, person).scope == actor.scope
