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

BATCH = 5_000
FLUSH_SECONDS = 0.2
"""Under load a store gets a batch this often; the first event after a pause goes at once."""

POLL_SECONDS = 0.5
MAINTAIN_SECONDS = 600.0


def follow(sink: Sink, connection: Connection[Any], stop: threading.Event) -> None:
    """Carry the ledger to `sink` until told to stop; what had been set aside is tried again first.

    The cursor that counts is the one in the store itself. `connection` is in autocommit mode and used by nobody else.
    """
    connection.execute(f"listen {CHANNEL}")
    aside, report = Aside(connection, sink.name), Report(connection, sink.name)
    position = _common_ground(sink, connection)
    _try_again(sink, aside, position)
    report.write(position, None, aside.note())
    maintained_at = time.monotonic()
    while not stop.is_set():
        began = time.monotonic()
        entries = after(connection, position, BATCH)
        if entries:
            _hand_over(sink, aside, entries)
            position = entries[-1].position
        caught_up = len(entries) < BATCH
        report.tell(position, entries, caught_up=caught_up, note=aside.note)
        if caught_up and began - maintained_at > MAINTAIN_SECONDS:
            sink.maintain()
            maintained_at = time.monotonic()
        if caught_up:
            stop.wait(began + FLUSH_SECONDS - time.monotonic() if entries else 0)
            _await_bell(connection)


def _common_ground(sink: Sink, connection: Connection[Any]) -> int:
    """Where to go on. A store that is ahead of the ledger followed another life of it (a restored backup): it is only
    a cache, so it starts anew.
    """
    position, (newest, _) = sink.position(), head(connection)
    if position <= newest:
        return position
    logger.warning("store is ahead of the ledger and starts anew", follower=sink.name, position=position, newest=newest)
    sink.wipe()
    return sink.position()


def _try_again(sink: Sink, aside: Aside, position: int) -> None:
    waiting = aside.pick_up(position)
    for start in range(0, len(waiting), BATCH):
        _hand_over(sink, aside, waiting[start : start + BATCH], are_late=True)


def _hand_over(sink: Sink, aside: Aside, entries: Sequence[Entry], *, are_late: bool = False) -> None:
    """Have the store apply what is readable. If it then finds one unreadable itself, halves of halves tell which."""
    readable = aside.readable(entries)
    if not readable:
        return
    try:
        failpoint("follow.before_write")
        sink.write(readable)
        failpoint("follow.after_write")
    except UnreadableEvent as trouble:
        if len(readable) == 1:
            aside.put(readable[0], str(trouble))
            return
        half = len(readable) // 2
        _hand_over(sink, aside, readable[:half], are_late=are_late)
        _hand_over(sink, aside, readable[half:], are_late=are_late)
        return
    if are_late:
        aside.done(readable)


def _await_bell(connection: Connection[Any]) -> None:
    """Wait until the sequencer rings, or a while: a bell can be missed, the next look cannot."""
    for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
        pass
