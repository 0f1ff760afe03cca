"""The loop of a follower: wait, read a batch, hand it over, go on."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from core import log
from core.ledger import CHANNEL, Entry, after
from core.upcasters import UnreadableEvent
from etl.aside import Aside
from etl.failpoint import failpoint
from etl.progress import Report
from etl.sequencer import head
from etl.sinks.sink import Sink

logger = log.get(__name__)

BATCH = 4_000
"""A batch takes memory by its tickets' whole pasts: ADR 0036."""

FLUSH_SECONDS = 0.2
"""Under load a store gets a batch this often; the first event after a pause goes at once."""

REST = 0.5
"""At least this share of the time that a batch took is left to others before the next: batches cost by number."""

POLL_SECONDS = 0.5
MAINTAIN_SECONDS = 600.0

FAR_BEHIND = 20_000
"""Who is this many events behind, and a fifth of the ledger, is faster when it starts anew."""


def follow(sink: Sink, connection: Connection[Any], stop: threading.Event) -> None:
    """Carry the ledger to `sink` until told to stop; what had been set aside is tried again first.

    The cursor that counts is the one in the store itself. `connection` is in autocommit mode and used by nobody else.
    """
    connection.execute(f"listen {CHANNEL}")
    following = _Following(sink, connection)
    following.begin()
    while not stop.is_set():
        began = time.monotonic()
        entries = following.step()
        if len(entries) < BATCH:
            following.maintain_now_and_then()
            spent = time.monotonic() - began
            stop.wait(max(FLUSH_SECONDS - spent, REST * spent) if entries else 0)
            _await_bell(connection)


class _Following:
    """Where one follower is, and what it does next."""

    def __init__(self, sink: Sink, connection: Connection[Any]) -> None:
        self._sink = sink
        self._connection = connection
        self._aside = Aside(connection, sink.name)
        self._report = Report(connection, sink.name)
        self._position = sink.position()
        self._maintained_at, self._maintained_to = time.monotonic(), self._position
        self._may_leap = True

    def begin(self) -> None:
        """Find common ground with the ledger, and try again what had been set aside.

        A store that is ahead of the ledger followed another life of it (a backup was restored): it starts anew. So does
        one that other code wrote; until it stands people are told so.
        """
        newest, _ = head(self._connection)
        if self._position > newest:
            logger.warning("ahead of the ledger: starts anew", follower=self._sink.name, newest=newest)
            self._begin_at_nothing()
        elif not self._sink.is_of_today():
            logger.info("written by other code: starts anew", follower=self._sink.name, newest=newest)
            self._tell_rebuild(0, newest)
            if not self._rebuild():
                self._begin_at_nothing()
        waiting = self._aside.pick_up(self._position)
        for start in range(0, len(waiting), BATCH):
            self._hand_over(waiting[start : start + BATCH], are_late=True)
        self._report.write(self._position, None, self._aside.note())

    def step(self) -> Sequence[Entry]:
        """Carry what is next, at most a batch, and tell people."""
        entries = after(self._connection, self._position, BATCH)
        if len(entries) == BATCH and self._leap():
            return entries
        if entries:
            self._hand_over(entries)
            self._position = entries[-1].position
        self._report.tell(self._position, entries, caught_up=len(entries) < BATCH, note=self._aside.note)
        return entries

    def maintain_now_and_then(self) -> None:
        """House-keeping, where it runs beside no write. A store at rest needs none."""
        if time.monotonic() - self._maintained_at > MAINTAIN_SECONDS and self._position != self._maintained_to:
            self._sink.maintain()
            self._maintained_at, self._maintained_to = time.monotonic(), self._position

    def _leap(self) -> bool:
        """Rebuild the store instead, if that is the shorter way to the newest entry."""
        newest, _ = head(self._connection)
        behind = newest - self._position
        if not self._may_leap or behind < max(FAR_BEHIND, newest // 5):
            return False
        logger.info("far behind: starts anew", follower=self._sink.name, behind=behind)
        return self._rebuild()

    def _rebuild(self) -> bool:
        try:
            self._sink.rebuild(self._tell_rebuild)
        except UnreadableEvent:
            self._may_leap = False  # step by step it will be found, and set aside
            return False
        self._position = self._sink.position()
        return True

    def _begin_at_nothing(self) -> None:
        self._sink.wipe()
        self._position = 0

    def _tell_rebuild(self, done: int, total: int) -> None:
        self._report.tell(self._position, (), caught_up=False, note=lambda: f"starts anew: {done:,} of {total:,}")

    def _hand_over(self, entries: Sequence[Entry], *, are_late: bool = False) -> None:
        """Have the store apply what is readable. If it finds one unreadable itself, halves of halves tell which."""
        readable = self._aside.readable(entries)
        if not readable:
            return
        try:
            failpoint("follow.before_write")
            self._sink.write(readable)
            failpoint("follow.after_write")
        except UnreadableEvent as trouble:
            self._find(readable, str(trouble), are_late=are_late)
        else:
            if are_late:
                self._aside.done(readable)

    def _find(self, entries: Sequence[Entry], trouble: str, *, are_late: bool) -> None:
        if len(entries) == 1:
            self._aside.put(entries[0], trouble)
            return
        half = len(entries) // 2
        self._hand_over(entries[:half], are_late=are_late)
        self._hand_over(entries[half:], are_late=are_late)


def _await_bell(connection: Connection[Any]) -> None:
    """Wait until the sequencer rings, or a while: a bell can be missed, the next look cannot."""
    for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
        pass
