"""The etl process at work: one sequencer, one thread a follower, and locks that keep a second process away."""

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from typing import Any

from psycopg import Connection

from core import log
from core.settings import Settings
from etl import locks, progress
from etl.connection import AWAY, connect
from etl.crew import Crew, pause_seconds
from etl.follow import follow
from etl.sequencer import sequence
from etl.sinks.sink import Sink

logger = log.get(__name__)

Sinks = Mapping[str, Callable[[Settings], Sink]]
"""How each store is opened, by its name."""

LOOK_EVERY_SECONDS = 0.25


def carry(settings: Settings, sinks: Sinks, stop: threading.Event) -> None:
    """Work until told to stop; stand by while another process works. A bug that stays comes out as its exception."""
    troubles = 0
    while not stop.is_set():
        try:
            with closing(connect(settings.database_url, "etl")) as connection:
                if locks.wait_for(connection, locks.LEADER, stop):
                    troubles = 0
                    _lead(settings, connection, sinks, stop)
        except AWAY as trouble:
            troubles += 1
            logger.warning("PostgreSQL is away", trouble=str(trouble).strip(), again_in_seconds=pause_seconds(troubles))
            stop.wait(pause_seconds(troubles))


def _lead(settings: Settings, connection: Connection[Any], sinks: Sinks, stop: threading.Event) -> None:
    """Run the sequencer throughout, and the followers whenever nobody else wants the stores."""
    logger.info("leading")
    with Crew() as sequencing:
        sequencing.add("sequencer", partial(_sequence, settings))
        while locks.wait_for(connection, locks.WRITER, stop):
            with Crew() as followers:
                for name in sinks:
                    complain = partial(progress.complain, settings.database_url, name)
                    followers.add(name, partial(_follow, settings, name, sinks[name]), complain)
                while not (stop.wait(LOOK_EVERY_SECONDS) or locks.is_wanted(connection, locks.WRITER)):
                    sequencing.check()
                    followers.check()
            locks.release(connection, locks.WRITER)
            logger.info("let go of the stores")


def _sequence(settings: Settings, stop: threading.Event) -> None:
    with closing(connect(settings.database_url, "sequencer")) as connection:
        sequence(connection, stop)


def _follow(settings: Settings, name: str, open_sink: Callable[[Settings], Sink], stop: threading.Event) -> None:
    with (
        closing(connect(settings.database_url, f"follower {name}")) as connection,
        closing(open_sink(settings)) as sink,
    ):
        follow(sink, connection, stop)
