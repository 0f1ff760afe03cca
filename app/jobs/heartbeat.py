"""Signs of life of processes that serve no port: one row each, read by the health page and the supervisor."""

from datetime import datetime

import psycopg

from core import clock

WORKER = "worker"
"""Written by a task that beat sends: proves beat, broker and worker at once."""

BEAT = "beat"
"""Written by the beat that leads."""

TIMERS = "timers"
"""Written by whoever runs timers."""


def beat(connection: psycopg.Connection, name: str) -> None:
    """Say that `name` lives."""
    connection.execute(
        "insert into heartbeat (name, seen_at) values (%s, %s)"
        " on conflict (name) do update set seen_at = excluded.seen_at",
        (name, clock.now()),
    )


def beat_once(database_url: str, name: str) -> None:
    """Say that `name` lives, on a connection of its own."""
    with psycopg.connect(database_url, connect_timeout=3) as connection:
        beat(connection, name)


def last_seen(database_url: str) -> dict[str, datetime]:
    """When each was last seen alive."""
    with psycopg.connect(database_url, connect_timeout=3) as connection:
        return dict(connection.execute("select name, seen_at from heartbeat").fetchall())
