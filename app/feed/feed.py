"""One listener's feed: the past from the database, then the present from the listening thread, nothing lost between.

The subscription begins before the past is read, and positions only grow: what is told twice is dropped by its
position, and a listener who was too slow reads the database again from where they were.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi.concurrency import run_in_threadpool

from app.db import Database, driver_of
from app.feed.telling import is_told_to, without_masked
from core.actor import Actor
from etl.sequencer import head
from etl.sinks.live import Changed, Doubtful, Live, Missed, Subscription, changes_after

PAGE = 500
PULSE_SECONDS = 15.0
"""After this long without news a listener gets a sign of life, so that proxies do not hang up."""

CERTAIN_SECONDS = 60.0
"""So often a listener is recognised anew even if nothing raised a doubt."""

GATHER_SECONDS = 0.1
"""News that comes together is told together: a thousand listeners cost by the number of tellings."""

SETTLED_SECONDS = 4.5
"""After a doubt they are recognised at once and once more: rights are remembered for a moment (doorkeeper.py)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a listener wants: everything after `since` (None: from now on), of some kinds, of one ticket."""

    since: int | None = None
    kinds: frozenset[str] = frozenset()
    ticket_id: UUID | None = None
    follow: bool = True
    """Go on when the present is reached."""

    def takes(self, change: Changed) -> bool:
        """Whether the event is asked for."""
        return (not self.kinds or change.kind in self.kinds) and self.ticket_id in (None, change.ticket_id)


Recognise = Callable[[], Awaitable[Actor | None]]
"""Who the listener is by now; None: nobody any more."""


class Feed:
    """`async for changes in Feed(…):` gives events in the order of positions, some at a time; none is a sign of life.

    It ends when the listener is no longer recognised or may see more or less than before: they come back by
    themselves with the newest position, and are told by their new rights.
    """

    def __init__(self, database: Database, live: Live, actor: Actor, wish: Wish, recognise: Recognise) -> None:
        self._database, self._live = database, live
        self._actor, self._wish, self._recognise = actor, wish, recognise
        self._position = wish.since
        self._certain_until = 0.0
        self._has_doubt = False

    async def __aiter__(self) -> AsyncIterator[list[Changed]]:
        self._live.start()
        with self._live.subscribed(self._actor.scope) as news:
            self._be_certain()
            yield []
            while True:
                async for changes in self._past():
                    yield changes
                if not self._wish.follow:
                    return
                async for changes in self._present(news):
                    yield changes
                if not await self._is_the_same():
                    return

    async def _past(self) -> AsyncIterator[list[Changed]]:
        """What the database has after our position."""
        if self._position is None:
            self._position = await run_in_threadpool(self._head)
        while page := await run_in_threadpool(self._read, self._position):
            if wanted := self._new(page):
                yield wanted

    async def _present(self, news: Subscription) -> AsyncIterator[list[Changed]]:
        """What is heard; it ends when something was missed, or when a doubt came up."""
        while asyncio.get_running_loop().time() < self._certain_until:
            try:
                async with asyncio.timeout(PULSE_SECONDS):
                    first = await news.get()
            except TimeoutError:
                yield []
                continue
            await asyncio.sleep(GATHER_SECONDS)
            pieces = [first, *news.unread()]
            if any(isinstance(piece, Missed) for piece in pieces):
                return
            if any(isinstance(piece, Doubtful) and self._is_about_us(piece) for piece in pieces):
                self._certain_until, self._has_doubt = 0.0, True
            if wanted := self._new([piece for piece in pieces if isinstance(piece, Changed)]):
                yield wanted

    def _new(self, changes: Sequence[Changed]) -> list[Changed]:
        """What was not told yet and is asked for; our position moves on."""
        fresh = [change for change in changes if change.position > (self._position or 0)]
        if fresh:
            self._position = fresh[-1].position
        scope = self._actor.scope
        heard = [change for change in fresh if self._wish.takes(change) and is_told_to(change, scope)]
        return [told for change in heard if (told := without_masked(change, scope)) is not None]

    def _is_about_us(self, doubt: Doubtful) -> bool:
        return doubt.person_id in (None, self._actor.person_id)

    async def _is_the_same(self) -> bool:
        if asyncio.get_running_loop().time() < self._certain_until:
            return True
        actor = await self._recognise()
        self._be_certain()
        return actor is not None and actor.scope == self._actor.scope

    def _be_certain(self) -> None:
        for_seconds = SETTLED_SECONDS if self._has_doubt else CERTAIN_SECONDS
        self._certain_until, self._has_doubt = asyncio.get_running_loop().time() + for_seconds, False

    def _head(self) -> int:
        with self._database.reading() as session:
            return head(driver_of(session))[0]

    def _read(self, position: int) -> list[Changed]:
        with self._database.reading() as session:
            return changes_after(driver_of(session), position, PAGE)
