"""Stores anew from the ledger: they are caches, so they are rebuilt, never repaired."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from psycopg import Connection

from core.errors import Conflict, Invalid
from core.settings import Settings
from core.upcasters import UnreadableEvent
from etl import locks, sequencer
from etl.carrier import Sinks
from etl.connection import connect
from etl.progress import Report
from etl.sinks.sink import Sink

StoreProgress = Callable[[str, int, int], None]
"""Told (store, done, total) now and then."""


def rebuild(
    settings: Settings, sinks: Sinks, what: Sequence[str], progress: StoreProgress, tell: Callable[[str], None]
) -> dict[str, int]:
    """Rebuild the stores named in `what`; returns the position that each then holds.

    It works beside a running etl process, which lets go of the stores when it sees somebody waiting for the writer
    lock, goes on giving out positions meanwhile, and takes the stores back afterwards. Readers find the old rows until
    the new ones stand.
    """
    if unknown := sorted(set(what) - set(sinks)):
        raise Invalid(f"There is no store called {', '.join(unknown)}; there are {' and '.join(sinks)}.")
    with closing(connect(settings.database_url, "rebuild", statement_seconds=0)) as connection:
        if locks.is_held(connection, locks.WRITER):
            tell("Another process writes the stores; it has been asked to let go of them.")
        with locks.held(connection, locks.WRITER):
            while sequencer.move(connection):
                pass
            return {name: _one(connection, sinks[name](settings), partial(progress, name)) for name in what}


def _one(connection: Connection[Any], store: Sink, progress: Callable[[int, int], None]) -> int:
    with closing(store) as sink:
        try:
            sink.rebuild(progress)
        except UnreadableEvent as trouble:
            raise Conflict(f"The ledger holds an event that this version cannot read: {trouble}.") from trouble
        reached = sink.position()
        Report(connection, sink.name).write(reached, None, "")
        return reached
