"""The job that looks into new contents: first the virus scanner, then whoever takes the text out.

What is due is a row (`state`, `read_at`); the schedule comes again until nothing is. One job at a time.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import class_row

from app.files import clamd
from app.files.file import File
from app.files.store import ContentMissing, open_store
from app.files.views import READ, decoded
from core import clock, log
from core.actor import SYSTEM
from core.errors import Unavailable
from core.events import Event, FileRead, FileScanned
from core.ledger import insertion, insertion_values, wrap
from core.settings import Settings

ONE_AT_A_TIME = 0x434C5146  # "CLQF"
AT_ONCE = 50
WHAT = "sha256, size_bytes, media_type, state, finding, read_at, unused_since, created_at"
PENDING = f"select {WHAT} from file where state = 'pending' order by created_at limit {AT_ONCE}"
UNREAD = f"select {WHAT} from file where state = 'kept' and read_at is null order by created_at limit {AT_ONCE}"
ATTACHED = "select id from attachment where sha256 = %s and message_id is not null order by id"

logger = log.get(__name__)
Connection = psycopg.Connection[Any]


def examine(settings: Settings) -> dict[str, int]:
    """Look into what is due; tells how many were scanned and read."""
    with psycopg.connect(settings.database_url, connect_timeout=3, autocommit=True) as connection:
        if connection.execute("select pg_try_advisory_lock(%s)", (ONE_AT_A_TIME,)).fetchone() != (True,):
            return {"scanned": 0, "read": 0}
        scanned = sum(_scan(connection, settings, content) for content in _due(connection, PENDING))
        read = sum(_read(connection, settings, content) for content in _due(connection, UNREAD))
        return {"scanned": scanned, "read": read}


def _due(connection: Connection, question: str) -> list[File]:
    with connection.cursor(row_factory=class_row(File)) as cursor:
        return cursor.execute(question).fetchall()


def _scan(connection: Connection, settings: Settings, content: File) -> bool:
    """Ask the scanner; if it is away, the content waits. Where none is set any more, nobody waits for one."""
    found = ""
    if settings.clamd:
        try:
            found = clamd.finding(settings.clamd, open_store(settings).read(content.sha256))
        except (clamd.ScannerAway, ContentMissing) as trouble:
            logger.warning("a file waits for its scan", sha256=content.sha256, reason=trouble.sentence)
            return False
    with connection.transaction():
        connection.execute(
            "update file set state = %s, finding = %s where sha256 = %s",
            ("quarantined" if found else "kept", found, content.sha256),
        )
        if settings.clamd:
            _tell(connection, [FileScanned(sha256=content.sha256, is_infected=bool(found))])
    return True


def _read(connection: Connection, settings: Settings, content: File) -> bool:
    """Take the text out, and tell of each message that has the file. The row is locked against `attaching`."""
    try:
        text = _text(settings, content) if content.media_type in READ else ""
    except Unavailable as trouble:
        logger.warning("a file waits to be read", sha256=content.sha256, reason=trouble.sentence)
        return False
    with connection.transaction():
        connection.execute("select from file where sha256 = %s for update", (content.sha256,))
        connection.execute("update file set read_at = %s where sha256 = %s", (clock.now(), content.sha256))
        if text:
            connection.execute(
                "insert into file_text (sha256, text) values (%s, %s) on conflict do nothing", (content.sha256, text)
            )
            rows = connection.execute(ATTACHED, (content.sha256,)).fetchall()
            told = [FileRead(attachment_id=row[0], sha256=content.sha256, chars=len(text)) for row in rows]
            _tell(connection, told)
    return bool(text)


def _text(settings: Settings, content: File) -> str:
    with decoded(settings, open_store(settings), content, "text") as came:
        if came is None:
            return ""
        return came.path.read_text("utf-8", "ignore").replace("\0", " ").strip()


def _tell(connection: Connection, events: Sequence[Event]) -> None:
    if events:
        envelopes = [wrap(event, SYSTEM, source="system") for event in events]
        connection.execute(insertion(len(envelopes)), insertion_values(envelopes))
