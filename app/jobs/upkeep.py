"""Housekeeping: old keys, ended sessions, delivered messages, and the ledger's daily anchor."""

from datetime import timedelta
from pathlib import Path

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


def anchor(database_url: str, book: Path) -> bool:
    """Write the ledger's head into `book`, a file outside of the database: one line a day, `date position hash`.

    Who rewrites the ledger, chain and all, no longer agrees with the book (`clearqueue verify` compares).
    Returns whether a line was written: not twice a day, and not for an empty ledger.
    """
    today = clock.now().date().isoformat()
    with psycopg.connect(database_url, connect_timeout=3) as connection:
        head = connection.execute("select position, hash from event order by position desc limit 1").fetchone()
    if head is None or any(line.startswith(today) for line in _lines(book)):
        return False
    with book.open("a", encoding="utf-8") as file:
        file.write(f"{today} {head[0]} {head[1].hex()}\n")
    return True


def _lines(book: Path) -> list[str]:
    return book.read_text(encoding="utf-8").splitlines() if book.exists() else []


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
