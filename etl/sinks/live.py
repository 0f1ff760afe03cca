"""Live pages: news of the ledger, the lake and the index, from one listening thread to many browsers.

Not a store, so it has no cursor: a page that missed something is told so and looks again.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import orjson
from psycopg import Connection, Notify
from psycopg.rows import class_row, dict_row

from core import log
from core.actor import Scope
from core.ledger import CHANNEL
from etl.connection import AWAY, connect
from etl.crew import pause_seconds
from etl.sequencer import head

logger = log.get(__name__)

FOLLOWERS = {"clearqueue_lake": "lake", "clearqueue_search": "search"}
LISTEN_SECONDS = 0.5
MOST_AT_ONCE = 500
"""More events than this at a look, or more news than this unread: the reader is told `Missed` instead."""

SEEN_BY = """ticket.queue_id,
           ticket.requester_id,
           ticket.organisation_id,
           ticket.agent_id,
           ticket.creator_id,
           ticket.involved_ids,
           ticket.watcher_ids"""
"""What of a ticket says who may see it (`Scope.covers`)."""

CHANGES = f"""
    select event.position,
           event.event_id,
           event.kind,
           event.ticket_id,
           event.ticket_version,
           event.occurred_at,
           event.recorded_at,
           event.actor_id,
           event.actor_kind,
           event.actor_role,
           event.source,
           event.command_id,
           event.payload,
           coalesce(event.payload ->> 'visibility', 'public') as visibility,
           {SEEN_BY}
    from event
    left join ticket_document as ticket on ticket.ticket_id = event.ticket_id
    where event.position > %s
    order by event.position
    limit %s
"""


WRITING = "clearqueue_writing"
"""The NOTIFY channel on which is told who is writing: JSON with ticket_id, person_id, kind (reply, note), is_over."""

WRITING_SECONDS = 45
"""So long such news holds unless it comes again."""

WRITERS = f"""
    select person.name,
           {SEEN_BY}
    from ticket
    join person on person.id = %(person_id)s
    where ticket.id = %(ticket_id)s
"""

DOUBTS = frozenset({"rights.granted", "queue.defined", "organisation.defined"})
"""Events of the house after which anybody may see more or less than before."""


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """An event has its place in the ledger. Queue, requester, organisation and people are the ticket's of now."""

    position: int
    event_id: UUID
    kind: str
    ticket_id: UUID | None
    ticket_version: int | None
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    actor_kind: str
    actor_role: str
    source: str
    command_id: UUID | None
    payload: dict[str, Any]
    visibility: str
    queue_id: UUID | None
    requester_id: UUID | None
    organisation_id: UUID | None
    agent_id: UUID | None
    creator_id: UUID | None
    involved_ids: list[UUID]
    watcher_ids: list[UUID]

    def is_visible_to(self, scope: Scope) -> bool:
        """Whether somebody may hear of it: the ticket is in the scope, and notes are for those who read them.

        Events without a ticket are configuration, which only those who see everything follow.
        """
        if self.queue_id is None:
            return scope.everything
        return scope.covers(self) and scope.reads(self.visibility, self.actor_id, self)


@dataclass(frozen=True, slots=True)
class Reached:
    """A follower (`lake` or `search`) has come this far: what was asked of it can be asked again."""

    follower: str
    position: int

    def is_visible_to(self, scope: Scope) -> bool:
        """Positions are no secret."""
        return True


@dataclass(frozen=True, slots=True)
class Missed:
    """More happened than can be told one by one: look at everything again. The ledger stands at `position`."""

    position: int

    def is_visible_to(self, scope: Scope) -> bool:
        """Positions are no secret."""
        return True


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What somebody may see may have changed: `person_id`'s rights, sessions or tokens; None: anybody's."""

    position: int
    person_id: UUID | None

    def is_visible_to(self, scope: Scope) -> bool:
        """Whoever listens should look again whether they still may."""
        return True

    @classmethod
    def after(cls, change: Changed) -> Self | None:
        """The doubt that an event of the house raises."""
        if change.ticket_id is not None:
            return None
        if change.kind in DOUBTS:
            return cls(change.position, None)
        person_id = change.payload.get("person_id")
        return cls(change.position, UUID(person_id)) if person_id else None


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """A colleague is writing on a ticket (`is_over`: no longer). It holds for `WRITING_SECONDS`; what is never told."""

    position: int
    ticket_id: UUID
    person_id: UUID
    name: str
    kind: str
    is_over: bool
    queue_id: UUID
    requester_id: UUID | None
    organisation_id: UUID | None
    agent_id: UUID | None
    creator_id: UUID | None
    involved_ids: list[UUID]
    watcher_ids: list[UUID]

    def is_visible_to(self, scope: Scope) -> bool:
        """Whether somebody may know: colleagues who see the ticket."""
        return scope.internal and scope.covers(self)


News = Changed | Reached | Missed | Doubtful | Writing


def changes_after(connection: Connection[Any], position: int, limit: int) -> list[Changed]:
    """At most `limit` events after a position, in order; who may hear of each is the caller's question."""
    with connection.cursor(row_factory=class_row(Changed)) as cursor:
        return cursor.execute(CHANGES, (position, limit)).fetchall()


class Subscription:
    """The news that one reader may hear, in the reader's event loop. It has an end of its own: a slow reader misses."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._loop = asyncio.get_running_loop()
        self._unread: asyncio.Queue[News] = asyncio.Queue()

    async def get(self) -> News:
        """Wait for the next piece; use `asyncio.timeout` around it to send a sign of life now and then."""
        return await self._unread.get()

    def unread(self) -> list[News]:
        """All that has come and was not got yet, without waiting."""
        return [self._unread.get_nowait() for _ in range(self._unread.qsize())]

    async def __aiter__(self) -> AsyncIterator[News]:
        while True:
            yield await self.get()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Where it is read."""
        return self._loop

    def offer(self, news: Sequence[News]) -> None:
        """Called in the reader's loop."""
        for piece in news:
            if piece.is_visible_to(self._scope):
                self._take(piece)

    def _take(self, news: News) -> None:
        if self._unread.qsize() < MOST_AT_ONCE:
            self._unread.put_nowait(news)
            return
        self.unread()
        self._unread.put_nowait(Missed(news.position))


class Live:
    """The listening thread of one web process. `start` it with the app, `stop` it with the app."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._readers: set[Subscription] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._position: int | None = None

    def start(self) -> None:
        """Begin to listen, unless it does already."""
        with self._lock:
            if not self._thread.ident:
                self._thread.start()

    def stop(self) -> None:
        """Stop listening; subscriptions hear nothing more."""
        self._stop.set()
        if self._thread.ident:
            self._thread.join()

    @property
    def is_listening(self) -> bool:
        """Whether news comes in; not while PostgreSQL is away."""
        return self._listens.is_set()

    @contextmanager
    def subscribed(self, scope: Scope) -> Iterator[Subscription]:
        """In a coroutine: `with live.subscribed(actor.scope) as news:`, and in the block `async for piece in news:`."""
        reader = Subscription(scope)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    def _run(self) -> None:
        troubles = 0
        while not self._stop.is_set():
            try:
                with closing(connect(self._database_url, "live pages")) as connection:
                    self._listen(connection)
            except AWAY as trouble:
                self._listens.clear()
                troubles += 1
                logger.warning("live pages hear nothing", trouble=str(trouble).strip())
                self._stop.wait(pause_seconds(troubles))

    def _listen(self, connection: Connection[Any]) -> None:
        for channel in (CHANNEL, WRITING, *FOLLOWERS):
            connection.execute(f"listen {channel}")
        if self._position is None:
            self._position = head(connection)[0]
        self._tell_changes(connection)
        self._listens.set()
        while not self._stop.is_set():
            for bell in list(connection.notifies(timeout=LISTEN_SECONDS, stop_after=1)):
                self._hear(connection, bell)

    def _hear(self, connection: Connection[Any], bell: Notify) -> None:
        if bell.channel in FOLLOWERS:
            self._tell(Reached(FOLLOWERS[bell.channel], int(bell.payload)))
        elif bell.channel == WRITING:
            self._tell_writing(connection, bell.payload)
        else:
            self._tell_changes(connection)

    def _tell_changes(self, connection: Connection[Any]) -> None:
        newest, _ = head(connection)  # before the look at readers: who comes after it finds these events by itself
        if not self._readers:
            self._position = newest
            return
        changes = changes_after(connection, self._position or 0, MOST_AT_ONCE)
        if len(changes) == MOST_AT_ONCE:
            self._position, _ = head(connection)
            self._tell(Missed(self._position))
            return
        for change in changes:
            self._position = change.position
        doubts = [doubt for change in changes if (doubt := Doubtful.after(change))]
        self._tell(*changes, *doubts)

    def _tell_writing(self, connection: Connection[Any], payload: str) -> None:
        if not self._readers:
            return
        told = orjson.loads(payload)
        with connection.cursor(row_factory=dict_row) as cursor:
            known = cursor.execute(WRITERS, told).fetchone()
        if known:
            ticket_id, person_id = UUID(told["ticket_id"]), UUID(told["person_id"])
            self._tell(
                Writing(self._position or 0, ticket_id, person_id, kind=told["kind"], is_over=told["is_over"], **known)
            )

    def _tell(self, *news: News) -> None:
        """One call a loop, however many read in it: waking a loop a thousand times costs more than the news."""
        readers: dict[asyncio.AbstractEventLoop, list[Subscription]] = defaultdict(list)
        for reader in list(self._readers):
            readers[reader.loop].append(reader)
        for loop, group in readers.items():
            with suppress(RuntimeError):  # the loop has just been closed: nobody reads any more
                loop.call_soon_threadsafe(_offer, group, news)


def _offer(readers: Sequence[Subscription], news: Sequence[News]) -> None:
    for reader in readers:
        reader.offer(news)
