"""Housekeeping: old keys, ended sessions, delivered messages."""

from datetime import timedelta

import psycopg

from core import clock

IDEMPOTENCY_HOURS = 24
MESSAGE_HOURS = 24


def purge(database_url: str) -> dict[str, int]:
    """Delete what has served its time; tells how many rows of each."""
    now = clock.now()
    with psycopg.connect(database_url, connect_timeout=3) as connection:
        keys = connection.execute(
            "delete from idempotency where created_at < %s", (now - timedelta(hours=IDEMPOTENCY_HOURS),)
        )
        sessions = connection.execute("delete from web_session where expires_at < %s", (now,))
        return {
            "idempotency": keys.rowcount,
            "web_session": sessions.rowcount,
            "message": _purge_messages(connection),
        }


def _purge_messages(connection: psycopg.Connection) -> int:
    """kombu's SQL transport keeps delivered messages for ever."""
    if connection.execute("select to_regclass('broker.kombu_message')").fetchone() == (None,):
        return 0
    gone = connection.execute(
        "delete from broker.kombu_message"
        " where not visible and timestamp < localtimestamp - make_interval(hours => %s)",
        (MESSAGE_HOURS,),
    )
    return gone.rowcount
