"""Upkeep of the store: uploads that were never sent, contents that nothing uses any more, and what crashes left.

In this order: rows of forgotten uploads go; a content without any is marked unused; after its days of grace its rows
go; last, a content that no row tells of goes from the store. Putting and removing hold the same lock (keeping.py).
"""

from datetime import timedelta

import psycopg

from app.files.keeping import LOCK
from app.files.store import Store, open_store
from core import clock
from core.settings import Settings

CRASHED_HOURS = 24
"""What came in, or was put without being told of, and is older than this, belongs to nobody any more."""

FORGOTTEN = """
    delete from attachment
    where message_id is null
      and created_at < %s
      and not exists (select from draft where attachment.id = any (draft.attachment_ids))
      and not exists (select from scheduled_reply as reply where attachment.id = any (reply.attachment_ids))
"""
"""What waits in a draft or for its time is not forgotten."""
USED = "exists (select from attachment where attachment.sha256 = file.sha256)"
MARK = f"update file set unused_since = %s where unused_since is null and not {USED}"
UNMARK = f"update file set unused_since = null where unused_since is not null and {USED}"
UNUSED = f"select sha256 from file where unused_since < %s and not {USED} order by unused_since limit 1000"
TOLD_OF = """
    select exists (select from file where sha256 = %(sha256)s)
        or exists (select from file_view where view_sha256 = %(sha256)s)
"""


def sweep(settings: Settings) -> dict[str, int]:
    """Delete what has served its time; tells how much of each."""
    now = clock.now()
    grace = now - timedelta(days=settings.unused_file_days)
    with psycopg.connect(settings.database_url, connect_timeout=3, autocommit=True) as connection:
        forgotten = connection.execute(FORGOTTEN, (grace,)).rowcount
        connection.execute(UNMARK)
        connection.execute(MARK, (now,))
        unused = [row[0] for row in connection.execute(UNUSED, (grace,)).fetchall()]
        gone = sum(_let_go(connection, sha256, grace) for sha256 in unused)
        return {
            "upload": forgotten,
            "file": gone,
            "content": _collect(connection, open_store(settings)),
            "incoming": _tidy(settings),
        }


def _let_go(connection: psycopg.Connection, sha256: str, grace: object) -> bool:
    """The rows of a content that is still unused now that we hold its lock."""
    with connection.transaction():
        connection.execute(LOCK, (sha256,))
        still = f"select from file where sha256 = %s and unused_since < %s and not {USED} for update"
        if connection.execute(still, (sha256, grace)).fetchone() is None:
            return False
        for table in ("file_view", "file_text", "file"):
            connection.execute(f"delete from {table} where sha256 = %s", (sha256,))
        return True


def _collect(connection: psycopg.Connection, store: Store) -> int:
    """Remove contents without a row. Young ones may be about to get theirs."""
    before, gone = clock.now() - timedelta(hours=CRASHED_HOURS), 0
    for sha256, put_at in store.everything():
        if put_at > before or _is_told_of(connection, sha256):
            continue
        with connection.transaction():
            connection.execute(LOCK, (sha256,))
            if not _is_told_of(connection, sha256):
                store.remove(sha256)
                gone += 1
    return gone


def _is_told_of(connection: psycopg.Connection, sha256: str) -> bool:
    return connection.execute(TOLD_OF, {"sha256": sha256}).fetchone() == (True,)


def _tidy(settings: Settings) -> int:
    """What a crash left of uploads that were coming in."""
    before, gone = (clock.now() - timedelta(hours=CRASHED_HOURS)).timestamp(), 0
    for path in settings.incoming_path.glob("*.part"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
